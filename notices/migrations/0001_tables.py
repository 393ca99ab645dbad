import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('notices', '0001_initial')]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        ('registration', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='registration.household')),
                ('family', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='registration.family')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('params', models.JSONField(blank=True, default=dict)),
                ('subject', models.CharField(max_length=200, verbose_name='subject line')),
                ('body', models.TextField(verbose_name='text')),
                ('on_paper', models.BooleanField(default=False, verbose_name='on paper')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='written')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read')),
                ('handed_over_at', models.DateTimeField(blank=True, null=True, verbose_name='handed over')),
                ('handed_over_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'ordering': ['-created_at', 'id'],
                'indexes': [models.Index(fields=['household', '-created_at'], name='notice_of_household'), models.Index(condition=models.Q(('handed_over_at__isnull', True), ('on_paper', True)), fields=['household'], name='notice_to_print')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('handed_over_at__isnull', True), ('handed_over_by__isnull', True)), models.Q(('handed_over_at__isnull', False), ('handed_over_by__isnull', False)), _connector='OR'), name='notice_handed_over_both_or_neither')],
            },
        ),
    ]
