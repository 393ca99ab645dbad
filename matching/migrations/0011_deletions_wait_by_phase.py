from importlib import import_module

from django.db import migrations

# One lock for all phases let a family that changes its registration wait for the matching of another phase, at its
# commit and in vain: writers of verdicts and whoever deletes people exclude each other within a phase. Whoever writes a
# person anew under the same key has deleted nobody and waits for no one.
GUARD = """
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
    PERFORM pg_advisory_xact_lock_shared(71003, one.scope_id::integer);
    SELECT count(*), count(member.id), count(*) FILTER (WHERE member.phase_id = one.scope_id),
        count(*) FILTER (WHERE run_id = one.run_id AND snapshot_id IS NOT DISTINCT FROM one.snapshot_id)
    INTO added_rows, about_people, of_its_phase, like_one
    FROM added LEFT JOIN registration_member member ON member.id = member_id;
    IF added_rows = 0 THEN
        RETURN NULL;
    ELSIF of_its_phase < about_people THEN  -- no run does that: people of other phases are held and looked for again
        PERFORM pg_advisory_xact_lock_shared(71003, others.phase_id::integer)
        FROM (SELECT DISTINCT phase_id FROM added JOIN registration_member member ON member.id = member_id) AS others;
        SELECT count(member.id) INTO about_people
        FROM added LEFT JOIN registration_member member ON member.id = member_id;
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

-- The argument is the column that refers. A row that was taken out and has come back is not gone.
CREATE OR REPLACE FUNCTION matching_verdict_needs() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE id = $1)', TG_TABLE_NAME) INTO found USING OLD.id;
    IF found THEN
        RETURN NULL;
    ELSIF TG_ARGV[0] = 'member_id' THEN
        PERFORM pg_advisory_xact_lock(71003, OLD.phase_id::integer);
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM matching_personverdict WHERE %I = $1)', TG_ARGV[0])
    INTO found USING OLD.id;
    IF found THEN
        RAISE EXCEPTION 'A verdict refers to this row of %.', TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
"""
# Whoever gives a row another key takes the old one away.
KEYS_STAY = """
CREATE CONSTRAINT TRIGGER matching_verdict_keeps_run AFTER UPDATE OF id ON jobs_run
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id)
    EXECUTE FUNCTION matching_verdict_needs('run_id');
CREATE CONSTRAINT TRIGGER matching_verdict_keeps_snapshot AFTER UPDATE OF id ON matching_snapshot
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id)
    EXECUTE FUNCTION matching_verdict_needs('snapshot_id');
CREATE CONSTRAINT TRIGGER matching_verdict_keeps_member AFTER UPDATE OF id ON registration_member
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id)
    EXECUTE FUNCTION matching_verdict_needs('member_id');
"""
BACK = """
DROP TRIGGER matching_verdict_keeps_member ON registration_member;
DROP TRIGGER matching_verdict_keeps_snapshot ON matching_snapshot;
DROP TRIGGER matching_verdict_keeps_run ON jobs_run;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0010_verdicts_cost_less'),
    ]

    operations = [
        migrations.RunSQL(GUARD, import_module("matching.migrations.0010_verdicts_cost_less").GUARD, elidable=False),
        migrations.RunSQL(KEYS_STAY, BACK, elidable=False),
    ]
