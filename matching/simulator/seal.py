"""Signatures of the simulated civil registry: it signs its answers, and hears only questions that are signed.

Written down anew, and not taken from the portal's own module, so that a mistake in either is noticed.
"""

import base64
import hashlib
import json
import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

FIELD = re.compile(r'(\w+)="([^"]*)"')


@dataclass
class Seal:
    """`own` signs what the registry says, `asker` has signed what it is asked."""

    own: Ed25519PrivateKey
    asker: Ed25519PublicKey
    stranger: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    def sign(self, told: dict[str, Any], fault: str = "") -> dict[str, Any]:
        """The same with a signature: none if the fault is "unsigned", somebody else's if it is "forged"."""
        if fault == "unsigned":
            return {**told, "signature": ""}
        key, now = self.stranger if fault == "forged" else self.own, int(time.time())
        signature = base64.b64encode(key.sign(_lines(told, str(now), str(now + 60)))).decode()
        who = f"{told['header']['sender_id']}|demo|ed25519"
        line = (
            f'Signature: namespace="spdci", kidId="{who}", algorithm="ed25519", created="{now}", expires="{now + 60}", '
            f'headers="(created) (expires) digest", signature="{signature}"'
        )
        return {**told, "signature": line}

    def accepts(self, asked: dict[str, Any]) -> bool:
        parts = dict(FIELD.findall(str(asked.get("signature", ""))))
        try:
            text = _lines(asked, parts["created"], parts["expires"])
            self.asker.verify(base64.b64decode(parts["signature"]), text)
        except (KeyError, ValueError, InvalidSignature):
            return False
        return float(parts["expires"]) > time.time()


def _lines(told: dict[str, Any], created: str, expires: str) -> bytes:
    both = {"message": told["message"], "header": told["header"]}
    plain = json.dumps(both, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    digest = base64.b64encode(hashlib.sha256(plain).digest()).decode()
    return "\n".join((f"(created): {created}", f"(expires): {expires}", f"digest: SHA-256={digest}")).encode()


def seal_in(folder: Path) -> Seal:
    """The keys in a folder, made on first use: registry.pem and portal.pem for who signs, *.pub.pem for who reads."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = {name: _key(folder, name) for name in ("registry", "portal")}
    return Seal(keys["registry"], keys["portal"].public_key())


def _key(folder: Path, name: str) -> Ed25519PrivateKey:
    path = folder / f"{name}.pem"
    if path.exists():
        key = load_pem_private_key(path.read_bytes(), password=None)
        assert isinstance(key, Ed25519PrivateKey), "made here"  # noqa: S101
    else:
        key = Ed25519PrivateKey.generate()
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / f"{name}.pub.pem").write_bytes(public)
    return key
