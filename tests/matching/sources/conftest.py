import pytest

from matching.sources import asking, configured


@pytest.fixture(autouse=True)
def _quick_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short waits, so that a register that hangs costs a test little. A lease is as long as ever."""
    monkeypatch.setattr(configured, "WAIT", 0.4)
    monkeypatch.setattr(configured, "DEADLINE", 1.0)
    monkeypatch.setattr(asking, "PAUSE_SECONDS", 0.0)
