import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import identity.fields
import registration.models.claim


class Migration(migrations.Migration):
    dependencies = [
        ("areas", "0001_initial"),
        ("registration", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "reference",
                    models.CharField(
                        default=registration.models.claim.new_claim_reference,
                        max_length=13,
                        unique=True,
                        verbose_name="claim code",
                    ),
                ),
                (
                    "opened_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="opened"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for the kelurahan"),
                            ("accepted", "Accepted"),
                            ("refused", "Not accepted"),
                            ("dropped", "Taken back"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "papers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("ktp", "KTP (or KIA of a child), the original"),
                                ("kk", "Kartu Keluarga (KK), the original"),
                                ("akta_lahir", "Birth certificate"),
                                ("akta_nikah", "Marriage or divorce certificate"),
                                ("surat_rt_rw", "Letter of the RT and RW"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
            ],
            options={
                "verbose_name": "claim",
                "verbose_name_plural": "claims",
                "ordering": ["opened_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ClaimedNumber",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("nik", "NIK"), ("kk", "KK number")], max_length=3)),
                ("index", identity.fields.KeyedIndexField()),
                ("item", models.CharField(max_length=36)),
                ("moved", models.BooleanField(default=False, verbose_name="moved")),
            ],
            options={
                "verbose_name": "claimed number",
                "verbose_name_plural": "claimed numbers",
                "ordering": ["claim", "kind", "id"],
            },
        ),
        migrations.CreateModel(
            name="FamilyCode",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("code_index", identity.fields.KeyedIndexField(unique=True)),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="made"
                    ),
                ),
                ("sent", models.BooleanField(default=False, verbose_name="sent to the family's phone")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
            ],
            options={
                "verbose_name": "family code",
                "verbose_name_plural": "family codes",
                "ordering": ["made_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="FamilyObjection",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("text", models.CharField(max_length=1000, verbose_name="text")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="raised"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for the kelurahan"),
                            ("withdrawn", "The registration has been withdrawn"),
                            ("continued", "The registration goes on"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
            ],
            options={
                "verbose_name": "objection to being registered",
                "verbose_name_plural": "objections to being registered",
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Representation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("agreed_by", models.CharField(blank=True, max_length=100, verbose_name="who agreed")),
                ("agreed_on", models.DateField(blank=True, null=True, verbose_name="agreed on")),
                ("phone", identity.fields.SealedTextField(blank=True, null=True)),
                ("taken_over_at", models.DateTimeField(blank=True, null=True, verbose_name="taken over")),
                (
                    "helper_may_see",
                    models.BooleanField(default=False, verbose_name="the helper may go on seeing the data"),
                ),
            ],
            options={
                "verbose_name": "representation",
                "verbose_name_plural": "representations",
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="household",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="household",
            name="delete_delete",
        ),
        migrations.RemoveConstraint(
            model_name="household",
            name="household_withdrawn_pair",
        ),
        migrations.AddField(
            model_name="household",
            name="kind",
            field=models.CharField(
                choices=[("baru", "New entry"), ("pemutakhiran", "Update (pemutakhiran)")],
                default="baru",
                max_length=15,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="household",
            name="withdrawn_with_code",
            field=models.BooleanField(default=False, verbose_name="withdrawn by the family, without an account"),
        ),
        migrations.AddField(
            model_name="householdevent",
            name="kind",
            field=models.CharField(
                choices=[("baru", "New entry"), ("pemutakhiran", "Update (pemutakhiran)")],
                default="baru",
                max_length=15,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="householdevent",
            name="withdrawn_with_code",
            field=models.BooleanField(default=False, verbose_name="withdrawn by the family, without an account"),
        ),
        migrations.AddField(
            model_name="slot",
            name="promised_to",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="promised_slots",
                to="registration.draft",
            ),
        ),
        migrations.AlterField(
            model_name="slot",
            name="household",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="slots",
                to="registration.household",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="household",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."account_id" IS DISTINCT FROM (NEW."account_id") OR OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."channel" IS DISTINCT FROM (NEW."channel") OR OLD."consent_basis" IS DISTINCT FROM (NEW."consent_basis") OR OLD."consent_given_at" IS DISTINCT FROM (NEW."consent_given_at") OR OLD."declarations" IS DISTINCT FROM (NEW."declarations") OR OLD."dwelling" IS DISTINCT FROM (NEW."dwelling") OR OLD."for_others" IS DISTINCT FROM (NEW."for_others") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kelurahan_id" IS DISTINCT FROM (NEW."kelurahan_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."ktp_address" IS DISTINCT FROM (NEW."ktp_address") OR OLD."ktp_kelurahan_id" IS DISTINCT FROM (NEW."ktp_kelurahan_id") OR OLD."ktp_region_text" IS DISTINCT FROM (NEW."ktp_region_text") OR OLD."ktp_rt" IS DISTINCT FROM (NEW."ktp_rt") OR OLD."ktp_rw" IS DISTINCT FROM (NEW."ktp_rw") OR OLD."opted_out" IS DISTINCT FROM (NEW."opted_out") OR OLD."phase_id" IS DISTINCT FROM (NEW."phase_id") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."registered_by_id" IS DISTINCT FROM (NEW."registered_by_id") OR OLD."registrant_relation" IS DISTINCT FROM (NEW."registrant_relation") OR OLD."rt" IS DISTINCT FROM (NEW."rt") OR OLD."rw" IS DISTINCT FROM (NEW."rw") OR OLD."submitted_at" IS DISTINCT FROM (NEW."submitted_at") OR OLD."submitted_by_id" IS DISTINCT FROM (NEW."submitted_by_id") OR OLD."withdrawal_reason" IS DISTINCT FROM (NEW."withdrawal_reason") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at") OR OLD."withdrawn_by_id" IS DISTINCT FROM (NEW."withdrawn_by_id") OR OLD."withdrawn_with_code" IS DISTINCT FROM (NEW."withdrawn_with_code"))',
                    func='INSERT INTO "registration_householdevent" ("account_id", "address", "channel", "consent_basis", "consent_given_at", "declarations", "dwelling", "for_others", "id", "kelurahan_id", "kind", "ktp_address", "ktp_kelurahan_id", "ktp_region_text", "ktp_rt", "ktp_rw", "opted_out", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phase_id", "reference", "registered_by_id", "registrant_relation", "rt", "rw", "submitted_at", "submitted_by_id", "withdrawal_reason", "withdrawn_at", "withdrawn_by_id", "withdrawn_with_code") VALUES (NEW."account_id", NEW."address", NEW."channel", NEW."consent_basis", NEW."consent_given_at", NEW."declarations", NEW."dwelling", NEW."for_others", NEW."id", NEW."kelurahan_id", NEW."kind", NEW."ktp_address", NEW."ktp_kelurahan_id", NEW."ktp_region_text", NEW."ktp_rt", NEW."ktp_rw", NEW."opted_out", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phase_id", NEW."reference", NEW."registered_by_id", NEW."registrant_relation", NEW."rt", NEW."rw", NEW."submitted_at", NEW."submitted_by_id", NEW."withdrawal_reason", NEW."withdrawn_at", NEW."withdrawn_by_id", NEW."withdrawn_with_code"); RETURN NULL;',
                    hash="ace4a281a75cfb5976cc42ecc2968eb9d1bffecb",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_6d414",
                    table="registration_household",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="household",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "registration_householdevent" ("account_id", "address", "channel", "consent_basis", "consent_given_at", "declarations", "dwelling", "for_others", "id", "kelurahan_id", "kind", "ktp_address", "ktp_kelurahan_id", "ktp_region_text", "ktp_rt", "ktp_rw", "opted_out", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phase_id", "reference", "registered_by_id", "registrant_relation", "rt", "rw", "submitted_at", "submitted_by_id", "withdrawal_reason", "withdrawn_at", "withdrawn_by_id", "withdrawn_with_code") VALUES (OLD."account_id", OLD."address", OLD."channel", OLD."consent_basis", OLD."consent_given_at", OLD."declarations", OLD."dwelling", OLD."for_others", OLD."id", OLD."kelurahan_id", OLD."kind", OLD."ktp_address", OLD."ktp_kelurahan_id", OLD."ktp_region_text", OLD."ktp_rt", OLD."ktp_rw", OLD."opted_out", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phase_id", OLD."reference", OLD."registered_by_id", OLD."registrant_relation", OLD."rt", OLD."rw", OLD."submitted_at", OLD."submitted_by_id", OLD."withdrawal_reason", OLD."withdrawn_at", OLD."withdrawn_by_id", OLD."withdrawn_with_code"); RETURN NULL;',
                    hash="b706480ec859bc7d8e9d1ec85c7d0032e9e33860",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_3c149",
                    table="registration_household",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="household",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["baru", "pemutakhiran"])), name="household_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="household",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("withdrawal_reason", ""),
                        ("withdrawn_at__isnull", True),
                        ("withdrawn_by__isnull", True),
                        ("withdrawn_with_code", False),
                    ),
                    models.Q(
                        ("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False), ("withdrawn_with_code", False)
                    ),
                    models.Q(
                        ("withdrawn_at__isnull", False), ("withdrawn_by__isnull", True), ("withdrawn_with_code", True)
                    ),
                    _connector="OR",
                ),
                name="household_withdrawn_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("household__isnull", False), ("promised_to__isnull", True)),
                    models.Q(("household__isnull", True), ("promised_to__isnull", False)),
                    _connector="OR",
                ),
                name="slot_held_or_promised",
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="claimant",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claims",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="draft",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="claims",
                to="registration.draft",
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="kelurahan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="claims", to="areas.area"
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="opened_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="phase",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="claims", to="registration.phase"
            ),
        ),
        migrations.AddField(
            model_name="claimednumber",
            name="claim",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="numbers", to="registration.claim"
            ),
        ),
        migrations.AddField(
            model_name="claimednumber",
            name="holder",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="registration.household",
            ),
        ),
        migrations.AddField(
            model_name="claimednumber",
            name="holder_draft",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="registration.draft",
            ),
        ),
        migrations.AddField(
            model_name="familycode",
            name="household",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="family_codes", to="registration.household"
            ),
        ),
        migrations.AddField(
            model_name="familycode",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="familyobjection",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="familyobjection",
            name="household",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="family_objections",
                to="registration.household",
            ),
        ),
        migrations.AddField(
            model_name="representation",
            name="helper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="represented", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="representation",
            name="household",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="representation", to="registration.household"
            ),
        ),
        migrations.AddField(
            model_name="representation",
            name="taken_over_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["kelurahan", "opened_at"], name="claim_open_at"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("draft",), name="claim_one_open_per_draft"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "accepted", "refused", "dropped"])), name="claim_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reference__regex",
                        "^KLM-[23456789ABCDEFGHJKMNPQRSTVWXYZ]{4}-[23456789ABCDEFGHJKMNPQRSTVWXYZ]{4}$",
                    )
                ),
                name="claim_reference_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True), ("decided_by__isnull", True), ("reason", ""), ("state", "open")
                    ),
                    models.Q(("decided_at__isnull", False), ("state", "dropped")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("state__in", ["accepted", "refused"]),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="claim_decided_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "accepted"), _negated=True), ("papers__len__gt", 0), _connector="OR"
                ),
                name="claim_accepted_with_papers",
            ),
        ),
        migrations.AddConstraint(
            model_name="claimednumber",
            constraint=models.UniqueConstraint(fields=("claim", "kind", "index"), name="claimed_number_once"),
        ),
        migrations.AddConstraint(
            model_name="claimednumber",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["nik", "kk"])), name="claimed_number_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="familyobjection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("household",), name="family_objection_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="familyobjection",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="family_objection_has_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="familyobjection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True), ("decided_by__isnull", True), ("reason", ""), ("state", "open")
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("state__in", ["withdrawn", "continued"]),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="family_objection_decided_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="representation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("helper_may_see", False), ("taken_over_at__isnull", True), ("taken_over_by__isnull", True)
                    ),
                    models.Q(("taken_over_at__isnull", False), ("taken_over_by__isnull", False)),
                    _connector="OR",
                ),
                name="representation_taken_over_pair",
            ),
        ),
    ]
