"""Looking for vehicles and land: by the NIK of each member, and by the KK number where no member's NIK led there."""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from jobs.engine import Handler
from jobs.models import Run, Shard
from matching import members
from matching.vocabulary import NO_NIK, SET_ASIDE, Source, Value

# LATERAL as in population.py: one index probe per member or KK, whatever the planner knows of a fresh extract.
BY_NIK = """
    INSERT INTO matching_assetevidence (run_id, family_id, member_id, basis, record_line, kind, number, value)
    SELECT %(run)s, member.family_id, member.id, 'nik', asset.line, asset.kind, asset.number, asset.value
    FROM (SELECT member.id, member.family_id, member.nik_index FROM {members}{within}) AS member
    JOIN LATERAL (SELECT * FROM matching_assetrecord
                  WHERE snapshot_id = %(snapshot)s AND nik_index = member.nik_index OFFSET 0) AS asset ON true
"""
# An item of one of the phase's members counts for that member's family only.
BY_KK = """
    INSERT INTO matching_assetevidence (run_id, family_id, member_id, basis, record_line, kind, number, value)
    SELECT %(run)s, family.id, NULL, 'kk', asset.line, asset.kind, asset.number, asset.value
    FROM (SELECT family.id, family.kk_index FROM {families}{within}) AS family
    JOIN LATERAL (SELECT * FROM matching_assetrecord
                  WHERE snapshot_id = %(snapshot)s AND kk_index = family.kk_index OFFSET 0) AS asset ON true
    WHERE NOT EXISTS (SELECT 1 FROM {members} AND member.nik_index = asset.nik_index)
"""
DECIDE = """
    INSERT INTO matching_personverdict (run_id, member_id, source, value, fields, raw_code, threshold, snapshot_id,
        register_area_code, register_occupation, register_status)
    SELECT %(run)s, member.id, 'assets', CASE WHEN found.items IS NULL THEN %(none)s ELSE %(some)s END,
        coalesce(found.items::text, ''), '', NULL, %(snapshot)s, '', '', ''
    FROM (SELECT member.id FROM {members}{within}) AS member
    LEFT JOIN LATERAL (
        SELECT jsonb_object_agg(kind, count) AS items
        FROM (SELECT kind, count(*) FROM matching_assetevidence
              WHERE member_id = member.id AND run_id = %(run)s GROUP BY kind) AS counted
    ) AS found ON true
"""


def work(run: Run, shard: Shard) -> int:
    """Write the items of a shard's members and KK numbers, and one verdict per member."""
    members.hold(run)
    within_nik = members.within(members.NIK_KEY, shard)
    within_kk = members.within(members.KK_KEY, shard)
    chosen = {**members.parameters(run, shard), "none": Value.NO_RECORDS, "some": Value.RECORDS}
    with connection.cursor() as cursor:
        cursor.execute(BY_NIK.format(members=members.WITH_NIK, within=within_nik), chosen)
        cursor.execute(BY_KK.format(families=members.FAMILIES, members=members.WITH_NIK, within=within_kk), chosen)
        cursor.execute(DECIDE.format(members=members.WITH_NIK, within=within_nik), chosen)
        decided = int(cursor.rowcount)
    return decided + members.not_checked(run, shard, Source.ASSETS, reason=NO_NIK)


HANDLER = Handler(
    kind="matching.assets",
    plan=lambda run: members.plan_ranges(run, families=True),
    work=work,
    count=members.count_members,
    keys=lambda run, shard: members.distinct_keys(run, shard, families=True),
    give_up=lambda run, shard, reason: members.not_checked(run, shard, Source.ASSETS, reason=SET_ASIDE),
    can_be_dry=True,
    title=_("Matching with Bapenda"),
)
