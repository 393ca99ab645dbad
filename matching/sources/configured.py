"""The registers of DTKS_REGISTERS: where they are, who asks, and how often a day. Nothing of it is ever printed."""

from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext as _

from jobs.engine import default_lease_seconds
from jobs.outbound import Bounds, Place, PlaceNotAllowed, allowed_place
from matching.sources.signing import UnreadableKey, keys_of, signer_of
from matching.vocabulary import SourceKind

WAIT = 5.0  # seconds for a connection, and between two pieces of an answer
DEADLINE = 15.0  # seconds for one call, however slowly it drips
LONGEST_ANSWER = 64 * 1024  # bytes; an answer about one person has some hundreds
LEASE_SHARE = 0.8  # of a lease may be spent on asking; the rest is for writing down
# What a register needs besides an address and a budget.
CREDENTIALS: dict[SourceKind, tuple[str, ...]] = {
    SourceKind.WEB_SERVICE: ("user", "password", "ip"),
    SourceKind.DCI: ("token", "sender"),
}


class NotConfigured(Exception):
    """Why a register cannot be asked, in the language of the page. Names settings, never what stands in them."""


@dataclass(frozen=True, repr=False)
class Service:
    """A register that may be asked. `budget` is hits a day; `about` holds credentials and the like."""

    kind: SourceKind
    place: Place
    budget: int
    about: dict[str, str] = field(default_factory=dict)


def bounds() -> Bounds:
    return Bounds(wait=WAIT, deadline=DEADLINE, longest=LONGEST_ANSWER)


def longest_call() -> float:
    """Seconds that one call may take: connecting, then everything else."""
    return WAIT + DEADLINE


def service_for(kind: SourceKind) -> Service:
    """A register as configured. Raises NotConfigured."""
    about = dict(getattr(settings, "DTKS_REGISTERS", {}).get(kind.value, {}))
    if not about:
        raise NotConfigured(_("it is not in DTKS_REGISTERS"))
    hosts = getattr(settings, "DTKS_REGISTER_HOSTS", ())
    try:
        place = allowed_place(str(about.pop("url", "")), hosts=hosts, setting="DTKS_REGISTER_HOSTS")
    except PlaceNotAllowed as error:
        raise NotConfigured(str(error)) from None
    missing = [name for name in CREDENTIALS[kind] if not about.get(name)]
    if missing:
        raise NotConfigured(_("these are missing: %(names)s") % {"names": ", ".join(missing)})
    about.pop("budget", None)
    try:
        signer_of(about), keys_of(about)
    except UnreadableKey as error:
        raise NotConfigured(str(error)) from None
    if budget_of(kind) < 1:
        raise NotConfigured(_("it has no daily budget"))
    if longest_call() > default_lease_seconds() * LEASE_SHARE:
        raise NotConfigured(_("DTKS_LEASE_SECONDS is too short for one call"))
    return Service(kind, place, budget_of(kind), {name: str(value) for name, value in about.items()})


def budget_of(kind: SourceKind) -> int:
    """Hits a day, as configured; 0 where the register is not."""
    return int(getattr(settings, "DTKS_REGISTERS", {}).get(kind.value, {}).get("budget") or 0)


def is_configured(kind: SourceKind) -> bool:
    return bool(getattr(settings, "DTKS_REGISTERS", {}).get(kind.value))
