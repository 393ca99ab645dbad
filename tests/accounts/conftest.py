from collections.abc import Callable

import pytest

from accounts import backends, proofs


@pytest.fixture
def proofs_made(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every Argon2 hash that signing in makes, by its salt: work is counted, not timed."""
    made: list[bytes] = []
    prove: Callable[[str, bytes], bytes] = proofs.prove

    def counted(password: str, index: bytes) -> bytes:
        made.append(index)
        return prove(password, index)

    monkeypatch.setattr(backends, "prove", counted)
    return made
