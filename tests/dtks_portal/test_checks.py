"""The checks of `make check` see what they are for, and cannot be skipped in CI."""

import shutil
from pathlib import Path

import polib
import pytest

from dtks_portal import html_check, message_check

PAGE = '<!DOCTYPE html><html lang="id"><head><title>Judul</title></head><body><h1>Judul</h1>{}</body></html>'


def catalogue(folder: Path, *entries: polib.POEntry) -> Path:
    file = polib.POFile()
    file.extend(entries)
    file.save(str(folder / "django.po"))
    file.save_as_mofile(str(folder / "django.mo"))
    return folder / "django.po"


def test_a_whole_catalogue_has_no_problem(tmp_path: Path) -> None:
    plural = polib.POEntry(msgid="%(n)s day", msgid_plural="%(n)s days", msgstr_plural={0: "%(n)s hari"})
    assert message_check.problems_of(catalogue(tmp_path, polib.POEntry(msgid="Save", msgstr="Simpan"), plural)) == []


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (polib.POEntry(msgid="Save", msgstr=""), "not translated: Save"),
        (polib.POEntry(msgid="Save", msgstr="Simpan", flags=["fuzzy"]), "marked fuzzy: Save"),
        (polib.POEntry(msgid="Hi %(name)s", msgstr="Halo"), "placeholder lost: Hi %(name)s → Halo"),
        (polib.POEntry(msgid="Hi", msgstr="Halo %(nama)s"), "unknown placeholder: Hi → Halo %(nama)s"),
    ],
)
def test_each_problem_is_named(tmp_path: Path, entry: polib.POEntry, problem: str) -> None:
    assert problem in message_check.problems_of(catalogue(tmp_path, entry))


def test_a_stale_compiled_file_is_named(tmp_path: Path) -> None:
    place = catalogue(tmp_path, polib.POEntry(msgid="Save", msgstr="Simpan"))
    changed = polib.pofile(str(place))
    changed[0].msgstr = "Simpanlah"
    changed.save()
    assert message_check.problems_of(place) == ["django.mo is not what django.po compiles to: make messages"]


def test_without_pages_or_java_ci_fails_and_a_developer_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert html_check.main([str(tmp_path)]) == 0
    assert "no rendered pages" in capsys.readouterr().err
    (tmp_path / "page.html").write_text(PAGE.format(""))
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert html_check.main([str(tmp_path)]) == 0
    assert "java is not installed" in capsys.readouterr().err
    monkeypatch.setenv("CI", "true")
    assert html_check.main([str(tmp_path)]) == 1


@pytest.mark.skipif(not shutil.which("java") or not html_check.VNU.exists(), reason="needs Java and vnu (make check)")
def test_vnu_finds_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "good.html").write_text(PAGE.format("<p>Baik</p>"))
    assert html_check.main([str(tmp_path)]) == 0
    (tmp_path / "bad.html").write_text(PAGE.format('<p style="x">a<div id="a"></div><i id="a"></i></p>'))
    assert html_check.main([str(tmp_path)]) == 1
