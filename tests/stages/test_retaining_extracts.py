"""`manage.py retain` purges the extracts of closed phases as the periodic task does; it connects as the owner."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command

from matching.models import PopulationRecord
from tests.audit.retaining import owner as owner
from tests.stages.test_closing import a_matched_phase, close, rows_go_and_evidence_stays


def retain(*arguments: str) -> str:
    out = StringIO()
    call_command("retain", "--class", "register_extracts", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_the_command_purges_people_and_keeps_evidence(owner: None, tmp_path: Path) -> None:
    rows_go_and_evidence_stays(a_matched_phase(tmp_path), lambda: retain("--destroy"))


def test_the_command_only_counts_unless_told_otherwise(owner: None, tmp_path: Path) -> None:
    close(a_matched_phase(tmp_path))
    assert "matching_populationrecord: 3" in retain()
    assert PopulationRecord.objects.count() == 3
