import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0004_dry_runs'),
        ('matching', '0005_duplicate_pairs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SampledVerdict',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('draw', models.PositiveSmallIntegerField(verbose_name='draw')),
                ('place', models.PositiveSmallIntegerField(verbose_name='number')),
                ('is_right', models.BooleanField(blank=True, null=True, verbose_name='right')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('checked_at', models.DateTimeField(blank=True, null=True, verbose_name='checked')),
                ('checked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sample', to='jobs.run')),
                ('verdict', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='samples', to='matching.personverdict')),
            ],
            options={
                'verbose_name': 'verdict drawn for a check',
                'verbose_name_plural': 'verdicts drawn for a check',
                'constraints': [models.UniqueConstraint(fields=('run', 'draw', 'place'), name='matching_sample_place_once'), models.UniqueConstraint(fields=('run', 'verdict'), name='matching_sample_verdict_once'), models.CheckConstraint(condition=models.Q(models.Q(('checked_at__isnull', True), ('checked_by__isnull', True), ('is_right__isnull', True), ('note', '')), models.Q(('checked_at__isnull', False), ('checked_by__isnull', False), ('is_right__isnull', False)), _connector='OR'), name='matching_sample_checked_by_a_person'), models.CheckConstraint(condition=models.Q(models.Q(('is_right', False), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='matching_sample_wrong_with_a_note')],
            },
        ),
    ]
