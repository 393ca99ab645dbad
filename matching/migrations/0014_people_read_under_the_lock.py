from importlib import import_module

from django.db import migrations

# Looking every person of a shard up again took a fifth of its time. Who takes the phase's lock first and reads its
# people afterwards cannot have read anybody who is gone: nobody deletes people of the phase until the commit.
HOLD = """
CREATE OR REPLACE FUNCTION matching_hold_people(phase bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(71003, phase::integer);
    PERFORM set_config('dtks.people_held', phase::text, true);
END $$;

CREATE OR REPLACE FUNCTION matching_verdicts_refer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_nestloop = on
SET enable_hashjoin = off SET enable_mergejoin = off SET random_page_cost = 1.1 AS $$
DECLARE
    one record;
    added_rows bigint;
    about_people bigint;
    of_its_phase bigint;
    like_one bigint;
BEGIN
    SELECT run_id, snapshot_id, scope_id INTO one FROM added LEFT JOIN jobs_run run ON run.id = run_id LIMIT 1;
    SELECT count(*), count(*) FILTER (WHERE run_id = one.run_id AND snapshot_id IS NOT DISTINCT FROM one.snapshot_id)
    INTO added_rows, like_one FROM added;
    IF added_rows = 0 THEN
        RETURN NULL;
    ELSIF like_one = added_rows AND current_setting('dtks.people_held', true) = one.scope_id::text THEN
        about_people := added_rows;  -- this transaction holds the phase and has read its people since
    ELSE
        PERFORM pg_advisory_xact_lock_shared(71003, one.scope_id::integer);
        SELECT count(member.id), count(*) FILTER (WHERE member.phase_id = one.scope_id)
        INTO about_people, of_its_phase FROM added LEFT JOIN registration_member member ON member.id = member_id;
        IF of_its_phase < about_people THEN  -- no run does that: people of other phases are held and looked for again
            PERFORM pg_advisory_xact_lock_shared(71003, others.phase_id::integer) FROM (
                SELECT DISTINCT phase_id FROM added JOIN registration_member member ON member.id = member_id) AS others;
            SELECT count(member.id) INTO about_people
            FROM added LEFT JOIN registration_member member ON member.id = member_id;
        END IF;
    END IF;
    IF like_one = added_rows THEN  -- nearly always: one statement writes for one run, from one extract
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
"""
# The function of 0011 came together with that of the deletions, which is the same before and after.
BEFORE = import_module("matching.migrations.0011_deletions_wait_by_phase").GUARD
BACK = f"{BEFORE}\nDROP FUNCTION matching_hold_people(bigint);"


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0013_extract_found_by_data'),
    ]

    operations = [
        migrations.RunSQL(HOLD, BACK, elidable=False),
    ]
