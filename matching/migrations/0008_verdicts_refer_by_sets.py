import django.db.models.deletion
from django.db import migrations, models

# A foreign key looks every new row up by itself: for a million verdicts three million times. These guard the same for
# a whole statement at once. A row that is referred to is locked until the commit, as a foreign key would lock it, and
# none goes as long as a verdict refers to it.
FUNCTIONS = """
CREATE FUNCTION matching_verdicts_refer() RETURNS trigger
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

CREATE FUNCTION matching_verdict_is_about_the_same() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What a verdict is about does not change.' USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- The argument is the column that refers. A row that was taken out and has come back is not gone.
CREATE FUNCTION matching_verdict_needs() RETURNS trigger
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

CREATE TRIGGER matching_verdicts_refer AFTER INSERT ON matching_personverdict
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION matching_verdicts_refer();
CREATE TRIGGER matching_verdict_is_about_the_same BEFORE UPDATE OF run_id, member_id, snapshot_id
    ON matching_personverdict FOR EACH ROW
    WHEN ((OLD.run_id, OLD.member_id, OLD.snapshot_id) IS DISTINCT FROM (NEW.run_id, NEW.member_id, NEW.snapshot_id))
    EXECUTE FUNCTION matching_verdict_is_about_the_same();
CREATE CONSTRAINT TRIGGER matching_verdict_needs_run AFTER DELETE ON jobs_run
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION matching_verdict_needs('run_id');
CREATE CONSTRAINT TRIGGER matching_verdict_needs_snapshot AFTER DELETE ON matching_snapshot
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION matching_verdict_needs('snapshot_id');
CREATE CONSTRAINT TRIGGER matching_verdict_needs_member AFTER DELETE ON registration_member
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION matching_verdict_needs('member_id');
"""
BACK = """
DROP TRIGGER matching_verdict_needs_member ON registration_member;
DROP TRIGGER matching_verdict_needs_snapshot ON matching_snapshot;
DROP TRIGGER matching_verdict_needs_run ON jobs_run;
DROP TRIGGER matching_verdict_is_about_the_same ON matching_personverdict;
DROP TRIGGER matching_verdicts_refer ON matching_personverdict;
DROP FUNCTION matching_verdict_needs(), matching_verdict_is_about_the_same(), matching_verdicts_refer();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0007_trained_linkage_models'),
    ]

    operations = [
        migrations.AlterField(
            model_name='personverdict',
            name='member',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='verdicts', to='registration.member'),
        ),
        migrations.AlterField(
            model_name='personverdict',
            name='run',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='verdicts', to='jobs.run'),
        ),
        migrations.AlterField(
            model_name='personverdict',
            name='snapshot',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matching.snapshot'),
        ),
        migrations.RunSQL(FUNCTIONS, BACK, elidable=False),
    ]
