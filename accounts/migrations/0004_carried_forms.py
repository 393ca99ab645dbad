import uuid

import django.utils.timezone
from django.db import migrations, models

import identity.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_consents"),
    ]

    operations = [
        migrations.CreateModel(
            name="CarriedForm",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("path", models.CharField(max_length=300, verbose_name="address")),
                ("browser", models.BinaryField(max_length=16)),
                ("person", models.CharField(blank=True, default="", max_length=24)),
                ("values", identity.fields.SealedJSONField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="posted")),
                ("expires_at", models.DateTimeField(db_index=True, verbose_name="expires at")),
            ],
            options={
                "verbose_name": "carried form",
                "verbose_name_plural": "carried forms",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))),
                        name="accounts_carried_expires_later",
                    )
                ],
            },
        ),
    ]
