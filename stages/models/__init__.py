"""What happens to a phase after registration: moves, muskel, target lists, the hand-off to SIKS-NG, determinations."""

from stages.models.determination import Determination, DeterminationBatch, DeterminationStatus
from stages.models.muskel import Muskel, MuskelBasis, MuskelDecision, MuskelLock
from stages.models.outcome import DecisionKind, OutcomeDecision, UntoldFamily
from stages.models.phase import EntryKind, PhasePlan, ReopenRequest, StageEntry
from stages.models.registry import Registry, publishes_programmes
from stages.models.siksng import ExportPackage, ExportRow, ReturnedFile, ReturnedRow
from stages.models.target import Conflict, ConflictKind, Resolution, TargetEntry, TargetList, TargetState

__all__ = [
    "Conflict",
    "ConflictKind",
    "DecisionKind",
    "Determination",
    "DeterminationBatch",
    "DeterminationStatus",
    "EntryKind",
    "ExportPackage",
    "ExportRow",
    "Muskel",
    "MuskelBasis",
    "MuskelDecision",
    "MuskelLock",
    "OutcomeDecision",
    "PhasePlan",
    "Registry",
    "ReopenRequest",
    "Resolution",
    "ReturnedFile",
    "ReturnedRow",
    "StageEntry",
    "TargetEntry",
    "TargetList",
    "TargetState",
    "UntoldFamily",
    "publishes_programmes",
]
