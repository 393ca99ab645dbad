"""How often somebody may try: one table of budgets, and what each try is counted under.

Every budget is spent before the password or code is looked at. What an attacker can use up is bound to the attacker's
own network first; a device the owner has used before has a budget of its own, so limits are no weapon against a victim.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from django.http import HttpRequest

from accounts import limits
from accounts.devices import read_device
from accounts.models import User
from accounts.network import network_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

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
    # Many names from one network: then a captcha with each try, never a closed door (`accounts.challenges`).
    "sign_in.network":    Budget(40,   15 * MINUTE),  # tries that failed
    "sign_up.network":    Budget(30,   HOUR),
    "recover.network":    Budget(30,   HOUR),
    # Codes by message.
    "send.user":          Budget(6,    HOUR),         # per account and purpose
    "send.contact":       Budget(12,   DAY),          # per number or address, whoever has given it
    "help.officer":       Budget(60,   HOUR),         # accounts an officer looks up at the counter
}  # fmt: skip


def spend(bucket: str, key: str | bytes) -> bool:
    budget = BUDGETS[bucket]
    return limits.spend(bucket, key, limit=budget.limit, window=budget.window)


def forgive(bucket: str, key: str | bytes) -> None:
    limits.forgive(bucket, key)


def spend_for_network(bucket: str, request: HttpRequest) -> bool:
    """Count a try of a network; False once it has to meet the harder challenge."""
    return spend(bucket, network_of(request))


def give_back_for_network(bucket: str, request: HttpRequest) -> None:
    """A try that was rightful does not count against its network."""
    limits.give_back(bucket, network_of(request))


def is_busy(bucket: str, request: HttpRequest) -> bool:
    """Whether the next try of a network has to meet the harder challenge."""
    return limits.used(bucket, network_of(request)) >= BUDGETS[bucket].limit


def spend_sign_up(request: HttpRequest, nik_index: bytes) -> bool:
    return spend("sign_up.place", _placed(request, nik_index)) and spend("sign_up.nik", nik_index)


@dataclass(frozen=True)
class Tries:
    """The tries one request has for one identifier.

    `known` are the accounts with this identifier that have signed in on this device before. A try paid by the device
    may be matched against those alone: strangers may have accounts with the same NIK, and devices of their own.
    """

    purpose: str
    identifier: "Identifier"
    network: bytes
    device: str
    known: frozenset[Any]

    @property
    def _key(self) -> bytes:
        return self.identifier.kind.encode() + self.identifier.indexes[0]

    def spend_for_device(self) -> bool:
        return bool(self.known) and spend(f"{self.purpose}.device", self.device.encode() + self._key)

    def spend_for_place(self) -> bool:
        place = spend(f"{self.purpose}.place", self.network + self._key)
        return place and spend(f"{self.purpose}.identifier", self._key)

    def forgive_device(self) -> None:
        forgive(f"{self.purpose}.device", self.device.encode() + self._key)

    def forgive_place(self) -> None:
        """After a rightful use, unless another account shares the identifier: its owner could buy tries that way."""
        if accounts_with(self.identifier).count() == 1:
            forgive(f"{self.purpose}.place", self.network + self._key)
            forgive(f"{self.purpose}.identifier", self._key)


def tries_for(purpose: Literal["sign_in", "recover"], request: HttpRequest, identifier: "Identifier") -> Tries:
    device = read_device(request)
    known: frozenset[Any] = frozenset()
    if device is not None:
        ids = accounts_with(identifier).values_list("pk", flat=True)[:1000]
        known = frozenset(user_id for user_id in ids if device.knows(user_id))
    return Tries(purpose, identifier, network_of(request).encode() + b"|", device.nonce if device else "", known)


def accounts_with(identifier: "Identifier") -> "QuerySet[User]":
    if identifier.kind == "username":
        return User.objects.filter(username=identifier.value)
    return User.objects.filter(**{f"{identifier.kind}_index__in": identifier.indexes})


def _placed(request: HttpRequest, key: bytes) -> bytes:
    return network_of(request).encode() + b"|" + key
