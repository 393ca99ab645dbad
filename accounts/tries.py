"""How often somebody may try: one table of budgets, and what each try is counted under.

Every budget is spent before the password or code is looked at. What an attacker can use up is bound to the attacker's
own network first; a device the owner has used before has a budget of its own, so limits are no weapon against a victim.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import HttpRequest

from accounts import limits
from accounts.devices import Device, read_device
from accounts.models import User
from accounts.network import network_of

if TYPE_CHECKING:
    from accounts.identifiers import Identifier


@dataclass(frozen=True)
class Budget:
    limit: int
    window: timedelta


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BUDGETS: dict[str, Budget] = {
    # bucket                    tries   within
    "sign_in.device":     Budget(10,   15 * MINUTE),  # per device that has signed in to the account before
    "sign_in.place":      Budget(10,   15 * MINUTE),  # per identifier and network
    "sign_in.identifier": Budget(60,   HOUR),         # per identifier, all networks together
    "sign_up.place":      Budget(5,    HOUR),         # per NIK and network
    "sign_up.nik":        Budget(30,   DAY),          # per NIK
    "recover.device":     Budget(5,    HOUR),
    "recover.place":      Budget(5,    HOUR),
    "recover.identifier": Budget(20,   DAY),
    "code":               Budget(10,   10 * MINUTE),  # second factor, per user (whose password was right)
    "password":           Budget(10,   15 * MINUTE),  # present password, asked of a signed-in user
}  # fmt: skip


def spend(bucket: str, key: str | bytes) -> bool:
    budget = BUDGETS[bucket]
    return limits.spend(bucket, key, limit=budget.limit, window=budget.window)


def forgive(bucket: str, key: str | bytes) -> None:
    limits.forgive(bucket, key)


def spend_sign_in(request: HttpRequest, identifier: "Identifier") -> bool:
    return _spend_for("sign_in", request, identifier)


def spend_recovery(request: HttpRequest, identifier: "Identifier") -> bool:
    return _spend_for("recover", request, identifier)


def spend_sign_up(request: HttpRequest, nik_index: bytes) -> bool:
    return spend("sign_up.place", _placed(request, nik_index)) and spend("sign_up.nik", nik_index)


def forgive_sign_in(request: HttpRequest, identifier: "Identifier") -> None:
    """A rightful sign-in gives back the tries of its own device or place, never those of other networks."""
    key = _key(identifier)
    device = read_device(request)
    if device is not None:
        limits.forgive("sign_in.device", device.nonce.encode() + key)
    limits.forgive("sign_in.place", _placed(request, key))


def _spend_for(purpose: str, request: HttpRequest, identifier: "Identifier") -> bool:
    key = _key(identifier)
    device = read_device(request)
    if device is not None and _knows(device, identifier):
        return spend(f"{purpose}.device", device.nonce.encode() + key)
    return spend(f"{purpose}.place", _placed(request, key)) and spend(f"{purpose}.identifier", key)


def _knows(device: Device, identifier: "Identifier") -> bool:
    if identifier.kind == "username":
        rows = User.objects.filter(username=identifier.value)
    else:
        rows = User.objects.filter(**{f"{identifier.kind}_index__in": identifier.indexes})
    return device.knows(rows.values_list("pk", flat=True)[:1000])


def _key(identifier: "Identifier") -> bytes:
    return identifier.kind.encode() + identifier.indexes[0]


def _placed(request: HttpRequest, key: bytes) -> bytes:
    return network_of(request).encode() + b"|" + key
