"""The people of a phase in the order of their keys: how a matching run is cut into ranges, and a range into rows.

A person's key is the keyed index of the NIK, or the 16 bytes of the row's id where there is no NIK: everybody has one,
and they are spread evenly.
"""

from typing import Any

from django.db import connection

from jobs.engine import Range, even_ranges
from jobs.models import Run, Shard
from matching.compared import said_briefly
from matching.vocabulary import SET_ASIDE, Source, Value
from registration.models import Member

ACTIVE = "household.submitted_at IS NOT NULL AND household.withdrawn_at IS NULL"
# Who asks for no other columns than an index of the people holds reads that index alone (registration's ROSTER).
WITH_NIK = """
    registration_member member
    WHERE member.phase_id = %(phase)s AND member.roster_active AND member.nik_index IS NOT NULL
"""
WITHOUT_NIK = """
    registration_member member
    WHERE member.phase_id = %(phase)s AND member.roster_active AND member.nik_index IS NULL
"""
FAMILIES = f"""
    registration_family family
    JOIN registration_household household ON household.id = family.household_id AND {ACTIVE}
    WHERE household.phase_id = %(phase)s
"""
KEYS = "SELECT {key} AS key FROM {rows}{within}"
SHARDS, FEW = 8, 2_500  # a run has so many shards, so that several workers have work, unless they would be tiny
FEW_PEOPLE = 20_000  # so many are cut by counting; keys of more are spread evenly enough to cut their space
EDGES = """
    SELECT key FROM (
        SELECT key, row_number() OVER (ORDER BY key) AS number,
            least(%(size)s, greatest(%(few)s, count(*) OVER () / %(shards)s)) AS size
        FROM ({keys}) AS keys) AS numbered
    WHERE (number - 1) %% size = 0 ORDER BY key
"""
DISTINCT = "SELECT DISTINCT key FROM ({keys}) AS keys ORDER BY key"
NOT_CHECKED = """
    INSERT INTO matching_personverdict (run_id, member_id, source, value, fields, raw_code, threshold, snapshot_id,
        register_area_code, register_occupation, register_status)
    SELECT %(run)s, member.id, %(source)s, %(value)s, %(fields)s, '', NULL, NULL, '', '', ''
    FROM {members}{within}
"""
NIK_KEY, ID_KEY, KK_KEY = "member.nik_index", "uuid_send(member.id)", "family.kk_index"


def within(key: str, shard: Shard) -> str:
    """The SQL condition that a key lies in a shard's range; an open end adds nothing."""
    lower, upper = shard.bounds
    return (f" AND {key} >= %(lower)s" if lower is not None else "") + (
        f" AND {key} < %(upper)s" if upper is not None else ""
    )


def parameters(run: Run, shard: Shard | None = None) -> dict[str, Any]:
    """What the statements of a run are executed with."""
    lower, upper = shard.bounds if shard else (None, None)
    return {
        "run": run.pk,
        "phase": run.scope_id,
        "snapshot": run.params.get("snapshot"),  # none where a register is asked
        "threshold": run.params["name_threshold"],
        "lower": lower,
        "upper": upper,
    }


def keys_sql(*, families: bool, shard: Shard | None = None) -> str:
    """All keys of a phase, or of one shard: members', and KK numbers' where items are found by KK too."""
    parts = [(NIK_KEY, WITH_NIK), (ID_KEY, WITHOUT_NIK), *([(KK_KEY, FAMILIES)] if families else [])]
    return " UNION ALL ".join(
        KEYS.format(key=key, rows=rows, within=within(key, shard) if shard else "") for key, rows in parts
    )


def plan_ranges(run: Run, *, families: bool) -> list[Range]:
    """Cut the phase into ranges of about `shard_rows` keys. No members, no ranges."""
    people, size = run.rows_planned, int(run.params["shard_rows"])
    if people is not None and people > FEW_PEOPLE:
        return even_ranges(max(SHARDS, -(-people // size)))
    return ranges_of(keys_sql(families=families), {**parameters(run), "size": size})


def ranges_of(keys: str, chosen: dict[str, Any]) -> list[Range]:
    """Ranges of about `chosen["size"]` of the keys that a statement gives, or of fewer for several workers."""
    with connection.cursor() as cursor:
        cursor.execute(EDGES.format(keys=keys), {**chosen, "few": FEW, "shards": SHARDS})
        edges: list[bytes | None] = list(dict.fromkeys(bytes(key) for (key,) in cursor.fetchall()))
    if not edges:
        return []
    edges[0] = None
    return list(zip(edges, [*edges[1:], None], strict=True))


def distinct_keys(run: Run, shard: Shard, *, families: bool) -> list[bytes]:
    """The distinct keys of a shard, sorted."""
    with connection.cursor() as cursor:
        cursor.execute(DISTINCT.format(keys=keys_sql(families=families, shard=shard)), parameters(run, shard))
        return [bytes(key) for (key,) in cursor.fetchall()]


def hold(run: Run) -> None:
    """Let nobody of the phase be deleted until the commit. Whom a statement reads afterwards is there when its verdict
    lands, and is not looked for again (migration 0014)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT matching_hold_people(%s)", [run.scope_id])


def count_members(run: Run) -> int:
    return Member.objects.filter(phase_id=run.scope_id, roster_active=True).count()


def not_checked(run: Run, shard: Shard, source: Source, *, reason: str) -> int:
    """Write "not checked" for the members of a shard: those without a NIK, or all when a person has set it aside."""
    said = said_briefly({"reason": reason})
    chosen = [(ID_KEY, WITHOUT_NIK), *([(NIK_KEY, WITH_NIK)] if reason == SET_ASIDE else [])]
    with connection.cursor() as cursor:
        rows = 0
        for key, members in chosen:
            cursor.execute(
                NOT_CHECKED.format(members=members, within=within(key, shard)),
                {**parameters(run, shard), "source": source, "value": Value.NOT_CHECKED, "fields": said},
            )
            rows += cursor.rowcount
    return rows
