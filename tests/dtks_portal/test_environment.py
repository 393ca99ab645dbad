"""requirements/environment.py: the second run does nothing, what takes long says so, what is missing is named."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SOURCE = Path(__file__).resolve().parent.parent.parent / "requirements" / "environment.py"
LOCK = "django==5.2.7 \\\n    --hash=sha256:00\ncelery==5.7.0 \\\n    --hash=sha256:11\n# via nothing==1\n"
QUIET_PIP = "import sys; print('Collecting django==5.2.7 (from x)'); print('Installing collected packages: django')"


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script with a lock file and an environment of the test's own; this Python stands for the environment's."""
    spec = importlib.util.spec_from_file_location("environment_of_the_project", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("demo", "develop", "bench"):
        (tmp_path / f"{name}.txt").write_text(LOCK)
    monkeypatch.setattr(module, "HERE", tmp_path)
    monkeypatch.setattr(module, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(module, "STAMP", tmp_path / "installed.json")
    return module


def pip_is(script: ModuleType, monkeypatch: pytest.MonkeyPatch, code: str) -> list[list[str]]:
    """Let another program stand for pip; returns the commands that would have been run."""
    called: list[list[str]] = []
    honest = script.follow

    def follow(command: list[str], packages: int) -> Any:
        called.append(command)
        return honest([sys.executable, "-c", code], packages)

    monkeypatch.setattr(script, "follow", follow)
    return called


def the_second_run_does_nothing(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    called = pip_is(script, monkeypatch, QUIET_PIP)
    assert [script.main(["demo"]) for _ in range(3)] == [0, 0, 0]
    assert len(called) == 1
    assert "--require-hashes" in called[0]


def test_the_second_run_does_nothing(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    the_second_run_does_nothing(script, monkeypatch)


def test_a_stamp_that_is_not_believed_is_noticed(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "stamps", dict)
    with pytest.raises(AssertionError):
        the_second_run_does_nothing(script, monkeypatch)


def test_another_lock_and_another_python_are_installed_for(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    called = pip_is(script, monkeypatch, QUIET_PIP)
    script.main(["develop"])
    assert script.main(["demo"]) == 0
    assert len(called) == 1, "whoever has what developing needs has what the demo needs"
    (script.HERE / "develop.txt").write_text(LOCK.replace("5.2.7", "5.2.8"))
    script.main(["develop"])
    assert len(called) == 2
    monkeypatch.setattr(script, "runs", lambda python: False)
    assert script.stamps() == {}


def test_what_measuring_needs_holds_what_developing_needs(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    called = pip_is(script, monkeypatch, QUIET_PIP)
    assert [script.main([name]) for name in ("bench", "develop", "demo")] == [0, 0, 0]
    assert len(called) == 1


def test_what_takes_long_says_how_far_it_is(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pip_is(script, monkeypatch, QUIET_PIP)
    script.main(["demo"])
    said = capsys.readouterr().err
    assert "Installing 2 packages from requirements/demo.txt" in said
    assert "1 of 2: unpacking" in said
    monkeypatch.setattr(script.time, "monotonic", iter(range(0, 900, 3)).__next__)
    script.main(["develop"])
    assert "1 of 2: Collecting django==5.2.7" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("pip", "named"),
    [
        ("print('[Errno 28] No space left on device')", "The disk is full: free at least 1 GB"),
        ("print('/usr/bin/python3: No module named pip')", "install the package python3-pip"),
        ("print('Temporary failure in name resolution')", "no way to the package index"),
        ("print('Failed to establish a new connection: [Errno 101]')", "no way to the package index"),
        ("print('THESE PACKAGES DO NOT MATCH THE HASHES')", "THESE PACKAGES DO NOT MATCH THE HASHES"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_stamped(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], pip: str, named: str
) -> None:
    pip_is(script, monkeypatch, f"{pip}; raise SystemExit(1)")
    assert script.main(["demo"]) == 1
    assert named in capsys.readouterr().err
    assert not script.STAMP.exists()


def test_an_old_python_is_named(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(script.sys, "version_info", (3, 9, 2))
    assert script.main(["demo"]) == 1
    assert "Python 3.11 or newer is needed" in capsys.readouterr().err


def test_a_python_that_cannot_make_environments_is_named(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(script, "PYTHON", tmp_path / "none")
    monkeypatch.setattr(script, "VENV", tmp_path / "venv")
    monkeypatch.setattr(script.sys, "executable", "/bin/false")
    assert script.main(["demo"]) == 1
    assert "install the package python3-venv" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["production"], ["demo", "develop"]])
def test_another_word_is_refused(script: ModuleType, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert script.main(arguments) == 1
    assert "demo or develop" in capsys.readouterr().err


def test_a_damaged_stamp_is_no_stamp(script: ModuleType) -> None:
    for content in ("", "{", json.dumps({"demo": "0" * 64})):
        script.STAMP.write_text(content)
        assert script.stamps().get("demo") != script.digest("demo")
