"""What an earlier registration loses by an accepted claim. Its frozen copies and its row history keep what was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import ProtectedError

from audit.services import record
from registration.claims.contested import Key
from registration.claims.errors import HasResults
from registration.models import Claim, Family, Household, Member, Slot, SlotKind
from registration.services import end_registration
from registration.telling import tell

if TYPE_CHECKING:
    from accounts.models import User

# Kept with a household that ends because of a claim; its family reads it, so it names nobody.
DECISION = "Keputusan kelurahan atas klaim {reference}"


class Loss(StrEnum):
    """What happened to the earlier registration; also the kind of the notice it gets."""

    SOME = "claim_some_left"
    ALL = "claim_all_left"


@dataclass(frozen=True)
class Leaving:
    """Families that go as a whole, and single people of families that stay."""

    families: tuple[Family, ...]
    members: tuple[Member, ...]

    @property
    def keys(self) -> set[Key]:
        """Every number that goes with them, claimed or not."""
        of_families = [member for family in self.families for member in family.members.all()]
        niks = {member.nik_index for member in (*of_families, *self.members) if member.nik_index}
        kks = {family.kk_index for family in self.families}
        return {(SlotKind.NIK.value, one) for one in niks} | {(SlotKind.KK.value, one) for one in kks}


def who_leaves(families: Iterable[Family], taken: set[Key]) -> Leaving:
    """A KK goes with everybody on it; a person goes alone, unless nobody would be left on that KK."""
    whole, single = [], []
    for family in families:
        people = list(family.members.all())
        gone = [one for one in people if one.nik_index and (SlotKind.NIK.value, one.nik_index) in taken]
        if (SlotKind.KK.value, family.kk_index) in taken or len(gone) == len(people):
            whole.append(family)
        else:
            single += gone
    return Leaving(tuple(whole), tuple(single))


def take_from(*, household_id: UUID, slots: Sequence[Slot], claim: Claim, by: User) -> Loss:
    """Take people and KK out of an earlier registration and promise the claimed slots to the claim's draft.

    The registration ends when no KK is left on it. Raises HasResults where later stages have written about them.
    """
    household = Household.objects.select_for_update(of=("self",)).get(pk=household_id)
    families = list(household.families.prefetch_related("members"))
    leaving = who_leaves(families, {(slot.kind, slot.index) for slot in slots})
    promise(slots, claim)
    if len(leaving.families) == len(families):
        end_registration(household, by=by, reason=DECISION.format(reference=claim.reference))
        loss = Loss.ALL
    else:
        _delete(leaving, household)
        loss = Loss.SOME
    data = {"claim": claim.pk, "families": len(leaving.families), "people": len(leaving.members)}
    record(by=by, verb=f"registration.{loss.value}", subject=household, area_code=household.kelurahan_id, data=data)
    tell(household=household, kind=loss.value, params={"claim": claim.reference}, by=by)
    return loss


def promise(slots: Sequence[Slot], claim: Claim) -> None:
    Slot.objects.filter(pk__in=[slot.pk for slot in slots]).update(household=None, promised_to=claim.draft)


def _delete(leaving: Leaving, household: Household) -> None:
    for kind, index in leaving.keys:
        Slot.objects.filter(household=household, kind=kind, index=index).delete()
    try:
        Member.objects.filter(pk__in=[member.pk for member in leaving.members]).delete()
        Family.objects.filter(pk__in=[family.pk for family in leaving.families]).delete()
    except ProtectedError as error:
        raise HasResults from error
