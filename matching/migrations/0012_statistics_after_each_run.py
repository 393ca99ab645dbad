from django.db import migrations

# A run is read by the keys of its people; while statistics do not know it, the planner believes it to be empty and reads
# all of it for every few families. PostgreSQL renews them when a tenth of a table is new: after a dozen runs one more is
# less than that. So they are renewed for each run that is worth it.
RENEW = """
ALTER TABLE matching_personverdict SET (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 10000);
ALTER TABLE matching_assetevidence SET (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 10000);
"""
BACK = """
ALTER TABLE matching_personverdict RESET (autovacuum_analyze_scale_factor, autovacuum_analyze_threshold);
ALTER TABLE matching_assetevidence RESET (autovacuum_analyze_scale_factor, autovacuum_analyze_threshold);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0011_deletions_wait_by_phase'),
    ]

    operations = [
        migrations.RunSQL(RENEW, BACK, elidable=False),
    ]
