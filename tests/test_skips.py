"""A skip is a failure in continuous integration, whichever way it comes about, and nowhere else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SKIPPED = {
    "a test": "import pytest\ndef test_it():\n    pytest.skip('no browser here')\n",
    "a fixture": "import pytest\n@pytest.fixture\ndef it(): pytest.skip('no browser here')\ndef test_it(it): pass\n",
    "a mark": "import pytest\n@pytest.mark.skipif(True, reason='no browser here')\ndef test_it(): pass\n",
    "a module": "import pytest\npytest.importorskip('nothing_of_that_name', reason='no browser here')\n",
}
EXPECTED = "import pytest\ndef test_it(): pytest.skip('this user may not mount a small disk')\n"
XFAIL = "import pytest\n@pytest.mark.xfail\ndef test_it(): assert False\n"


def run(folder: Path, source: str, *, ci: str, plugin: str = "tests.skips") -> "subprocess.CompletedProcess[str]":
    (folder / "test_it.py").write_text(f"{source}\ndef test_other(): pass\n")
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-c", os.devnull, "--rootdir", str(folder)]
    command += ["-p", plugin, *(word for name in ("django", "xdist", "playwright") for word in ("-p", f"no:{name}"))]
    root = Path(__file__).resolve().parent.parent
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(root), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(
        [*command, "-p", "no:cacheprovider", str(folder)], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("what", SKIPPED)
def test_what_is_skipped_in_ci_fails_with_its_reason(tmp_path: Path, what: str) -> None:
    done = run(tmp_path, SKIPPED[what], ci="true")
    assert done.returncode != 0, done.stdout
    assert "Nothing may be skipped here" in done.stdout
    assert "no browser here" in done.stdout


def test_elsewhere_it_is_told(tmp_path: Path) -> None:
    done = run(tmp_path, SKIPPED["a test"], ci="")
    assert done.returncode == 0
    assert "no browser here" in done.stdout


@pytest.mark.parametrize("source", [EXPECTED, XFAIL])
def test_what_a_machine_cannot_have_and_what_is_known_to_fail_pass(tmp_path: Path, source: str) -> None:
    assert run(tmp_path, source, ci="true").returncode == 0


def test_without_the_hook_a_skip_would_pass(tmp_path: Path) -> None:
    assert run(tmp_path, SKIPPED["a test"], ci="true", plugin="pytest").returncode == 0


def test_this_suite_has_the_hook(pytestconfig: pytest.Config) -> None:
    assert {"tests.skips"} <= {plugin.__module__ for plugin in hooks(pytestconfig, "pytest_runtest_makereport")}
    assert {"tests.skips"} <= {plugin.__module__ for plugin in hooks(pytestconfig, "pytest_make_collect_report")}


def hooks(config: pytest.Config, name: str) -> list[object]:
    return [hook.function for hook in getattr(config.hook, name).get_hookimpls()]
