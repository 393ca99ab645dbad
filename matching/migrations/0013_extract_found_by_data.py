from django.db import migrations, models

# People whose number is not in the register are looked for by their KK, and by birth date and kelurahan. Without an
# index each look would read all of the extract: the larger the register, the longer a shard of always as many people.
ATTACH = """
CREATE OR REPLACE FUNCTION matching_attach_extract(snapshot integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    parent text := matching_parent_of_extract(snapshot, ARRAY['loading']);
    part text := parent || '_' || snapshot;
BEGIN
    IF parent = 'matching_populationrecord' THEN
        EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (snapshot_id, nik_index)', part);
        {indexes}
    ELSE
        EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (snapshot_id, line)', part);
        EXECUTE format('CREATE INDEX ON %I (snapshot_id, nik_index)', part);
        EXECUTE format('CREATE INDEX ON %I (snapshot_id, kk_index)', part);
    END IF;
    EXECUTE format('ANALYZE %I', part);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)', parent, part, snapshot);
END $$;
"""
INDEXES = """
        EXECUTE format('CREATE INDEX ON %I (kk_index)', part);
        EXECUTE format('CREATE INDEX ON %I (birth_date, kelurahan_code)', part);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0012_statistics_after_each_run'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='populationrecord',
            index=models.Index(fields=['kk_index'], name='matching_population_kk'),
        ),
        migrations.AddIndex(
            model_name='populationrecord',
            index=models.Index(fields=['birth_date', 'kelurahan_code'], name='matching_population_born'),
        ),
        migrations.RunSQL(
            ATTACH.replace('{indexes}', INDEXES), ATTACH.replace('{indexes}', ''), elidable=False
        ),
    ]
