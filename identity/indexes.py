"""Keyed indexes: what stands in the database instead of a NIK, KK number, phone or address of a network.

HMAC-SHA256 under a key outside the database, cut to 16 bytes. An unkeyed hash of a NIK would be as good as the NIK:
the whole space of numbers is enumerated in minutes.
"""

import hashlib
import hmac
import re
from collections.abc import Callable

from identity.keyring import index_keys

INDEX_BYTES = 16
HEX_DIGITS = 2 * INDEX_BYTES
_FORMS = {
    "nik": re.compile(r"\A[0-9]{16}\Z"),
    "kk": re.compile(r"\A[0-9]{16}\Z"),
    "phone": re.compile(r"\A\+[0-9]{6,15}\Z"),
    "email": re.compile(r"\A[^\s@]+@[^\s@]+\Z"),
    "username": re.compile(r"\A\S.*\Z"),
    "name_birth": re.compile(r"\A\S.*\Z", re.DOTALL),
    "network": re.compile(r"\A\S+\Z"),
    "family_code": re.compile(r"\A[2-9A-HJKMNP-TV-Z]{4}(?:-[2-9A-HJKMNP-TV-Z]{4}){4}\Z"),  # of a represented family
    "receipt": re.compile(r"\A[A-Z2-7]{20}\Z"),  # the secret of a printed receipt, base 32
    "receipt_mark": re.compile(r"\A[A-Z2-7]{20}\Z"),  # the mark beside it, which tells a forged one without a look-up
}


def keyed_index(kind: str, digits: str, *, key_id: str | None = None) -> bytes:
    """16 bytes that are equal exactly when kind and value are.

    `digits` is the canonical value: 16 digits of a NIK or KK, a phone as +62…, an e-mail (compared in lower case),
    a folded name with a date, or a network. `key_id` pins a key (per phase); otherwise the current one is used.
    Raises ValueError for another kind, another form, or a key that DTKS_INDEX_KEYS does not hold.
    """
    form = _FORMS.get(kind)
    if form is None:
        raise ValueError(f"There is no index of the kind {kind!r}; the kinds are {', '.join(_FORMS)}.")
    value = digits.strip().lower() if kind == "email" else digits
    if not form.match(value):
        raise ValueError(f"A value of the kind {kind!r} is not in its canonical form.")
    message = _beginning(kind) + value.encode("utf-8", "surrogatepass")
    return hmac.new(index_key(key_id), message, hashlib.sha256).digest()[:INDEX_BYTES]


def index_key(key_id: str | None = None) -> bytes:
    """The key of an id, or the current one. Raises ValueError for an id that DTKS_INDEX_KEYS does not hold."""
    ring = index_keys()
    key = ring.keys.get(key_id or ring.current_id)
    if key is None:
        raise ValueError(f"DTKS_INDEX_KEYS holds no key {key_id!r}.")
    return key


def index_maker(kind: str, key: bytes) -> Callable[[str], str]:
    """`keyed_index` in hexadecimal for millions of values that are known to be in their form: half its time.

    The part of the HMAC that is the same for all values (RFC 2104: both pads and how the message begins) is computed
    once; each value then costs one block of SHA-256 inside and one outside.
    """
    padded = key.ljust(hashlib.sha256().block_size, b"\x00")
    inside = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + _beginning(kind)).copy
    outside = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded)).copy

    def make(value: str) -> str:
        inner, outer = inside(), outside()
        inner.update(value.encode())
        outer.update(inner.digest())
        return outer.hexdigest()[:HEX_DIGITS]

    return make


def _beginning(kind: str) -> bytes:
    return b"dtks-index-v1\x00" + kind.encode() + b"\x00"


def keyed_indexes(kind: str, digits: str) -> list[bytes]:
    """The index under every active key, the current one first: for look-ups across a rotation."""
    return [keyed_index(kind, digits, key_id=key_id) for key_id in index_keys().keys]


def current_index_key_id() -> str:
    return index_keys().current_id
