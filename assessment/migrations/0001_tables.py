import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('assessment', '0001_initial')]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        ('registration', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('run_id', models.UUIDField(db_index=True, verbose_name='run')),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='registration.household')),
                ('family', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='registration.family')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='registration.member')),
                ('rule_key', models.CharField(max_length=40, verbose_name='rule')),
                ('rule_version', models.CharField(max_length=10, verbose_name='version of the rule')),
                ('verdict', models.CharField(choices=[('clear', 'Nothing against it'), ('excluded', 'Speaks against it'), ('unknown', 'Not known')], max_length=10, verbose_name='verdict')),
                ('severity', models.CharField(choices=[('hard', 'Own statement'), ('review', 'To be reviewed')], max_length=10, verbose_name='severity')),
                ('source', models.CharField(max_length=40, verbose_name='source')),
                ('source_date', models.DateField(blank=True, null=True, verbose_name='date of the source')),
                ('detail', models.JSONField(blank=True, default=dict, verbose_name='details')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='written')),
                ('is_current', models.BooleanField(default=True, verbose_name='current')),
            ],
            options={
                'verbose_name': 'finding',
                'verbose_name_plural': 'findings',
                'ordering': ['household', 'rule_key', 'id'],
                'indexes': [models.Index(condition=models.Q(('is_current', True)), fields=['household'], name='finding_current_of'), models.Index(condition=models.Q(('is_current', True)), fields=['rule_key', 'verdict'], name='finding_current_rule')],
                'constraints': [models.UniqueConstraint(fields=('run_id', 'household', 'rule_key', 'family', 'member'), name='finding_once_per_run_and_subject', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('verdict__in', ['clear', 'excluded', 'unknown'])), name='finding_verdict_known'), models.CheckConstraint(condition=models.Q(('severity__in', ['hard', 'review'])), name='finding_severity_known'), models.CheckConstraint(condition=models.Q(('member__isnull', True), ('family__isnull', False), _connector='OR'), name='finding_member_with_family'), models.CheckConstraint(condition=models.Q(models.Q(('rule_key', 'data_kependudukan'), _negated=True), models.Q(('severity', 'review'), ('verdict', 'unknown')), _connector='OR'), name='finding_population_never_excludes')],
            },
        ),
        migrations.CreateModel(
            name='CleaningIssue',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('phase', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cleaning_issues', to='registration.phase')),
                ('run_id', models.UUIDField(verbose_name='run')),
                ('kind', models.CharField(choices=[('nik_ganda', 'Same NIK twice'), ('kk_ganda', 'Same KK number twice'), ('tidak_lengkap', 'Family incomplete')], max_length=20, verbose_name='kind')),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cleaning_issues', to='registration.household')),
                ('other_household', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='registration.household', verbose_name='other household')),
                ('family', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='registration.family')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='registration.member')),
                ('detail', models.JSONField(blank=True, default=dict, verbose_name='details')),
                ('state', models.CharField(choices=[('open', 'Not decided yet'), ('resolved', 'Resolved'), ('flagged', 'Flagged for the muskel')], default='open', max_length=10, verbose_name='state')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='found')),
            ],
            options={
                'verbose_name': 'cleaning issue',
                'verbose_name_plural': 'cleaning issues',
                'ordering': ['created_at', 'id'],
                'indexes': [models.Index(fields=['phase', 'state', 'created_at'], name='issue_of_phase')],
                'constraints': [models.UniqueConstraint(fields=('phase', 'kind', 'household', 'other_household', 'family', 'member'), name='issue_once_per_place', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('kind__in', ['nik_ganda', 'kk_ganda', 'tidak_lengkap'])), name='issue_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('reason', ''), ('state', 'open')), models.Q(('state__in', ['resolved', 'flagged']), ('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='issue_decided_by_a_person_with_reason'), models.CheckConstraint(condition=models.Q(('other_household__isnull', True), models.Q(('other_household', models.F('household')), _negated=True), _connector='OR'), name='issue_other_household_is_another')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='finding',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='8bab69287a49b2f520d0283955d0868938525b29', operation='DELETE', pgid='pgtrigger_append_only_56734', table='assessment_finding', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='finding',
            trigger=pgtrigger.compiler.Trigger(name='only_is_current_changes', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."run_id" IS DISTINCT FROM (NEW."run_id") OR OLD."household_id" IS DISTINCT FROM (NEW."household_id") OR OLD."family_id" IS DISTINCT FROM (NEW."family_id") OR OLD."member_id" IS DISTINCT FROM (NEW."member_id") OR OLD."rule_key" IS DISTINCT FROM (NEW."rule_key") OR OLD."rule_version" IS DISTINCT FROM (NEW."rule_version") OR OLD."verdict" IS DISTINCT FROM (NEW."verdict") OR OLD."severity" IS DISTINCT FROM (NEW."severity") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."source_date" IS DISTINCT FROM (NEW."source_date") OR OLD."detail" IS DISTINCT FROM (NEW."detail") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='506581fe0236211ec03c95c45854f82b71093637', operation='UPDATE', pgid='pgtrigger_only_is_current_changes_52a09', table='assessment_finding', when='BEFORE')),
        ),
    ]
