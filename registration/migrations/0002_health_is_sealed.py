"""Pregnancy and disability move from columns of their own into the sealed details, and out of the row history."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


def with_health(details, *, pregnant, disability):
    """The details of a person with what the two columns said."""
    said = {} if pregnant is None else {"hamil": "ya" if pregnant else "tidak"}
    return {**(details or {}), **said, "disabilitas": list(disability)}


def seal_health(apps, schema_editor):
    members = apps.get_model("registration", "Member").objects.exclude(pregnant=None, disability=[])
    for member in members.iterator(chunk_size=2_000):
        member.details = with_health(member.details, pregnant=member.pregnant, disability=member.disability)
        member.save(update_fields=["details"])


class Migration(migrations.Migration):

    dependencies = [
        ('registration', '0001_tables'),
    ]

    operations = [
        migrations.RunPython(seal_health),
        pgtrigger.migrations.RemoveTrigger(
            model_name='member',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='member',
            name='delete_delete',
        ),
        migrations.RemoveConstraint(
            model_name='member',
            name='member_pregnant_woman',
        ),
        migrations.RemoveField(
            model_name='member',
            name='disability',
        ),
        migrations.RemoveField(
            model_name='member',
            name='pregnant',
        ),
        migrations.RemoveField(
            model_name='memberevent',
            name='disability',
        ),
        migrations.RemoveField(
            model_name='memberevent',
            name='pregnant',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='member',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."birth_date" IS DISTINCT FROM (NEW."birth_date") OR OLD."birth_place" IS DISTINCT FROM (NEW."birth_place") OR OLD."family_id" IS DISTINCT FROM (NEW."family_id") OR OLD."household_id" IS DISTINCT FROM (NEW."household_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."in_school" IS DISTINCT FROM (NEW."in_school") OR OLD."is_head" IS DISTINCT FROM (NEW."is_head") OR OLD."marital" IS DISTINCT FROM (NEW."marital") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."occupation" IS DISTINCT FROM (NEW."occupation") OR OLD."phase_id" IS DISTINCT FROM (NEW."phase_id") OR OLD."relation" IS DISTINCT FROM (NEW."relation") OR OLD."school_level" IS DISTINCT FROM (NEW."school_level") OR OLD."sex" IS DISTINCT FROM (NEW."sex") OR OLD."works" IS DISTINCT FROM (NEW."works"))', func='INSERT INTO "registration_memberevent" ("birth_date", "birth_place", "family_id", "household_id", "id", "in_school", "is_head", "marital", "name", "number", "occupation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phase_id", "relation", "school_level", "sex", "works") VALUES (NEW."birth_date", NEW."birth_place", NEW."family_id", NEW."household_id", NEW."id", NEW."in_school", NEW."is_head", NEW."marital", NEW."name", NEW."number", NEW."occupation", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phase_id", NEW."relation", NEW."school_level", NEW."sex", NEW."works"); RETURN NULL;', hash='d91e20a086eb3b5901c6c3c6d9e368af99cf2efe', operation='UPDATE', pgid='pgtrigger_update_update_8845a', table='registration_member', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='member',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "registration_memberevent" ("birth_date", "birth_place", "family_id", "household_id", "id", "in_school", "is_head", "marital", "name", "number", "occupation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phase_id", "relation", "school_level", "sex", "works") VALUES (OLD."birth_date", OLD."birth_place", OLD."family_id", OLD."household_id", OLD."id", OLD."in_school", OLD."is_head", OLD."marital", OLD."name", OLD."number", OLD."occupation", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phase_id", OLD."relation", OLD."school_level", OLD."sex", OLD."works"); RETURN NULL;', hash='6533e4ad7e13da6e0b29b47dbf4e9fbf9215cad0', operation='DELETE', pgid='pgtrigger_delete_delete_41b5b', table='registration_member', when='AFTER')),
        ),
    ]
