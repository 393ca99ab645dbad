"""Keys that seal personal data and key the indexes. Never in the database, never in the repository."""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Keys:
    """`seal_keys` and `index_keys` are "id:base64 of 32 bytes", comma separated; the first one writes, all read."""

    secret_key: str
    seal_keys: str
    index_keys: str


def new_keys() -> Keys:
    def key(name: str) -> str:
        return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"

    return Keys(secret_key=secrets.token_urlsafe(50), seal_keys=key("s1"), index_keys=key("i1"))


def local_keys(var: Path) -> Keys:
    """The keys of this checkout, made on first use and kept in `var/keys.json`, readable by its owner only."""
    path = var / "keys.json"
    if not path.exists():
        var.mkdir(parents=True, exist_ok=True)
        draft = var / f"keys.{os.getpid()}.json"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(asdict(new_keys())))
        try:
            os.link(draft, path)  # atomic: the first process wins, the others read its keys
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return Keys(**json.loads(path.read_text()))
