"""Signatures of the Digital Convergence Initiative's messages: over header and message, with Ed25519.

The standard gives the line and names its parts; docs/adr/0016 says what it leaves open. What is signed is

    (created): 1606970629
    (expires): 1607030629
    digest: SHA-256=<Base64 of the digest of {"header": …, "message": …} in canonical form>
"""

import base64
import binascii
import hashlib
import json
import math
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from django.utils.translation import gettext as _

from matching.sources.protocol import NoAnswer

ALGORITHM = "ed25519"
SIGNED = "(created) (expires) digest"
LIFE = 300  # seconds for which a question of ours may be answered
SKEW = 60  # seconds that another machine's clock may be ahead or behind
LARGEST = 2**53 - 1  # of whole numbers that every reader of JSON understands alike
PART = re.compile(r'(\w+)="([^"]*)"', re.ASCII)
SECONDS = re.compile(r"\A[0-9]{1,11}\Z", re.ASCII)
PEM = re.compile(r"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)


class UnreadableKey(ValueError):
    """Why a key of the settings cannot be used; holds nothing of it."""


class NoCanonicalForm(ValueError):
    """What two machines might write down in two ways cannot be signed."""


@dataclass(frozen=True, repr=False)
class Signer:
    """Signs what we send. `name` is the sender's, `key_id` tells which of its keys this is."""

    name: str
    key_id: str
    key: Ed25519PrivateKey

    def sign(self, header: dict[str, Any], message: dict[str, Any]) -> str:
        created = int(_now())
        expires = created + LIFE
        signature = base64.b64encode(self.key.sign(signed_text(header, message, created, expires))).decode()
        return (
            f'Signature: namespace="spdci", kidId="{self.name}|{self.key_id}|{ALGORITHM}", algorithm="{ALGORITHM}", '
            f'created="{created}", expires="{expires}", headers="{SIGNED}", signature="{signature}"'
        )


def signer_of(about: dict[str, str]) -> Signer | None:
    """Who signs our questions, from a register's settings; None without a key. Raises UnreadableKey."""
    pem = about.get("signing_key")
    if not pem:
        return None
    wrong = UnreadableKey(_("its signing key is no Ed25519 key in PEM without a password"))
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise wrong from None
    if not isinstance(key, Ed25519PrivateKey):
        raise wrong
    return Signer(about["sender"], about.get("signing_key_id") or "1", key)


def keys_of(about: dict[str, str]) -> list[Ed25519PublicKey]:
    """The keys whose signatures are believed, from a register's settings; none: answers need no signature.

    There may be several, while a register changes from one to the next. Raises UnreadableKey."""
    text = about.get("public_key", "")
    keys = []
    for pem in PEM.findall(text):
        try:
            keys.append(load_pem_public_key(pem.encode()))
        except (ValueError, UnsupportedAlgorithm):
            raise UnreadableKey(_("its public key cannot be read")) from None
    if text and (not keys or not all(isinstance(key, Ed25519PublicKey) for key in keys)):
        raise UnreadableKey(_("its public key is no Ed25519 key in PEM"))
    return [key for key in keys if isinstance(key, Ed25519PublicKey)]


def verify(told: dict[str, Any], keys: Sequence[Ed25519PublicKey]) -> None:
    """Raises NoAnswer unless one of the keys has signed this header and message, and the signature holds now."""
    line = told.get("signature")
    if not isinstance(line, str) or not line:
        raise NoAnswer("unsigned")
    parts = dict(PART.findall(line))
    if parts.get("algorithm") != ALGORITHM or parts.get("headers") != SIGNED:
        raise NoAnswer("another signature")
    created, expires = _seconds(parts.get("created")), _seconds(parts.get("expires"))
    if not created - SKEW <= _now() <= expires + SKEW:
        raise NoAnswer("signature out of its time")
    try:
        signature = base64.b64decode(parts.get("signature", ""), validate=True)
        text = signed_text(told.get("header"), told.get("message"), created, expires)
    except (binascii.Error, NoCanonicalForm, RecursionError):
        raise NoAnswer("another signature") from None
    if not any(_has_signed(key, signature, text) for key in keys):
        raise NoAnswer("wrongly signed")


def signed_text(header: Any, message: Any, created: int, expires: int) -> bytes:
    """What a signature is made over. Raises NoCanonicalForm."""
    digest = hashlib.sha256(canonical({"header": header, "message": message})).digest()
    return f"(created): {created}\n(expires): {expires}\ndigest: SHA-256={base64.b64encode(digest).decode()}".encode()


def canonical(told: Any) -> bytes:
    """JSON as RFC 8785 writes it: names in order, nothing between, UTF-8. Raises NoCanonicalForm."""
    try:
        return _written(told).encode()
    except UnicodeEncodeError:  # half a pair
        raise NoCanonicalForm from None


def _written(told: Any) -> str:
    if isinstance(told, dict):
        names = sorted(told, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_written(name)}:{_written(told[name])}" for name in names) + "}"
    if isinstance(told, list):
        return "[" + ",".join(_written(one) for one in told) + "]"
    if isinstance(told, float):
        return _number(told)
    if isinstance(told, int) and not isinstance(told, bool) and abs(told) > LARGEST:
        raise NoCanonicalForm
    return json.dumps(told, ensure_ascii=False)


def _number(told: float) -> str:
    """Numbers whose shortest form Python and RFC 8785 write alike; for the others neither is taken."""
    if told.is_integer() and abs(told) <= LARGEST:
        return str(int(told))
    if not math.isfinite(told) or "e" in repr(told):
        raise NoCanonicalForm
    return repr(told)


def _has_signed(key: Ed25519PublicKey, signature: bytes, text: bytes) -> bool:
    try:
        key.verify(signature, text)
    except InvalidSignature:
        return False
    return True


def _now() -> float:
    return time.time()


def _seconds(told: str | None) -> int:
    if told is None or not SECONDS.match(told):
        raise NoAnswer("another signature")
    return int(told)
