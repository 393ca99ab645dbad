"""The keys that seal personal data and key the indexes, read from settings.

Both settings have the form "id:base64,id:base64"; the first key writes, all of them read.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
_KEY_ID = re.compile(r"\A[a-z0-9_-]{1,32}\Z")


@dataclass(frozen=True)
class Keyring:
    """Keys by id, in the order of the setting; `current_id` is the first one."""

    current_id: str
    keys: Mapping[str, bytes]

    def __repr__(self) -> str:
        return f"<Keyring {', '.join(self.keys)}>"


def seal_keys() -> Keyring:
    return _keyring("DTKS_SEAL_KEYS")


def index_keys() -> Keyring:
    return _keyring("DTKS_INDEX_KEYS")


def _keyring(setting: str) -> Keyring:
    # The cache is keyed by the setting's text, so a changed setting is a different entry and never a stale key.
    return _parse(setting, str(getattr(settings, setting, "") or ""))


@lru_cache(maxsize=16)
def _parse(setting: str, text: str) -> Keyring:
    """Keys of one setting. Raises ImproperlyConfigured, which names the setting and shows an example, never a key."""
    keys: dict[str, bytes] = {}
    for number, entry in enumerate(filter(None, (part.strip() for part in text.split(","))), start=1):
        key_id, _, encoded = entry.partition(":")
        if not _KEY_ID.match(key_id):
            raise _misconfigured(setting, f"entry {number} has no valid key id (a-z, 0-9, - and _, at most 32)")
        if key_id in keys:
            raise _misconfigured(setting, f"the key id {key_id!r} occurs twice")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise _misconfigured(setting, f"the key {key_id!r} is not base64") from None
        if len(key) != KEY_BYTES:
            raise _misconfigured(setting, f"the key {key_id!r} has {len(key)} bytes instead of {KEY_BYTES}")
        keys[key_id] = key
    if not keys:
        raise _misconfigured(setting, "it is empty")
    return Keyring(current_id=next(iter(keys)), keys=MappingProxyType(keys))


def _misconfigured(setting: str, reason: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"{setting} is wrong: {reason}. Give one or more keys of {KEY_BYTES} random bytes as id:base64, separated by "
        f'commas; the first one writes, all of them read. Example: {setting}="k1:$(head -c 32 /dev/urandom | base64)"'
    )
