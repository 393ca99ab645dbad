from django.db import migrations

import matching.compared

# Rows that are there keep their JSON, as text: the notation (matching/compared.py) allows it.
BRIEF = """
ALTER TABLE matching_personverdict
    ALTER COLUMN fields TYPE text USING CASE WHEN fields = '{}' THEN '' ELSE fields::text END
"""
# Back to JSON. The words and letters are those of this day's notation.
RESULT = """'{field}', CASE WHEN fields ~ '{letter}' THEN jsonb_build_object('result', 'Sesuai'{more})
             WHEN fields ~* '{letter}' THEN jsonb_build_object('result', 'Tidak Sesuai'{more}) END"""
LETTERS = (('name', 'N'), ('birth_date', 'B'), ('sex', 'S'), ('kk', 'K'), ('kelurahan', 'A'), ('occupation', 'J'))
MORE = {
    'name': """, 'score', substring(fields from '^[Nn]([0-9]+)')::int,
                 'folded_equal', CASE substring(fields from '[=!]') WHEN '=' THEN true WHEN '!' THEN false END""",
    'kelurahan': """, 'level', (ARRAY['provinsi', 'kota', 'kecamatan', 'kelurahan'])[
                 substring(fields from '[Aa]([1-4])')::int]""",
}
SAID = ', '.join(RESULT.format(field=field, letter=letter, more=MORE.get(field, '')) for field, letter in LETTERS)
IN_FULL = f"""
ALTER TABLE matching_personverdict ALTER COLUMN fields TYPE jsonb USING
    CASE WHEN fields LIKE '{{%' THEN fields::jsonb ELSE jsonb_strip_nulls(jsonb_build_object({SAID})) END
"""


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0014_people_read_under_the_lock'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(BRIEF, IN_FULL, elidable=False)],
            state_operations=[
                migrations.AlterField(
                    model_name='personverdict',
                    name='fields',
                    field=matching.compared.ComparedField(default=dict),
                ),
            ],
        ),
        # So many that a worker seldom writes beside the numbers of another, into the same page of their index.
        migrations.RunSQL(
            'ALTER TABLE matching_personverdict ALTER COLUMN id SET CACHE 100000',
            'ALTER TABLE matching_personverdict ALTER COLUMN id SET CACHE 1000',
            elidable=False,
        ),
    ]
