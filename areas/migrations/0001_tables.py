import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('areas', '0001_initial')]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Area',
            fields=[
                ('code', models.CharField(max_length=13, primary_key=True, serialize=False, verbose_name='code')),
                ('level', models.CharField(choices=[('provinsi', 'province'), ('kota', 'city or regency'), ('kecamatan', 'kecamatan'), ('kelurahan', 'kelurahan')], max_length=10, verbose_name='level')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('full_name', models.CharField(blank=True, help_text='Written by the loader.', max_length=200, verbose_name='full name')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='areas.area')),
                ('bps_code', models.CharField(blank=True, max_length=10, verbose_name='BPS code')),
                ('postcode', models.CharField(blank=True, max_length=5, verbose_name='postcode')),
                ('search_text', models.CharField(blank=True, editable=False, max_length=400)),
            ],
            options={
                'verbose_name': 'area',
                'verbose_name_plural': 'areas',
                'ordering': ['code'],
                'indexes': [models.Index(fields=['level', 'code'], name='areas_area_level')],
                'constraints': [models.CheckConstraint(condition=models.Q(('level__in', ['provinsi', 'kota', 'kecamatan', 'kelurahan'])), name='areas_area_level_known'), models.CheckConstraint(condition=models.Q(models.Q(('level', 'provinsi'), ('parent__isnull', True)), models.Q(models.Q(('level', 'provinsi'), _negated=True), ('parent__isnull', False)), _connector='OR'), name='areas_area_parent_unless_province')],
            },
        ),
        migrations.CreateModel(
            name='AreaAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='areas.area')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
            ],
            options={
                'verbose_name': 'other spelling',
                'verbose_name_plural': 'other spellings',
                'constraints': [models.UniqueConstraint(fields=('area', 'name'), name='areas_alias_once')],
            },
        ),
        migrations.CreateModel(
            name='AreaRelease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('loaded_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'edition of the areas',
                'verbose_name_plural': 'editions of the areas',
                'get_latest_by': 'loaded_at',
            },
        ),
    ]
