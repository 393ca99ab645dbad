import django.db.models.deletion
import django.db.models.functions.datetime
import identity.fields
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('jobs', '0001_initial'), ('jobs', '0002_documents_and_what_messages_are_about')]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=60, verbose_name='kind')),
                ('asked_by_id', models.UUIDField(verbose_name='asked by')),
                ('about_id', models.UUIDField(verbose_name='about')),
                ('language', models.CharField(max_length=5, verbose_name='language')),
                ('params', models.JSONField(blank=True, default=dict)),
                ('file_name', models.CharField(blank=True, max_length=80)),
                ('content', models.BinaryField(null=True)),
                ('state', models.CharField(choices=[('waiting', 'Being prepared'), ('ready', 'Ready'), ('failed', 'Could not be made')], default='waiting', max_length=10, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('token', models.BigIntegerField(default=0)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('available_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='asked for')),
                ('ready_at', models.DateTimeField(blank=True, null=True, verbose_name='ready since')),
                ('expires_at', models.DateTimeField(verbose_name='kept until')),
                ('error', models.CharField(blank=True, max_length=200, verbose_name='error')),
            ],
            options={
                'verbose_name': 'document',
                'verbose_name_plural': 'documents',
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['available_at'], name='jobs_document_next'), models.Index(fields=['expires_at'], name='jobs_document_expires')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'ready', 'failed'])), name='jobs_document_state'), models.CheckConstraint(condition=models.Q(models.Q(('content__isnull', False), ('ready_at__isnull', False), ('state', 'ready')), models.Q(models.Q(('state', 'ready'), _negated=True), ('content__isnull', True), ('ready_at__isnull', True)), _connector='OR'), name='jobs_document_ready_is_whole'), models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('kind', 'asked_by_id', 'about_id', 'language'), name='jobs_document_asked_once')],
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=60, verbose_name='kind')),
                ('scope_id', models.BigIntegerField(help_text='Number of the phase this run is for', verbose_name='phase')),
                ('params', models.JSONField(blank=True, default=dict)),
                ('config_hash', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('planned', 'Waiting for a worker'), ('running', 'Running'), ('done', 'Finished'), ('failed', 'Failed'), ('aborted', 'Stopped by a person')], default='planned', max_length=10, verbose_name='state')),
                ('lease_seconds', models.FloatField(default=60)),
                ('rows_planned', models.BigIntegerField(blank=True, null=True)),
                ('step_attempts', models.PositiveSmallIntegerField(default=0, help_text='Tries of the planning or finishing step, counted before the work')),
                ('error', models.CharField(blank=True, max_length=200)),
                ('started_by_id', models.UUIDField(blank=True, null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='started')),
                ('resumed_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('signed_off_by_id', models.UUIDField(blank=True, null=True)),
                ('signed_off_at', models.DateTimeField(blank=True, null=True, verbose_name='signed off')),
            ],
            options={
                'verbose_name': 'run',
                'verbose_name_plural': 'runs',
                'indexes': [models.Index(fields=['kind', 'scope_id', '-created_at'], name='jobs_run_latest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('planned', 'running'))), fields=('kind', 'scope_id'), name='jobs_run_one_live_per_scope'), models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'running', 'done', 'failed', 'aborted'])), name='jobs_run_state'), models.CheckConstraint(condition=models.Q(models.Q(('signed_off_at__isnull', True), ('signed_off_by_id__isnull', True)), models.Q(('signed_off_at__isnull', False), ('signed_off_by_id__isnull', False), ('state', 'done')), _connector='OR'), name='jobs_run_signed_off_when_done'), models.CheckConstraint(condition=models.Q(('lease_seconds__gt', 0)), name='jobs_run_lease_positive')],
            },
        ),
        migrations.CreateModel(
            name='Shard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shards', to='jobs.run')),
                ('number', models.PositiveIntegerField()),
                ('lower', models.BinaryField(blank=True, null=True)),
                ('upper', models.BinaryField(blank=True, null=True)),
                ('share', models.FloatField(default=1.0, help_text='Part of the run; halved when a shard is split')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('leased', 'Being worked on'), ('done', 'Done'), ('poison', 'Could not be worked on')], default='waiting', max_length=10)),
                ('token', models.BigIntegerField(default=0, help_text='Grows with every lease; only its holder may commit')),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('leased_at', models.DateTimeField(blank=True, null=True)),
                ('worker', models.CharField(blank=True, max_length=120)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('available_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('rows', models.PositiveBigIntegerField(default=0)),
                ('error', models.CharField(blank=True, help_text='Kind of error only, never its text', max_length=200)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('resolved_at', models.DateTimeField(blank=True, null=True)),
                ('resolved_by_id', models.UUIDField(blank=True, null=True)),
                ('resolution', models.TextField(blank=True)),
            ],
            options={
                'verbose_name': 'shard',
                'verbose_name_plural': 'shards',
                'indexes': [models.Index(fields=['run', 'state', 'attempts', 'number'], name='jobs_shard_next')],
                'constraints': [models.UniqueConstraint(fields=('run', 'lower'), name='jobs_shard_lower_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'leased', 'done', 'poison'])), name='jobs_shard_state'), models.CheckConstraint(condition=models.Q(('lower__isnull', True), ('upper__isnull', True), ('lower__lt', models.F('upper')), _connector='OR'), name='jobs_shard_range'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'leased'), _negated=True), ('lease_until__isnull', False), _connector='OR'), name='jobs_shard_leased_until'), models.CheckConstraint(condition=models.Q(models.Q(('resolution', ''), ('resolved_at__isnull', True), ('resolved_by_id__isnull', True)), models.Q(('resolved_at__isnull', False), ('resolved_by_id__isnull', False), ('state', 'poison'), models.Q(('resolution', ''), _negated=True)), _connector='OR'), name='jobs_shard_resolved_by_a_person')],
            },
        ),
        migrations.CreateModel(
            name='OutboxMessage',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('channel', models.CharField(choices=[('email', 'E-mail'), ('sms', 'SMS'), ('whatsapp', 'WhatsApp')], max_length=10, verbose_name='channel')),
                ('recipient', identity.fields.SealedTextField(blank=True, null=True)),
                ('subject', identity.fields.SealedTextField(blank=True, null=True)),
                ('body', identity.fields.SealedTextField(blank=True, null=True)),
                ('about_id', models.UUIDField(blank=True, editable=False, null=True, verbose_name='about')),
                ('dedupe_key', models.CharField(blank=True, max_length=200, null=True, unique=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sent', 'Sent'), ('failed', 'Given up')], default='waiting', max_length=10, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('token', models.BigIntegerField(default=0)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('available_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='written')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                ('purged_at', models.DateTimeField(blank=True, null=True)),
                ('error', models.CharField(blank=True, max_length=200, verbose_name='error')),
            ],
            options={
                'verbose_name': 'outgoing message',
                'verbose_name_plural': 'outgoing messages',
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['available_at'], name='jobs_outbox_next'), models.Index(fields=['-created_at'], name='jobs_outbox_newest'), models.Index(condition=models.Q(('purged_at__isnull', True)), fields=['created_at'], name='jobs_outbox_unpurged'), models.Index(condition=models.Q(('about_id__isnull', False)), fields=['about_id'], name='jobs_outbox_about')],
                'constraints': [models.CheckConstraint(condition=models.Q(('channel__in', ['email', 'sms', 'whatsapp'])), name='jobs_outbox_channel'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'sent', 'failed'])), name='jobs_outbox_state'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='jobs_outbox_sent_at')],
            },
        ),
    ]
