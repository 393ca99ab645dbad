"""Prelists: which families each kelurahan's meeting will decide about, fixed when they are issued."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from audit.services import record
from registration.models import Phase
from registration.stage import Stage
from stages import phase_row
from stages.errors import NotAllowed
from stages.models import PhasePlan
from stages.models.phase import DEFAULT_QUORUM
from stages.permissions import may_steer

if TYPE_CHECKING:
    from accounts.models import User

OPEN_MEETINGS = """
INSERT INTO stages_muskel (id, phase_id, kelurahan_id, prelist_by_id, prelist_checksum, quorum, basis, place, chair,
                           attendees, sptjm_number, sptjm_reason, version)
SELECT gen_random_uuid(), %(phase)s, h.kelurahan_id, %(by)s, '', %(quorum)s, 'muskel', '', '', '', '', '', 1
FROM registration_household h
WHERE h.phase_id = %(phase)s AND h.submitted_at IS NOT NULL AND h.withdrawn_at IS NULL
GROUP BY h.kelurahan_id
ON CONFLICT (phase_id, kelurahan_id) DO NOTHING
"""
# New families are added below the lines that are there, so that a line keeps its number.
ADD_LINES = """
INSERT INTO stages_muskeldecision (muskel_id, household_id, family_id, line, rw, rt, result, reason, note, version)
SELECT m.id, h.id, f.id,
       coalesce((SELECT max(line) FROM stages_muskeldecision d WHERE d.muskel_id = m.id), 0)
           + row_number() OVER (PARTITION BY m.id ORDER BY h.rw, h.rt, h.address, h.reference, f.number),
       h.rw, h.rt, '', '', '', 1
FROM registration_family f
JOIN registration_household h ON h.id = f.household_id
JOIN stages_muskel m ON m.phase_id = h.phase_id AND m.kelurahan_id = h.kelurahan_id
WHERE h.phase_id = %(phase)s AND h.submitted_at IS NOT NULL AND h.withdrawn_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM stages_muskeldecision d WHERE d.muskel_id = m.id AND d.family_id = f.id)
"""
SUM_UP = """
UPDATE stages_muskel m SET prelist_checksum = s.checksum, prelist_at = clock_timestamp(), prelist_by_id = %(by)s
FROM (
    SELECT muskel_id, encode(sha256(convert_to(string_agg(family_id::text, E'\\n' ORDER BY line), 'UTF8')), 'hex')
           AS checksum
    FROM stages_muskeldecision GROUP BY muskel_id
) s
WHERE s.muskel_id = m.id AND m.phase_id = %(phase)s AND m.prelist_checksum <> s.checksum
"""


@transaction.atomic
def issue_prelists(*, phase: Phase, by: User) -> int:
    """Open a meeting in every kelurahan with families and list them by RW and RT; returns how many lists are new.

    Issuing again adds what is missing and changes nothing else. Only in stage 6; raises Refused otherwise.
    """
    held = phase_row.share_phase_for_bulk(phase.pk)
    if not may_steer(by):
        raise NotAllowed
    phase_row.require_stage(held, Stage.PENGOLAHAN_2)
    plan = PhasePlan.objects.filter(phase=held).first()
    values: dict[str, Any] = {"phase": held.pk, "by": by.pk, "quorum": plan.muskel_quorum if plan else DEFAULT_QUORUM}
    with connection.cursor() as cursor:
        cursor.execute(OPEN_MEETINGS, values)
        cursor.execute(ADD_LINES, values)
        families = cursor.rowcount
        cursor.execute(SUM_UP, values)
        issued: int = cursor.rowcount
    record(by=by, verb="stages.issue_prelists", subject=held, data={"lists": issued, "families": families})
    return issued
