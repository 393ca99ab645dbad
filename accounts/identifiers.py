"""What people type to say who they are: a NIK, a phone, an e-mail, or (staff) a username."""

import unicodedata
from dataclasses import dataclass
from typing import Literal

from identity.indexes import keyed_indexes
from identity.nik import InvalidNik, parse_nik
from identity.phones import InvalidPhone, normalise_phone

Kind = Literal["nik", "phone", "email", "username"]


@dataclass(frozen=True, repr=False)
class Identifier:
    """`indexes` are the keyed indexes of the value under every active key, the current one first."""

    kind: Kind
    value: str
    indexes: tuple[bytes, ...]


def read_identifier(text: str) -> Identifier:
    """What kind of identifier `text` is, in its canonical form. Any text is some identifier, if only nobody's.

    Raises ValueError for a text without any visible character.
    """
    typed = unicodedata.normalize("NFKC", text).strip()
    for kind, canonical in (("nik", _as_nik(typed)), ("phone", _as_phone(typed)), ("email", _as_email(typed))):
        if canonical is not None:
            return Identifier(kind, canonical, tuple(keyed_indexes(kind, canonical)))  # type: ignore[arg-type]
    username = typed.lower()
    return Identifier("username", username, tuple(keyed_indexes("username", username)))


def _as_nik(typed: str) -> str | None:
    try:
        return parse_nik(typed).digits
    except InvalidNik:
        return None


def _as_phone(typed: str) -> str | None:
    try:
        return normalise_phone(typed)
    except InvalidPhone:
        return None


def _as_email(typed: str) -> str | None:
    name, at, host = typed.partition("@")
    is_address = bool(name and at and host) and "@" not in host and not any(c.isspace() for c in typed)
    return typed.lower() if is_address else None
