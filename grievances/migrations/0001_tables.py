import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('grievances', '0001_initial')]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        ('assessment', '0001_tables'),
        ('registration', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('content', models.BinaryField()),
                ('media_type', models.CharField(max_length=20)),
                ('size', models.PositiveIntegerField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name': 'attachment',
                'verbose_name_plural': 'attachments',
                'constraints': [models.CheckConstraint(condition=models.Q(('media_type', 'image/jpeg')), name='attachment_is_a_picture_of_ours')],
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('finding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='assessment.finding')),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='registration.household')),
                ('text', models.TextField(max_length=2000, verbose_name='text')),
                ('attachment', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='grievances.attachment')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='raised')),
                ('state', models.CharField(choices=[('open', 'Waiting for a decision'), ('upheld', 'Accepted'), ('rejected', 'Not accepted')], default='open', max_length=10, verbose_name='state')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('reason', models.CharField(blank=True, max_length=1000, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'objection',
                'verbose_name_plural': 'objections',
                'ordering': ['created_at', 'id'],
                'indexes': [models.Index(fields=['household', 'created_at'], name='objection_of_household'), models.Index(condition=models.Q(('state', 'open')), fields=['created_at'], name='objection_open')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('finding',), name='objection_one_open_per_finding'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'upheld', 'rejected'])), name='objection_state_known'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='objection_has_words'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('reason', ''), ('state', 'open')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state__in', ['upheld', 'rejected']), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='objection_decided_with_reason'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('created_by')), _negated=True), _connector='OR'), name='objection_decided_by_another')],
            },
        ),
    ]
