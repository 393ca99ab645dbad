"""Indexes of the keys by which the look for families registered twice is cut: a shard reads its own rows only."""

from django.db import migrations, models
from django.db.models.expressions import RawSQL


class Migration(migrations.Migration):

    dependencies = [
        ('registration', '0002_health_is_sealed'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='household',
            index=models.Index(models.F('phase'), RawSQL("decode(md5(kelurahan_id || rt || rw), 'hex')", ()), name='household_of_neighbourhood'),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(models.F('phase'), RawSQL("decode(md5((birth_date - DATE '1900-01-01')::text || sex), 'hex')", ()), name='member_born_alike'),
        ),
    ]
