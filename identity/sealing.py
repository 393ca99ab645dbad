"""Sealing of personal data: AES-256-GCM, bound to the place it is stored in.

A sealed value is `version (1 byte) | length of the key id (1 byte) | key id | nonce (12 bytes) | ciphertext and tag`.
The context is authenticated with it, so a value moved to another row, column or table does not open.
"""

import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from identity.keyring import seal_keys

VERSION = 1
NONCE_BYTES = 12
TAG_BYTES = 16


class SealError(ValueError):
    """A sealed value cannot be opened here: another place, another key, or tampered bytes. Never holds the value."""


def seal(plain: bytes, *, context: str) -> bytes:
    """Seal `plain` for one place, such as "registration_member.nik:1f0e…" (table.column:primary key)."""
    ring = seal_keys()
    key_id = ring.current_id.encode()
    nonce = os.urandom(NONCE_BYTES)
    ciphertext = _cipher(ring.keys[ring.current_id]).encrypt(nonce, plain, _associated(context))
    return bytes((VERSION, len(key_id))) + key_id + nonce + ciphertext


def unseal(blob: bytes, *, context: str) -> bytes:
    """The bytes that were sealed for `context`. Raises SealError."""
    key_id, body = _split(bytes(blob))
    key = seal_keys().keys.get(key_id)
    if key is None:
        raise SealError(f"This value was sealed with the key {key_id!r}, which DTKS_SEAL_KEYS does not hold.")
    try:
        return _cipher(key).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], _associated(context))
    except InvalidTag:
        raise SealError("This value was sealed for another place, or has been changed.") from None


def sealed_with(blob: bytes) -> str:
    """The id of the key a blob was sealed with, for the rotation of keys. Raises SealError."""
    return _split(bytes(blob))[0]


def _split(blob: bytes) -> tuple[str, bytes]:
    if len(blob) < 2 or blob[0] != VERSION:
        raise SealError("This is not a sealed value of a known version.")
    end = 2 + blob[1]
    if len(blob) < end + NONCE_BYTES + TAG_BYTES:
        raise SealError("This sealed value is cut off.")
    try:
        return blob[2:end].decode("ascii"), blob[end:]
    except UnicodeDecodeError:
        raise SealError("This sealed value names no readable key.") from None


def _associated(context: str) -> bytes:
    if not context:
        raise ValueError("A sealed value needs a context.")
    return context.encode()


@lru_cache(maxsize=32)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)
