"""Who may do what, as one table and a few predicates (`rules`) that rooms combine."""

from typing import Any

from rules.predicates import predicate

from areas.models import Area

# What an admin may do with the tables of each room in the Django admin. Nothing is deleted there, and history is only
# looked at. The admin page of a model may allow less.
ADMIN_MAY: dict[str, tuple[str, ...]] = {
    "accounts": ("view", "add", "change"),
    "areas": ("view",),
    "audit": ("view",),
    "jobs": ("view",),
    "eligibility": ("view",),
    "registration": ("view", "add", "change"),
    "notices": ("view",),
    "matching": ("view", "change"),
    "assessment": ("view", "change"),
    "grievances": ("view", "change"),
    "stages": ("view", "add", "change"),
    "public": ("view", "add", "change"),
}


def room_of(permission: str) -> tuple[str, str]:
    """Room and action of a permission such as "registration.change_phase"."""
    room, _dot, codename = permission.partition(".")
    action, _underscore, _model = codename.partition("_")
    return room, action


@predicate  # type: ignore[untyped-decorator]
def is_admin(user: Any) -> bool:
    return bool(getattr(user, "is_admin", False))


@predicate  # type: ignore[untyped-decorator]
def is_officer(user: Any) -> bool:
    return bool(getattr(user, "is_officer", False))


@predicate  # type: ignore[untyped-decorator]
def is_officer_of(user: Any, area: Area | None) -> bool:
    """Whether the user serves the kelurahan `area`."""
    return area is not None and area.pk in getattr(user, "kelurahan_codes", frozenset())
