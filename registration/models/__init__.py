"""What families tell us: phases, drafts, and the households, families and members they become."""

from registration.models.draft import Draft, DraftPage
from registration.models.household import Channel, Family, Household, Member, Outcome
from registration.models.phase import Phase
from registration.models.submission import Slot, SlotKind, Submission

__all__ = [
    "Channel",
    "Draft",
    "DraftPage",
    "Family",
    "Household",
    "Member",
    "Outcome",
    "Phase",
    "Slot",
    "SlotKind",
    "Submission",
]
