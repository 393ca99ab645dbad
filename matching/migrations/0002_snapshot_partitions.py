from django.db import migrations, models


# What was a table becomes the default partition: extracts loaded before this stay where they are, until retired.
PARTITIONED = """
ALTER TABLE matching_populationrecord RENAME TO matching_populationrecord_other;
ALTER INDEX matching_populationrecord_pkey RENAME TO matching_populationrecord_other_pkey;
CREATE TABLE matching_populationrecord (LIKE matching_populationrecord_other INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
    PARTITION BY LIST (snapshot_id);
ALTER TABLE matching_populationrecord ATTACH PARTITION matching_populationrecord_other DEFAULT;
ALTER TABLE matching_populationrecord ADD PRIMARY KEY (snapshot_id, nik_index);

ALTER TABLE matching_assetrecord RENAME TO matching_assetrecord_other;
ALTER INDEX matching_assetrecord_pkey RENAME TO matching_assetrecord_other_pkey;
ALTER INDEX matching_asset_nik RENAME TO matching_asset_other_nik;
ALTER INDEX matching_asset_kk RENAME TO matching_asset_other_kk;
CREATE TABLE matching_assetrecord (LIKE matching_assetrecord_other INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
    PARTITION BY LIST (snapshot_id);
ALTER TABLE matching_assetrecord ATTACH PARTITION matching_assetrecord_other DEFAULT;
ALTER TABLE matching_assetrecord ADD PRIMARY KEY (snapshot_id, line);
CREATE INDEX matching_asset_nik ON matching_assetrecord (snapshot_id, nik_index);
CREATE INDEX matching_asset_kk ON matching_assetrecord (snapshot_id, kk_index);
"""

# The application's role owns no table. These act for it as the owner, on the partition of one extract and in the
# states in which nobody relies on that extract; all they take is its number.
FUNCTIONS = """
CREATE FUNCTION matching_parent_of_extract(snapshot integer, states text[]) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    found text;
BEGIN
    SELECT CASE source WHEN 'population' THEN 'matching_populationrecord' ELSE 'matching_assetrecord' END
    INTO found FROM matching_snapshot WHERE id = snapshot AND state = ANY (states);
    IF found IS NULL THEN
        RAISE EXCEPTION 'No extract % is in one of the states %.', snapshot, states;
    END IF;
    RETURN found;
END $$;

CREATE FUNCTION matching_open_extract(snapshot integer) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    parent text := matching_parent_of_extract(snapshot, ARRAY['loading']);
    part text := parent || '_' || snapshot;
BEGIN
    EXECUTE format('DROP TABLE IF EXISTS %I', part);
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part, parent);
    EXECUTE format('ALTER TABLE %I ALTER snapshot_id SET DEFAULT %s, ADD CHECK (snapshot_id = %s)',
                   part, snapshot, snapshot);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO %I', part, session_user);
    RETURN part;
END $$;

CREATE FUNCTION matching_attach_extract(snapshot integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    parent text := matching_parent_of_extract(snapshot, ARRAY['loading']);
    part text := parent || '_' || snapshot;
BEGIN
    IF parent = 'matching_populationrecord' THEN
        EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (snapshot_id, nik_index)', part);
    ELSE
        EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (snapshot_id, line)', part);
        EXECUTE format('CREATE INDEX ON %I (snapshot_id, nik_index)', part);
        EXECUTE format('CREATE INDEX ON %I (snapshot_id, kk_index)', part);
    END IF;
    EXECUTE format('ANALYZE %I', part);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)', parent, part, snapshot);
END $$;

-- Taking a partition away waits for everybody who reads any of them; emptying it only for readers of its own.
CREATE FUNCTION matching_drop_extract(snapshot integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    part text;
    is_gone boolean := true;
BEGIN
    IF EXISTS (SELECT FROM matching_snapshot WHERE id = snapshot AND state = 'ready') THEN
        RAISE EXCEPTION 'The extract % is ready; retire it first.', snapshot;
    END IF;
    FOREACH part IN ARRAY ARRAY['matching_populationrecord_' || snapshot, 'matching_assetrecord_' || snapshot] LOOP
        IF to_regclass(part) IS NOT NULL THEN
            BEGIN
                PERFORM set_config('lock_timeout', '1s', true);
                EXECUTE format('DROP TABLE %I', part);
            EXCEPTION WHEN lock_not_available THEN
                PERFORM set_config('lock_timeout', '4s', true);
                EXECUTE format('TRUNCATE %I', part);
                is_gone := false;
            END;
        END IF;
    END LOOP;
    RETURN is_gone;
END $$;
"""
BACK = """
DROP FUNCTION matching_drop_extract(integer), matching_attach_extract(integer), matching_open_extract(integer),
    matching_parent_of_extract(integer, text[]);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0001_tables'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='snapshot',
            name='matching_snapshot_state',
        ),
        migrations.RemoveConstraint(
            model_name='snapshot',
            name='matching_snapshot_ready_is_whole',
        ),
        migrations.AddField(
            model_name='snapshot',
            name='attempts',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='began_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='bytes_read',
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='bytes_total',
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='found',
            field=models.JSONField(blank=True, default=dict, verbose_name='detected'),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='problem_count',
            field=models.PositiveBigIntegerField(default=0, verbose_name='errors'),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='problems',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='progress_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='rows_read',
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='step',
            field=models.CharField(blank=True, choices=[('reading', 'reading'), ('storing', 'sorting and storing'), ('indexing', 'building indexes')], max_length=10, verbose_name='step'),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='upload',
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='uploaded_by_id',
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='snapshot',
            name='state',
            field=models.CharField(choices=[('waiting', 'Waiting for a worker'), ('loading', 'Loading'), ('refused', 'Refused: the file has errors'), ('ready', 'Ready'), ('retired', 'Retired')], default='loading', max_length=10, verbose_name='state'),
        ),
        migrations.AddConstraint(
            model_name='snapshot',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'loading', 'refused', 'ready', 'retired'])), name='matching_snapshot_state'),
        ),
        migrations.AddConstraint(
            model_name='snapshot',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ready_at__isnull', True), ('state__in', ('waiting', 'loading', 'refused'))), models.Q(('ready_at__isnull', False), ('row_count__gt', 0), models.Q(('state__in', ('waiting', 'loading', 'refused')), _negated=True), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='matching_snapshot_ready_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='snapshot',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'waiting'), _negated=True), models.Q(('upload', ''), _negated=True), _connector='OR'), name='matching_snapshot_waits_with_a_file'),
        ),
        migrations.AddConstraint(
            model_name='snapshot',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('problem_count__gt', 0), ('state', 'refused')), models.Q(models.Q(('state', 'refused'), _negated=True), ('problem_count', 0)), _connector='OR'), name='matching_snapshot_refused_with_errors'),
        ),
        migrations.RunSQL(PARTITIONED, elidable=False),
        migrations.RunSQL(FUNCTIONS, BACK, elidable=False),
    ]
