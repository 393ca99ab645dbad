import django.contrib.postgres.indexes
from django.db import migrations, models

# Locking each person that a verdict refers to wrote a million rows anew. Instead whoever writes verdicts and whoever
# has deleted people exclude each other (an advisory lock, until the commit), and both look again under it.
GUARD = """
CREATE OR REPLACE FUNCTION matching_verdicts_refer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_nestloop = on
SET enable_hashjoin = off SET enable_mergejoin = off SET random_page_cost = 1.1 AS $$
DECLARE
    one record;
    added_rows bigint;
    about_people bigint;
    like_one bigint;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(71003, 0);
    SELECT run_id, snapshot_id INTO one FROM added LIMIT 1;
    SELECT count(*), count(member.id),
        count(*) FILTER (WHERE run_id = one.run_id AND snapshot_id IS NOT DISTINCT FROM one.snapshot_id)
    INTO added_rows, about_people, like_one FROM added LEFT JOIN registration_member member ON member.id = member_id;
    IF added_rows = 0 THEN
        RETURN NULL;
    ELSIF like_one = added_rows THEN  -- nearly always: one statement writes for one run, from one extract
        PERFORM FROM jobs_run WHERE id = one.run_id FOR KEY SHARE;
        PERFORM FROM matching_snapshot WHERE id = one.snapshot_id FOR KEY SHARE;
    ELSE
        PERFORM FROM jobs_run WHERE id IN (SELECT run_id FROM added) FOR KEY SHARE;
        PERFORM FROM matching_snapshot WHERE id IN (SELECT snapshot_id FROM added) FOR KEY SHARE;
    END IF;
    IF about_people < added_rows OR EXISTS (
        SELECT FROM (SELECT one.run_id, one.snapshot_id
                     UNION ALL SELECT run_id, snapshot_id FROM added WHERE like_one < added_rows) AS about
        WHERE run_id NOT IN (SELECT id FROM jobs_run)
           OR (snapshot_id IS NOT NULL AND snapshot_id NOT IN (SELECT id FROM matching_snapshot))) THEN
        RAISE EXCEPTION 'A verdict refers to a run, an extract or a person that is not there.'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

-- The argument is the column that refers. A row that was taken out and has come back is not gone.
CREATE OR REPLACE FUNCTION matching_verdict_needs() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    refused boolean;
BEGIN
    IF TG_ARGV[0] = 'member_id' THEN
        PERFORM pg_advisory_xact_lock(71003, 0);
    END IF;
    EXECUTE format('SELECT NOT EXISTS (SELECT FROM %I WHERE id = $1)'
                   ' AND EXISTS (SELECT FROM matching_personverdict WHERE %I = $1)', TG_TABLE_NAME, TG_ARGV[0])
    INTO refused USING OLD.id;
    IF refused THEN
        RAISE EXCEPTION 'A verdict refers to this row of %.', TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
"""
BACK = """
CREATE OR REPLACE FUNCTION matching_verdicts_refer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_nestloop = on
SET random_page_cost = 1.1 AS $$
DECLARE
    people bigint;
BEGIN
    PERFORM FROM jobs_run WHERE id IN (SELECT run_id FROM added) FOR KEY SHARE;
    PERFORM FROM matching_snapshot WHERE id IN (SELECT snapshot_id FROM added) FOR KEY SHARE;
    PERFORM FROM registration_member WHERE id IN (SELECT member_id FROM added) FOR KEY SHARE;
    GET DIAGNOSTICS people = ROW_COUNT;
    -- Verdicts of one run are about as many people: only those of several runs have to be told apart.
    IF (people < (SELECT count(*) FROM added) AND people < (SELECT count(DISTINCT member_id) FROM added))
       OR EXISTS (SELECT FROM added
                  WHERE run_id NOT IN (SELECT id FROM jobs_run)
                     OR (snapshot_id IS NOT NULL AND snapshot_id NOT IN (SELECT id FROM matching_snapshot))) THEN
        RAISE EXCEPTION 'A verdict refers to a run, an extract or a person that is not there.'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION matching_verdict_needs() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    refused boolean;
BEGIN
    EXECUTE format('SELECT NOT EXISTS (SELECT FROM %I WHERE id = $1)'
                   ' AND EXISTS (SELECT FROM matching_personverdict WHERE %I = $1)', TG_TABLE_NAME, TG_ARGV[0])
    INTO refused USING OLD.id;
    IF refused THEN
        RAISE EXCEPTION 'A verdict refers to this row of %.', TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0009_suggestions_ruled_out'),
    ]

    operations = [
        migrations.RunSQL(GUARD, BACK, elidable=False),
        # Workers that write at the same time take their numbers by the thousand instead of one by one from one page.
        migrations.RunSQL(
            'ALTER TABLE matching_personverdict ALTER COLUMN id SET CACHE 1000',
            'ALTER TABLE matching_personverdict ALTER COLUMN id SET CACHE 1',
            elidable=False,
        ),
        migrations.RemoveIndex(
            model_name='personverdict',
            name='matching_verdict_of_run',
        ),
        migrations.AddIndex(
            model_name='personverdict',
            index=django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['run'], name='matching_verdict_of_run', pages_per_range=32),
        ),
        migrations.AddIndex(
            model_name='personverdict',
            index=models.Index(condition=models.Q(models.Q(('value', 'padan'), _negated=True), models.Q(('value', 'tidak_ada_catatan'), _negated=True)), fields=['run', 'value'], name='matching_verdict_to_look_at'),
        ),
    ]
