from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0001_tables'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='outboxmessage',
            name='jobs_outbox_next',
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='urgent',
            field=models.BooleanField(db_default=True, default=True, verbose_name='somebody waits for it'),
        ),
        migrations.AddIndex(
            model_name='outboxmessage',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['-urgent', 'available_at'], name='jobs_outbox_next'),
        ),
    ]
