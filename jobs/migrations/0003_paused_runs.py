from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0002_urgent_messages_first'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='run',
            name='jobs_run_one_live_per_scope',
        ),
        migrations.RemoveConstraint(
            model_name='run',
            name='jobs_run_state',
        ),
        migrations.AlterField(
            model_name='run',
            name='state',
            field=models.CharField(choices=[('planned', 'Waiting for a worker'), ('running', 'Running'), ('paused', 'Paused by a person'), ('done', 'Finished'), ('failed', 'Failed'), ('aborted', 'Stopped by a person')], default='planned', max_length=10, verbose_name='state'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('planned', 'running', 'paused'))), fields=('kind', 'scope_id'), name='jobs_run_one_live_per_scope'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'running', 'paused', 'done', 'failed', 'aborted'])), name='jobs_run_state'),
        ),
    ]
