import django.contrib.postgres.indexes
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('audit', '0001_initial'), ('audit', '0002_destructions_and_what_lists_showed')]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Act',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='time')),
                ('actor_id', models.UUIDField(blank=True, null=True, verbose_name='actor')),
                ('actor_role', models.CharField(blank=True, max_length=20, verbose_name='role')),
                ('verb', models.CharField(max_length=80, verbose_name='act')),
                ('subject_type', models.CharField(blank=True, max_length=80, verbose_name='kind of subject')),
                ('subject_id', models.CharField(blank=True, max_length=80, verbose_name='subject')),
                ('area_code', models.CharField(blank=True, max_length=13, verbose_name='area code')),
                ('data', models.JSONField(blank=True, default=dict, verbose_name='details')),
            ],
            options={
                'verbose_name': 'act',
                'verbose_name_plural': 'acts',
                'ordering': ['-id'],
                'abstract': False,
                'indexes': [models.Index(fields=['subject_type', 'subject_id', '-id'], name='audit_act_subject'), models.Index(fields=['actor_id', '-id'], name='audit_act_actor'), models.Index(fields=['verb', '-id'], name='audit_act_verb'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('data__has_key', 'seen')), fields=['data'], name='audit_act_seen', opclasses=['jsonb_path_ops'])],
                'constraints': [models.CheckConstraint(condition=models.Q(('verb', ''), _negated=True), name='audit_act_has_verb'), models.CheckConstraint(condition=models.Q(models.Q(('subject_id', ''), ('subject_type', '')), models.Q(('subject_type', ''), ('subject_id', ''), _connector='OR', _negated=True), _connector='OR'), name='audit_act_subject_both_or_neither')],
            },
        ),
        migrations.CreateModel(
            name='Destruction',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('run_id', models.UUIDField(default=uuid.uuid4, verbose_name='run')),
                ('retention_class', models.CharField(max_length=40, verbose_name='class')),
                ('days', models.PositiveIntegerField(verbose_name='kept for days')),
                ('before', models.DateTimeField(verbose_name='older than')),
                ('subjects', models.PositiveIntegerField(verbose_name='how many')),
                ('counts', models.JSONField(default=dict, verbose_name='rows by table')),
                ('basis', models.CharField(max_length=200, verbose_name='legal basis')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='destroyed')),
            ],
            options={
                'verbose_name': 'destruction record',
                'verbose_name_plural': 'destruction records',
                'ordering': ['-id'],
                'abstract': False,
                'indexes': [models.Index(fields=['run_id', 'id'], name='audit_destruction_run')],
                'constraints': [models.CheckConstraint(condition=models.Q(('retention_class', ''), _negated=True), name='audit_destruction_has_class'), models.CheckConstraint(condition=models.Q(('subjects__gte', 1)), name='audit_destruction_of_something')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='act',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5a867cd797a0f2d77e38f9655920ce98f1213298', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_bca99', table='audit_act', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='destruction',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e86b55e81022b2a8c7c6f197109fbac6ee551304', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_19587', table='audit_destruction', when='BEFORE')),
        ),
    ]
