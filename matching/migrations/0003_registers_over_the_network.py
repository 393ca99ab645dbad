import django.db.models.functions.datetime
import identity.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0002_snapshot_partitions"),
    ]

    operations = [
        migrations.AddField(
            model_name="personverdict",
            name="as_of",
            field=models.DateField(blank=True, null=True, verbose_name="as of"),
        ),
        migrations.CreateModel(
            name="RegisterAnswer",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("snapshot", "an extract"),
                            ("web_service", "Dukcapil's web service"),
                            ("dci", "a civil registry by the DCI interface"),
                        ],
                        max_length=12,
                        verbose_name="register",
                    ),
                ),
                ("key", identity.fields.KeyedIndexField()),
                ("asked", identity.fields.KeyedIndexField()),
                (
                    "value",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("padan", "Matches"),
                            ("padan_sebagian", "Matches in part"),
                            ("tidak_padan", "Does not match"),
                            ("nik_tidak_ditemukan", "NIK not found"),
                            ("meninggal", "Recorded as deceased"),
                            ("ganda", "NIK recorded twice"),
                            ("nonaktif", "NIK not active"),
                            ("format_salah", "NIK in a wrong form"),
                            ("layanan_tidak_tersedia", "Source did not answer"),
                            ("belum_dicek", "Not checked yet"),
                            ("ada_catatan", "Vehicles or land on record"),
                            ("tidak_ada_catatan", "No vehicles or land on record"),
                        ],
                        max_length=24,
                        verbose_name="answer",
                    ),
                ),
                ("fields", models.JSONField(default=dict)),
                ("raw_code", models.CharField(blank=True, max_length=4)),
                ("threshold", models.PositiveSmallIntegerField(null=True)),
                ("area_code", models.CharField(blank=True, max_length=13)),
                ("occupation", models.CharField(blank=True, max_length=100)),
                ("status", models.CharField(blank=True, max_length=10)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                ("expires_at", models.DateTimeField(verbose_name="used until")),
            ],
            options={
                "verbose_name": "answer of a register",
                "verbose_name_plural": "answers of registers",
                "indexes": [models.Index(fields=["expires_at"], name="matching_answer_expiry")],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "key", "asked"), name="matching_answer_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("web_service", "dci"))), name="matching_answer_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("value", "")),
                            models.Q(
                                ("answered_at__isnull", False),
                                (
                                    "value__in",
                                    [
                                        "padan",
                                        "padan_sebagian",
                                        "tidak_padan",
                                        "nik_tidak_ditemukan",
                                        "meninggal",
                                        "ganda",
                                        "nonaktif",
                                        "format_salah",
                                        "layanan_tidak_tersedia",
                                        "belum_dicek",
                                        "ada_catatan",
                                        "tidak_ada_catatan",
                                    ],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="matching_answer_has_value",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterBreaker",
            fields=[
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("snapshot", "an extract"),
                            ("web_service", "Dukcapil's web service"),
                            ("dci", "a civil registry by the DCI interface"),
                        ],
                        max_length=12,
                        primary_key=True,
                        serialize=False,
                        verbose_name="register",
                    ),
                ),
                ("failures", models.PositiveIntegerField(default=0, verbose_name="failures in a row")),
                ("retry_at", models.DateTimeField(blank=True, null=True, verbose_name="next try")),
                ("failed_probes", models.PositiveIntegerField(default=0, verbose_name="failed probes in a row")),
                ("probe_until", models.DateTimeField(blank=True, null=True)),
                (
                    "changed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="changed"),
                ),
            ],
            options={
                "verbose_name": "state of a register",
                "verbose_name_plural": "states of registers",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("web_service", "dci"))), name="matching_breaker_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("retry_at__isnull", False),
                            models.Q(("failed_probes", 0), ("probe_until__isnull", True)),
                            _connector="OR",
                        ),
                        name="matching_breaker_probes_when_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterBudget",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("snapshot", "an extract"),
                            ("web_service", "Dukcapil's web service"),
                            ("dci", "a civil registry by the DCI interface"),
                        ],
                        max_length=12,
                        verbose_name="register",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("spent", models.PositiveIntegerField(default=0, verbose_name="hits spent")),
                (
                    "is_closed",
                    models.BooleanField(db_default=False, default=False, verbose_name="closed by the register"),
                ),
            ],
            options={
                "verbose_name": "daily hits of a register",
                "verbose_name_plural": "daily hits of registers",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "day"), name="matching_budget_one_per_day"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("web_service", "dci"))), name="matching_budget_kind"
                    ),
                ],
            },
        ),
    ]
