"""Who may do what to a phase. Officers work in the muskel of their kelurahan; everything else is the admins'."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import User
    from stages.models import Muskel


def may_steer(user: "User") -> bool:
    """Move a phase, start its runs, issue its lists and import what comes back."""
    return bool(user.is_active and (user.is_admin or user.is_superuser))


def may_hold(user: "User", muskel: "Muskel") -> bool:
    """Write down what a kelurahan's meeting decided: the officers of that kelurahan only."""
    return user.is_officer and muskel.kelurahan_id in user.kelurahan_codes
