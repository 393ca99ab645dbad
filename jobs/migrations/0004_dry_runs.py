from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0003_paused_runs'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='run',
            name='jobs_run_one_live_per_scope',
        ),
        migrations.AddField(
            model_name='run',
            name='is_dry',
            field=models.BooleanField(db_default=False, default=False, help_text='Its results are looked at and never relied on', verbose_name='dry run'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('planned', 'running', 'paused'))), fields=('kind', 'scope_id', 'is_dry'), name='jobs_run_one_live_per_scope'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(('is_dry', False), ('signed_off_at__isnull', True), _connector='OR'), name='jobs_run_dry_unsigned'),
        ),
    ]
