"""What families tell us: phases, drafts, and the households, families and members they become."""

from registration.models.attachment import Attachment, AttachmentPicture, Upload, UploadPiece
from registration.models.claim import Claim, ClaimedNumber, ClaimState, Paper
from registration.models.draft import Draft, DraftChange, DraftPage
from registration.models.handover import Handover, HandoverEnd
from registration.models.household import ROSTER, Channel, Family, Household, Kind, Member, Outcome
from registration.models.phase import Phase
from registration.models.receipt import Receipt
from registration.models.representation import (
    FamilyCode,
    FamilyObjection,
    FamilyObjectionState,
    Representation,
)
from registration.models.submission import Slot, SlotKind, Submission

__all__ = [
    "ROSTER",
    "Attachment",
    "AttachmentPicture",
    "Channel",
    "Claim",
    "ClaimState",
    "ClaimedNumber",
    "Draft",
    "DraftChange",
    "DraftPage",
    "Family",
    "FamilyCode",
    "FamilyObjection",
    "FamilyObjectionState",
    "Handover",
    "HandoverEnd",
    "Household",
    "Kind",
    "Member",
    "Outcome",
    "Paper",
    "Phase",
    "Receipt",
    "Representation",
    "Slot",
    "SlotKind",
    "Submission",
    "Upload",
    "UploadPiece",
]
