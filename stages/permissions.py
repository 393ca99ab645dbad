"""Who may do what to a phase. Officers work in the muskel of their kelurahan; everything else is the admins'."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from accounts.models import Role, RoleGrant
from stages.errors import SamePerson

if TYPE_CHECKING:
    from accounts.models import User
    from stages.models import Muskel


def may_steer(user: "User") -> bool:
    """Move a phase, start its runs, issue its lists and import what comes back."""
    return bool(user.is_active and (user.is_admin or user.is_superuser))


def require_second_person(first_id: UUID, second: "User") -> None:
    """Raise SamePerson unless two people sign: not one person twice, and neither made the other an admin."""
    if first_id == second.pk:
        raise SamePerson
    granted = Q(user=second.pk, granted_by=first_id) | Q(user=first_id, granted_by=second.pk)
    if RoleGrant.objects.filter(granted, role=Role.ADMIN, ended_at__isnull=True).exists():
        raise SamePerson


def may_hold(user: "User", muskel: "Muskel") -> bool:
    """Write down what a kelurahan's meeting decided: the officers of that kelurahan only."""
    return user.is_officer and muskel.kelurahan_id in user.kelurahan_codes
