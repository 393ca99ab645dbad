import identity.fields
from django.db import migrations, models

# The database alone keeps these copies, whoever writes which of the three rows, in whatever order. The rows that are
# copied from are locked as by FOR SHARE: who withdraws a household at the same moment waits, and then finds its people.
KEPT = """
CREATE FUNCTION registration_copies_for_roster() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    SELECT submitted_at IS NOT NULL AND withdrawn_at IS NULL, ktp_kelurahan_id
    INTO NEW.roster_active, NEW.roster_kelurahan FROM registration_household WHERE id = NEW.household_id FOR SHARE;
    SELECT kk_index INTO NEW.roster_kk_index FROM registration_family WHERE id = NEW.family_id FOR SHARE;
    NEW.roster_active := coalesce(NEW.roster_active, false);
    RETURN NEW;
END $$;

-- The argument is the column by which people belong to the row that was written.
CREATE FUNCTION registration_roster_follows() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('UPDATE registration_member SET roster_active = roster_active WHERE %I = $1', TG_ARGV[0])
    USING NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER registration_copies_for_roster
    BEFORE INSERT OR UPDATE OF family_id, household_id, roster_active, roster_kk_index, roster_kelurahan
    ON registration_member FOR EACH ROW EXECUTE FUNCTION registration_copies_for_roster();
CREATE TRIGGER registration_roster_of_new_household AFTER INSERT ON registration_household
    FOR EACH ROW EXECUTE FUNCTION registration_roster_follows('household_id');
CREATE TRIGGER registration_roster_of_household
    AFTER UPDATE OF submitted_at, withdrawn_at, ktp_kelurahan_id ON registration_household FOR EACH ROW
    WHEN ((OLD.submitted_at, OLD.withdrawn_at, OLD.ktp_kelurahan_id)
          IS DISTINCT FROM (NEW.submitted_at, NEW.withdrawn_at, NEW.ktp_kelurahan_id))
    EXECUTE FUNCTION registration_roster_follows('household_id');
CREATE TRIGGER registration_roster_of_new_family AFTER INSERT ON registration_family
    FOR EACH ROW EXECUTE FUNCTION registration_roster_follows('family_id');
CREATE TRIGGER registration_roster_of_family AFTER UPDATE OF kk_index ON registration_family FOR EACH ROW
    WHEN (OLD.kk_index IS DISTINCT FROM NEW.kk_index) EXECUTE FUNCTION registration_roster_follows('family_id');

-- The index answers alone where a page is known to hold nothing but what all may see: vacuum says so.
ALTER TABLE registration_member SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
UPDATE registration_member SET roster_active = roster_active;
"""
BACK = """
ALTER TABLE registration_member RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor);
DROP TRIGGER registration_roster_of_family ON registration_family;
DROP TRIGGER registration_roster_of_new_family ON registration_family;
DROP TRIGGER registration_roster_of_household ON registration_household;
DROP TRIGGER registration_roster_of_new_household ON registration_household;
DROP TRIGGER registration_copies_for_roster ON registration_member;
DROP FUNCTION registration_roster_follows(), registration_copies_for_roster();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('registration', '0003_people_and_homes_alike'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='member',
            name='member_of_nik',
        ),
        migrations.AddField(
            model_name='member',
            name='roster_active',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name='member',
            name='roster_kelurahan',
            field=models.CharField(editable=False, max_length=13, null=True),
        ),
        migrations.AddField(
            model_name='member',
            name='roster_kk_index',
            field=identity.fields.KeyedIndexField(null=True),
        ),
        migrations.RunSQL(KEPT, BACK, elidable=False),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(fields=['phase', 'nik_index'], include=('id', 'name', 'birth_date', 'sex', 'occupation', 'roster_active', 'roster_kk_index', 'roster_kelurahan'), name='member_of_nik'),
        ),
    ]
