import django.contrib.postgres.fields
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import identity.fields
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('stages', '0001_initial'), ('stages', '0002_registry_setting')]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        ('areas', '0001_tables'),
        ('registration', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='DeterminationBatch',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('phase', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='determination_batches', to='registration.phase')),
                ('registry_name', models.CharField(max_length=40, verbose_name='registry')),
                ('source', models.CharField(help_text='The decree or letter the list came with', max_length=200, verbose_name='source')),
                ('sha256', models.CharField(max_length=64, unique=True, verbose_name='checksum (SHA-256)')),
                ('row_count', models.PositiveIntegerField(verbose_name='rows')),
                ('index_key_id', models.CharField(max_length=40)),
                ('imported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('imported_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='imported')),
            ],
            options={
                'verbose_name': 'list of determinations',
                'verbose_name_plural': 'lists of determinations',
                'ordering': ['-imported_at'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Determination',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='determinations', to='stages.determinationbatch')),
                ('line', models.PositiveIntegerField(verbose_name='line')),
                ('nik_index', identity.fields.KeyedIndexField()),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('birth_date', models.DateField(verbose_name='date of birth')),
                ('status', models.CharField(choices=[('ditetapkan_layak', 'Determined and eligible'), ('ditetapkan_masalah_data', 'Determined and eligible, population data need a repair'), ('ditetapkan_tidak_layak', 'Determined and not eligible'), ('tidak_ditetapkan', 'Not determined')], max_length=30, verbose_name='status')),
                ('programmes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('as_of', models.DateField(verbose_name='as of')),
                ('registry_name', models.CharField(max_length=40, verbose_name='registry')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
            ],
            options={
                'verbose_name': 'determination',
                'verbose_name_plural': 'determinations',
                'ordering': ['-as_of', '-id'],
                'abstract': False,
                'indexes': [models.Index(fields=['nik_index', '-as_of', '-id'], name='stages_determination_of_nik')],
                'constraints': [models.UniqueConstraint(fields=('batch', 'line'), name='stages_determination_line_once'), models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('batch', 'nik_index'), name='stages_determination_once_per_list'), models.CheckConstraint(condition=models.Q(('status__in', ['ditetapkan_layak', 'ditetapkan_masalah_data', 'ditetapkan_tidak_layak', 'tidak_ditetapkan'])), name='stages_determination_status_known'), models.CheckConstraint(condition=models.Q(('status__in', ('ditetapkan_layak', 'ditetapkan_masalah_data')), models.Q(('reason', ''), _negated=True), _connector='OR'), name='stages_determination_no_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Muskel',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('phase', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='muskel', to='registration.phase', verbose_name='phase')),
                ('kelurahan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='muskel', to='areas.area', verbose_name='kelurahan')),
                ('prelist_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='prelist issued')),
                ('prelist_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('prelist_checksum', models.CharField(max_length=64)),
                ('quorum', models.PositiveSmallIntegerField(verbose_name='quorum')),
                ('basis', models.CharField(choices=[('muskel', 'Meeting (musyawarah kelurahan)'), ('sptjm', 'Signed statement of the lurah (SPTJM), no meeting held')], default='muskel', max_length=10, verbose_name='decided by')),
                ('held_on', models.DateField(blank=True, null=True, verbose_name='date of the meeting')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='place of the meeting')),
                ('chair', models.CharField(blank=True, max_length=100, verbose_name='chaired by')),
                ('attendance', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='number of people present')),
                ('attendees', models.TextField(blank=True, verbose_name='names of those present')),
                ('sptjm_number', models.CharField(blank=True, max_length=60, verbose_name='number of the SPTJM')),
                ('sptjm_reason', models.CharField(blank=True, max_length=500, verbose_name='why no meeting was held')),
                ('version', models.PositiveIntegerField(default=1)),
                ('locked_at', models.DateTimeField(blank=True, null=True, verbose_name='locked')),
                ('locked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'kelurahan meeting',
                'verbose_name_plural': 'kelurahan meetings',
                'ordering': ['kelurahan'],
                'constraints': [models.UniqueConstraint(fields=('phase', 'kelurahan'), name='stages_muskel_once_per_kelurahan'), models.CheckConstraint(condition=models.Q(('basis__in', ['muskel', 'sptjm'])), name='stages_muskel_basis_known'), models.CheckConstraint(condition=models.Q(('quorum__gte', 1)), name='stages_muskel_quorum_positive'), models.CheckConstraint(condition=models.Q(models.Q(('locked_at__isnull', True), ('locked_by__isnull', True)), models.Q(('locked_at__isnull', False), ('locked_by__isnull', False)), _connector='OR'), name='stages_muskel_locked_by_somebody'), models.CheckConstraint(condition=models.Q(('locked_at__isnull', True), models.Q(('attendance__gte', models.F('quorum')), ('basis', 'muskel'), ('held_on__isnull', False), models.Q(('chair', ''), _negated=True)), models.Q(('basis', 'sptjm'), ('held_on__isnull', False), models.Q(('sptjm_number', ''), _negated=True), models.Q(('chair', ''), _negated=True)), _connector='OR'), name='stages_muskel_locked_when_complete')],
            },
        ),
        migrations.CreateModel(
            name='MuskelDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('muskel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='stages.muskel')),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='muskel_decisions', to='registration.household')),
                ('family', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='muskel_decisions', to='registration.family')),
                ('line', models.PositiveIntegerField(verbose_name='line')),
                ('rw', models.CharField(max_length=3, verbose_name='RW')),
                ('rt', models.CharField(max_length=3, verbose_name='RT')),
                ('result', models.CharField(blank=True, choices=[('tidak_mampu', 'In need'), ('mampu', 'Well-off enough'), ('temuan_benar', 'A finding is right'), ('tidak_ditemukan', 'Not found'), ('pindah', 'Moved away'), ('meninggal', 'Died'), ('ganda', 'Listed twice')], default='', max_length=20, verbose_name='result')),
                ('reason', models.CharField(blank=True, default='', max_length=30, verbose_name='reason')),
                ('note', models.CharField(blank=True, default='', max_length=300, verbose_name='note')),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'decision of a kelurahan meeting',
                'verbose_name_plural': 'decisions of kelurahan meetings',
                'ordering': ['muskel', 'line'],
                'indexes': [models.Index(fields=['muskel', 'rw', 'rt', 'line'], name='stages_muskel_by_rw_rt')],
                'constraints': [models.UniqueConstraint(fields=('muskel', 'family'), name='stages_muskel_family_once'), models.UniqueConstraint(fields=('muskel', 'line'), name='stages_muskel_line_once'), models.CheckConstraint(condition=models.Q(('result', ''), ('result__in', ['tidak_mampu', 'mampu', 'temuan_benar', 'tidak_ditemukan', 'pindah', 'meninggal', 'ganda']), _connector='OR'), name='stages_muskel_result_known'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('reason', ''), ('result', '')), models.Q(models.Q(('result', ''), _negated=True), models.Q(('reason', ''), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='stages_muskel_decided_wholly')],
            },
        ),
        migrations.CreateModel(
            name='MuskelLock',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('muskel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='locks', to='stages.muskel')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('counts', models.JSONField(help_text='Number of families per result')),
                ('checksum', models.CharField(max_length=64)),
            ],
            options={
                'verbose_name': 'lock of a kelurahan meeting',
                'verbose_name_plural': 'locks of kelurahan meetings',
                'ordering': ['id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='OutcomeDecision',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('family', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outcome_decisions', to='registration.family')),
                ('kind', models.CharField(choices=[('cleaning', 'Data processing'), ('dst', 'Final target list (DST)'), ('hand_off', 'Hand-off to SIKS-NG'), ('return', 'Answer of SIKS-NG'), ('determination', 'Determination by the ministry'), ('reopening', 'The phase went back')], max_length=15, verbose_name='kind')),
                ('previous', models.CharField(choices=[('PROCESSING', 'In process'), ('NEEDS_FIX', 'Needs a fix'), ('WITHDRAWN', 'Withdrawn'), ('NOT_PROPOSED', 'Not proposed'), ('IN_DST', 'In the final target list (DST)'), ('SENT', 'Sent to the ministry'), ('RETURNED', 'Returned'), ('DETERMINED', 'Determined'), ('NOT_DETERMINED', 'Not determined')], max_length=20, verbose_name='before')),
                ('outcome', models.CharField(choices=[('PROCESSING', 'In process'), ('NEEDS_FIX', 'Needs a fix'), ('WITHDRAWN', 'Withdrawn'), ('NOT_PROPOSED', 'Not proposed'), ('IN_DST', 'In the final target list (DST)'), ('SENT', 'Sent to the ministry'), ('RETURNED', 'Returned'), ('DETERMINED', 'Determined'), ('NOT_DETERMINED', 'Not determined')], max_length=20, verbose_name='outcome')),
                ('reason_code', models.CharField(max_length=60, verbose_name='reason')),
                ('reason_data', models.JSONField(blank=True, default=dict)),
                ('reason_text', models.CharField(blank=True, max_length=500, verbose_name='reason in words')),
                ('source', models.CharField(blank=True, max_length=80)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='time')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'decision about a family',
                'verbose_name_plural': 'decisions about families',
                'ordering': ['-id'],
                'abstract': False,
                'indexes': [models.Index(fields=['family', '-id'], name='stages_decision_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['cleaning', 'dst', 'hand_off', 'return', 'determination', 'reopening'])), name='stages_decision_kind_known'), models.CheckConstraint(condition=models.Q(('outcome__in', ['PROCESSING', 'NEEDS_FIX', 'WITHDRAWN', 'NOT_PROPOSED', 'IN_DST', 'SENT', 'RETURNED', 'DETERMINED', 'NOT_DETERMINED'])), name='stages_decision_outcome_known'), models.CheckConstraint(condition=models.Q(('reason_code', ''), _negated=True), name='stages_decision_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='PhasePlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phase', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='plan', to='registration.phase', verbose_name='phase')),
                ('legal_basis', models.TextField(blank=True, verbose_name='legal basis')),
                ('documents', models.TextField(blank=True, help_text='One per line, as families will read them.', verbose_name='documents to bring')),
                ('muskel_quorum', models.PositiveSmallIntegerField(default=10, help_text='Least number of people who must attend.', verbose_name='muskel quorum')),
            ],
            options={
                'verbose_name': 'papers of the phase',
                'verbose_name_plural': 'papers of the phase',
                'constraints': [models.CheckConstraint(condition=models.Q(('muskel_quorum__gte', 1)), name='stages_plan_quorum_positive')],
            },
        ),
        migrations.CreateModel(
            name='StageEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('phase', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='registration.phase', verbose_name='phase')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('kind', models.CharField(choices=[('advance', 'Moved forward'), ('close', 'Closed'), ('suspend', 'Suspended'), ('resume', 'Resumed'), ('extend', 'Registration extended'), ('reopen', 'Went back')], max_length=10, verbose_name='what')),
                ('from_stage', models.PositiveSmallIntegerField(choices=[(1, 'Public information'), (2, 'Registration'), (3, 'Data processing 1'), (4, 'Matching with Dukcapil'), (5, 'Matching with Bapenda'), (6, 'Data processing 2'), (7, 'Kelurahan deliberation meeting'), (8, 'Data processing 3'), (9, 'Final target list (DST)'), (10, 'Entry into SIKS-NG'), (11, 'Determination in DTKS')], verbose_name='from stage')),
                ('to_stage', models.PositiveSmallIntegerField(choices=[(1, 'Public information'), (2, 'Registration'), (3, 'Data processing 1'), (4, 'Matching with Dukcapil'), (5, 'Matching with Bapenda'), (6, 'Data processing 2'), (7, 'Kelurahan deliberation meeting'), (8, 'Data processing 3'), (9, 'Final target list (DST)'), (10, 'Entry into SIKS-NG'), (11, 'Determination in DTKS')], verbose_name='to stage')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='time')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('second_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='second signature')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('data', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'verbose_name': 'stage entry',
                'verbose_name_plural': 'stage entries',
                'ordering': ['phase', 'number'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('phase', 'number'), name='stages_entry_number_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['advance', 'close', 'suspend', 'resume', 'extend', 'reopen'])), name='stages_entry_kind_known'), models.CheckConstraint(condition=models.Q(('from_stage__gte', 1), ('from_stage__lte', 11), ('to_stage__gte', 1), ('to_stage__lte', 11)), name='stages_entry_stages_1_to_11'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'advance'), ('to_stage', django.db.models.expressions.CombinedExpression(models.F('from_stage'), '+', models.Value(1)))), models.Q(('kind', 'reopen'), ('to_stage__lte', models.F('from_stage'))), models.Q(models.Q(('kind__in', ('advance', 'reopen')), _negated=True), ('to_stage', models.F('from_stage'))), _connector='OR'), name='stages_entry_one_step_forward'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'reopen'), ('second_by__isnull', False), models.Q(('second_by', models.F('by')), _negated=True)), models.Q(models.Q(('kind', 'reopen'), _negated=True), ('second_by__isnull', True)), _connector='OR'), name='stages_entry_reopened_by_two')],
            },
        ),
        migrations.CreateModel(
            name='ReopenRequest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('phase', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reopen_requests', to='registration.phase')),
                ('from_stage', models.PositiveSmallIntegerField(choices=[(1, 'Public information'), (2, 'Registration'), (3, 'Data processing 1'), (4, 'Matching with Dukcapil'), (5, 'Matching with Bapenda'), (6, 'Data processing 2'), (7, 'Kelurahan deliberation meeting'), (8, 'Data processing 3'), (9, 'Final target list (DST)'), (10, 'Entry into SIKS-NG'), (11, 'Determination in DTKS')], verbose_name='from stage')),
                ('to_stage', models.PositiveSmallIntegerField(choices=[(1, 'Public information'), (2, 'Registration'), (3, 'Data processing 1'), (4, 'Matching with Dukcapil'), (5, 'Matching with Bapenda'), (6, 'Data processing 2'), (7, 'Kelurahan deliberation meeting'), (8, 'Data processing 3'), (9, 'Final target list (DST)'), (10, 'Entry into SIKS-NG'), (11, 'Determination in DTKS')], verbose_name='to stage')),
                ('kelurahan', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=13), blank=True, default=list, size=None)),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('requested_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed', models.BooleanField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'request to go back',
                'verbose_name_plural': 'requests to go back',
                'constraints': [models.UniqueConstraint(condition=models.Q(('settled_at__isnull', True)), fields=('phase',), name='stages_reopen_one_open_request'), models.CheckConstraint(condition=models.Q(('to_stage__lte', models.F('from_stage'))), name='stages_reopen_goes_back'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='stages_reopen_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed__isnull', True), ('settled_at__isnull', True), ('settled_by__isnull', True)), models.Q(('confirmed__isnull', False), ('settled_at__isnull', False), ('settled_by__isnull', False)), _connector='OR'), name='stages_reopen_settled_wholly'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed', True), _negated=True), models.Q(('settled_by', models.F('requested_by')), _negated=True), _connector='OR'), name='stages_reopen_two_people')],
            },
        ),
        migrations.CreateModel(
            name='Registry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(help_text='As on its lists, such as DTKS', max_length=40, unique=True, verbose_name='registry')),
                ('publishes_programmes', models.BooleanField(default=False, help_text='To anybody who knows NIK, name and birth date. Leave closed unless a regulation publishes them.', verbose_name='programmes are shown in the public status check')),
                ('legal_basis', models.CharField(blank=True, help_text='The regulation that publishes them', max_length=200, verbose_name='legal basis')),
            ],
            options={
                'verbose_name': 'registry',
                'verbose_name_plural': 'registries',
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('publishes_programmes', False), models.Q(('legal_basis', ''), _negated=True), _connector='OR'), name='stages_registry_publishes_by_law', violation_error_message='Name the regulation that publishes the programmes.')],
            },
        ),
        migrations.CreateModel(
            name='Conflict',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('phase', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conflicts', to='registration.phase')),
                ('family', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conflicts', to='registration.family')),
                ('kind', models.CharField(choices=[('in_need_but_excluded', 'The meeting says in need, but an exclusion stands'), ('flagged_data', 'The meeting says in need, but the data were flagged'), ('absent_but_registered', 'The meeting says absent, but Dukcapil confirms the family'), ('confirmed_without_finding', 'The meeting confirms a finding that no longer stands')], max_length=30, verbose_name='kind')),
                ('rule_keys', models.JSONField(blank=True, default=list, help_text='Rules whose exclusion stands')),
                ('muskel_result', models.CharField(max_length=20)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('resolution', models.CharField(blank=True, choices=[('propose', 'Propose the family'), ('not_propose', 'Do not propose the family')], default='', max_length=20)),
                ('reason', models.CharField(blank=True, default='', max_length=500, verbose_name='reason')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'conflict',
                'verbose_name_plural': 'conflicts',
                'ordering': ['created_at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('phase', 'family'), name='stages_conflict_once_per_family'), models.CheckConstraint(condition=models.Q(('kind__in', ['in_need_but_excluded', 'flagged_data', 'absent_but_registered', 'confirmed_without_finding'])), name='stages_conflict_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('reason', ''), ('resolution', '')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('resolution__in', ['propose', 'not_propose']), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='stages_conflict_resolved_by_a_person')],
            },
        ),
        migrations.CreateModel(
            name='TargetList',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('phase', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='target_lists', to='registration.phase')),
                ('kota', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='target_lists', to='areas.area')),
                ('state', models.CharField(choices=[('proposed', 'Proposed, waits for a second person'), ('confirmed', 'Confirmed'), ('discarded', 'Discarded')], default='proposed', max_length=10, verbose_name='state')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='proposed')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed')),
                ('included', models.PositiveIntegerField(verbose_name='families on the list')),
                ('left_out', models.PositiveIntegerField(verbose_name='families not proposed')),
                ('people', models.PositiveIntegerField(verbose_name='people on the list')),
                ('checksum', models.CharField(max_length=64, verbose_name='checksum')),
            ],
            options={
                'verbose_name': 'target list (DST)',
                'verbose_name_plural': 'target lists (DST)',
                'ordering': ['phase', 'kota', 'proposed_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'discarded'), _negated=True), fields=('phase', 'kota'), name='stages_target_one_per_kota'), models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'confirmed', 'discarded'])), name='stages_target_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='stages_target_confirmed_wholly'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), ('confirmed_at__isnull', False), _connector='OR'), name='stages_target_confirmed_by_somebody'), models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(('confirmed_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='stages_target_two_people')],
            },
        ),
        migrations.CreateModel(
            name='TargetEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='stages.targetlist')),
                ('family', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='target_entries', to='registration.family')),
                ('included', models.BooleanField()),
                ('reason_code', models.CharField(max_length=60)),
                ('reason_data', models.JSONField(blank=True, default=dict)),
                ('reason_text', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'verbose_name': 'family of a target list',
                'verbose_name_plural': 'families of target lists',
                'ordering': ['target_list', 'id'],
                'constraints': [models.UniqueConstraint(fields=('target_list', 'family'), name='stages_target_family_once'), models.CheckConstraint(condition=models.Q(('reason_code', ''), _negated=True), name='stages_target_entry_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='ExportPackage',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('phase', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='export_packages', to='registration.phase')),
                ('kota', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='export_packages', to='areas.area')),
                ('target_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='packages', to='stages.targetlist')),
                ('number', models.PositiveSmallIntegerField(help_text='Second and later ones hold corrected rows', verbose_name='number')),
                ('template', models.CharField(max_length=40, verbose_name='template')),
                ('row_count', models.PositiveIntegerField(verbose_name='rows')),
                ('sha256', models.CharField(max_length=64, verbose_name='checksum (SHA-256)')),
                ('content', models.BinaryField()),
                ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('issued_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='issued')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
            ],
            options={
                'verbose_name': 'export package',
                'verbose_name_plural': 'export packages',
                'ordering': ['phase', 'kota', 'number'],
                'constraints': [models.UniqueConstraint(fields=('phase', 'kota', 'number'), name='stages_package_number_once'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='stages_package_number_from_1'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='stages_package_sha256')],
            },
        ),
        migrations.CreateModel(
            name='ExportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('package', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='stages.exportpackage')),
                ('line', models.PositiveIntegerField(verbose_name='line')),
                ('family', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='export_rows', to='registration.family')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='export_rows', to='registration.member')),
            ],
            options={
                'verbose_name': 'row of an export package',
                'verbose_name_plural': 'rows of export packages',
                'ordering': ['package', 'line'],
                'constraints': [models.UniqueConstraint(fields=('package', 'line'), name='stages_export_line_once'), models.UniqueConstraint(fields=('package', 'member'), name='stages_export_member_once')],
            },
        ),
        migrations.CreateModel(
            name='ReturnedFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('package', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returned_files', to='stages.exportpackage')),
                ('sha256', models.CharField(max_length=64)),
                ('row_count', models.PositiveIntegerField()),
                ('imported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('imported_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='imported')),
            ],
            options={
                'verbose_name': 'returned file',
                'verbose_name_plural': 'returned files',
                'ordering': ['imported_at'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('package', 'sha256'), name='stages_returned_file_once')],
            },
        ),
        migrations.CreateModel(
            name='ReturnedRow',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='stages.returnedfile')),
                ('export_row', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='stages.exportrow')),
                ('line', models.PositiveIntegerField(verbose_name='line')),
                ('accepted', models.BooleanField(verbose_name='accepted')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'returned row',
                'verbose_name_plural': 'returned rows',
                'ordering': ['file', 'line'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('file', 'line'), name='stages_returned_line_once'), models.CheckConstraint(condition=models.Q(('accepted', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='stages_returned_failed_says_why')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='determinationbatch',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cc9f9290aa538e44a4ef1b3fdaf544164ff5b64c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_eeafd', table='stages_determinationbatch', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='determination',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='87186d5dad22c315a470e33ed31be3624a384aba', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_91d63', table='stages_determination', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='muskellock',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6fbee20eeef52d4bf320d68b6c81a6eda67807bc', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9f7c9', table='stages_muskellock', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='outcomedecision',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6648380f9e16b0dbe163ac05e098e4da308f3587', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9485b', table='stages_outcomedecision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='returnedfile',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e453f23adc19e84f072559fcbc231a9737055ff6', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_be1ac', table='stages_returnedfile', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='returnedrow',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='646272ff4470c55ae5a917c7078747550ff2107a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_1c52f', table='stages_returnedrow', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='stageentry',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6e33d22d1138ae6eff4982e4a3bbc632fcccd1d4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7fcb0', table='stages_stageentry', when='BEFORE')),
        ),
    ]
