import django.db.models.deletion
import django.db.models.functions.datetime
import identity.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('matching', '0001_initial')]

    initial = True

    dependencies = [
        ('jobs', '0001_tables'),
        ('registration', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('source', models.CharField(choices=[('population', 'Population register (Dukcapil)'), ('assets', 'Vehicles and land (Bapenda)')], max_length=12, verbose_name='source')),
                ('as_of', models.DateField(verbose_name='as of')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256')),
                ('row_count', models.PositiveBigIntegerField(default=0, verbose_name='rows')),
                ('state', models.CharField(choices=[('loading', 'Loading'), ('ready', 'Ready'), ('retired', 'Retired')], default='loading', max_length=10, verbose_name='state')),
                ('index_key_id', models.CharField(max_length=40, verbose_name='index key')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='import began')),
                ('ready_at', models.DateTimeField(blank=True, null=True, verbose_name='ready since')),
            ],
            options={
                'verbose_name': 'register extract',
                'verbose_name_plural': 'register extracts',
                'indexes': [models.Index(fields=['source', 'index_key_id', '-as_of'], name='matching_snapshot_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('source__in', ['population', 'assets'])), name='matching_snapshot_source'), models.CheckConstraint(condition=models.Q(('state__in', ['loading', 'ready', 'retired'])), name='matching_snapshot_state'), models.CheckConstraint(condition=models.Q(models.Q(('ready_at__isnull', True), ('state', 'loading')), models.Q(('ready_at__isnull', False), ('row_count__gt', 0), models.Q(('state', 'loading'), _negated=True), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='matching_snapshot_ready_is_whole')],
            },
        ),
        migrations.CreateModel(
            name='PopulationRecord',
            fields=[
                ('pk', models.CompositePrimaryKey('snapshot_id', 'nik_index', blank=True, editable=False, primary_key=True, serialize=False)),
                ('snapshot', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matching.snapshot')),
                ('nik_index', identity.fields.KeyedIndexField()),
                ('kk_index', identity.fields.KeyedIndexField(null=True)),
                ('name', models.CharField(max_length=100)),
                ('birth_place', models.CharField(blank=True, max_length=100)),
                ('birth_date', models.DateField(null=True)),
                ('sex', models.CharField(blank=True, max_length=1)),
                ('kelurahan_code', models.CharField(blank=True, max_length=13)),
                ('rt', models.CharField(blank=True, max_length=3)),
                ('rw', models.CharField(blank=True, max_length=3)),
                ('occupation', models.CharField(blank=True, max_length=100)),
                ('status', models.CharField(choices=[('aktif', 'Active'), ('meninggal', 'Deceased'), ('pindah', 'Moved'), ('nonaktif', 'Not active'), ('ganda', 'Double')], max_length=10)),
            ],
            options={
                'verbose_name': 'person in the population register',
                'verbose_name_plural': 'persons in the population register',
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['aktif', 'meninggal', 'pindah', 'nonaktif', 'ganda'])), name='matching_population_status')],
            },
        ),
        migrations.CreateModel(
            name='AssetRecord',
            fields=[
                ('pk', models.CompositePrimaryKey('snapshot_id', 'line', blank=True, editable=False, primary_key=True, serialize=False)),
                ('snapshot', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matching.snapshot')),
                ('line', models.PositiveIntegerField()),
                ('nik_index', identity.fields.KeyedIndexField(null=True)),
                ('kk_index', identity.fields.KeyedIndexField(null=True)),
                ('kind', models.CharField(choices=[('mobil', 'Car'), ('motor', 'Motorcycle'), ('tanah_bangunan', 'Land or building')], max_length=20)),
                ('number', models.CharField(blank=True, max_length=40)),
                ('value', models.PositiveBigIntegerField(null=True)),
            ],
            options={
                'verbose_name': 'vehicle or land on record',
                'verbose_name_plural': 'vehicles and land on record',
                'indexes': [models.Index(fields=['snapshot', 'nik_index'], name='matching_asset_nik'), models.Index(fields=['snapshot', 'kk_index'], name='matching_asset_kk')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['mobil', 'motor', 'tanah_bangunan'])), name='matching_asset_kind'), models.CheckConstraint(condition=models.Q(('nik_index__isnull', False), ('kk_index__isnull', False), _connector='OR'), name='matching_asset_has_owner')],
            },
        ),
        migrations.CreateModel(
            name='PersonVerdict',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='verdicts', to='jobs.run')),
                ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='verdicts', to='registration.member')),
                ('source', models.CharField(choices=[('population', 'Population register (Dukcapil)'), ('assets', 'Vehicles and land (Bapenda)')], max_length=12, verbose_name='source')),
                ('value', models.CharField(choices=[('padan', 'Matches'), ('padan_sebagian', 'Matches in part'), ('tidak_padan', 'Does not match'), ('nik_tidak_ditemukan', 'NIK not found'), ('meninggal', 'Recorded as deceased'), ('ganda', 'NIK recorded twice'), ('nonaktif', 'NIK not active'), ('format_salah', 'NIK in a wrong form'), ('layanan_tidak_tersedia', 'Source did not answer'), ('belum_dicek', 'Not checked yet'), ('ada_catatan', 'Vehicles or land on record'), ('tidak_ada_catatan', 'No vehicles or land on record')], max_length=24, verbose_name='verdict')),
                ('fields', models.JSONField(default=dict)),
                ('raw_code', models.CharField(blank=True, max_length=4)),
                ('threshold', models.PositiveSmallIntegerField(null=True)),
                ('snapshot', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matching.snapshot')),
                ('register_area_code', models.CharField(blank=True, max_length=13)),
                ('register_occupation', models.CharField(blank=True, max_length=100)),
                ('register_status', models.CharField(blank=True, max_length=10)),
                ('decided_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='decided')),
            ],
            options={
                'verbose_name': 'verdict',
                'verbose_name_plural': 'verdicts',
                'indexes': [models.Index(fields=['run', 'value'], name='matching_verdict_of_run')],
                'constraints': [models.UniqueConstraint(fields=('member', 'run'), name='matching_one_verdict_per_run'), models.CheckConstraint(condition=models.Q(('source__in', ['population', 'assets'])), name='matching_verdict_source'), models.CheckConstraint(condition=models.Q(('value__in', ['padan', 'padan_sebagian', 'tidak_padan', 'nik_tidak_ditemukan', 'meninggal', 'ganda', 'nonaktif', 'format_salah', 'layanan_tidak_tersedia', 'belum_dicek', 'ada_catatan', 'tidak_ada_catatan'])), name='matching_verdict_value')],
            },
        ),
        migrations.CreateModel(
            name='AssetEvidence',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='assets', to='jobs.run')),
                ('family', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assets', to='registration.family')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='assets', to='registration.member')),
                ('basis', models.CharField(choices=[('nik', 'NIK'), ('kk', 'KK')], max_length=3)),
                ('record_line', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('mobil', 'Car'), ('motor', 'Motorcycle'), ('tanah_bangunan', 'Land or building')], max_length=20, verbose_name='kind')),
                ('number', models.CharField(blank=True, max_length=40, verbose_name='number')),
                ('value', models.PositiveBigIntegerField(null=True, verbose_name='value in rupiah')),
            ],
            options={
                'verbose_name': 'vehicle or land found',
                'verbose_name_plural': 'vehicles and land found',
                'constraints': [models.UniqueConstraint(fields=('run', 'record_line', 'family', 'member'), name='matching_asset_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('kind__in', ['mobil', 'motor', 'tanah_bangunan'])), name='matching_evidence_kind'), models.CheckConstraint(condition=models.Q(models.Q(('basis', 'nik'), ('member__isnull', False)), models.Q(('basis', 'kk'), ('member__isnull', True)), _connector='OR'), name='matching_evidence_basis')],
            },
        ),
    ]
