from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from stages.models import Determination
from tests.people import dewi, siti

pytestmark = pytest.mark.django_db
HEADER = "nik,nama,tanggal_lahir,status,program,per_tanggal,alasan\n"
GOOD = "9901011708859001,SITI AMINAH,1985-08-17,ditetapkan_layak,PBI JK,2026-11-01,\n"


def run(path: Path, **options: str) -> str:
    out = StringIO()
    call_command(
        "import_determinations", str(path), **{"source": "Kepmensos 1", "by": dewi().username, **options}, stdout=out
    )
    return out.getvalue()


def test_a_list_is_imported_in_the_name_of_an_admin(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(HEADER + GOOD)
    assert run(file).startswith("1 ")
    assert Determination.objects.get().batch.imported_by == dewi()


def test_a_bad_row_keeps_everything_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "list.csv"
    file.write_text(HEADER + GOOD + "123,BUDI,1985-08-17,ditetapkan_layak,PBI JK,2026-11-01,\n")
    with pytest.raises(CommandError):
        run(file)
    assert Determination.objects.count() == 0
    assert "3" in capsys.readouterr().err


@pytest.mark.parametrize("options", [{"by": "nobody"}, {"phase": "none"}])
def test_an_unknown_person_or_phase_is_named(tmp_path: Path, options: dict[str, str]) -> None:
    file = tmp_path / "list.csv"
    file.write_text(HEADER + GOOD)
    with pytest.raises(CommandError, match=r"nobody|none"):
        run(file, **options)


def test_a_citizen_cannot_answer_for_an_import(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(HEADER + GOOD)
    with pytest.raises(CommandError):
        run(file, by=siti().username)
    assert Determination.objects.count() == 0
