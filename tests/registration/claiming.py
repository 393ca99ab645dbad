"""Siti's household is registered; Budi's draft holds numbers of it, as after a marriage or a stranger's typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from areas.models import Area
from registration.claims.deciding import Decided, accept_claim
from registration.claims.opening import open_claim
from registration.models import Claim, Draft, Household, Paper, Phase
from tests.people import GAMBIR, budi, rina, siti
from tests.registration.samples import Sample, ready_draft, registered

if TYPE_CHECKING:
    from accounts.models import User

PAPERS = [Paper.KTP, Paper.KK]
REASON = "KTP dan KK asli sesuai."


def sharing(sample: Sample, *, people: tuple[str, ...] = (), families: tuple[int, ...] = ()) -> Sample:
    """Another sample that holds the NIK of these people of `sample`, and the KK numbers at these places."""
    other = Sample()
    by_name = {typed["nama"]: typed for typed in sample.people.values()}
    for typed in other.people.values():
        if typed["nama"] in people:
            typed["nik"] = by_name[typed["nama"]]["nik"]
    for place in families:
        other.kk[list(other.kk)[place]] = list(sample.kk.values())[place]
    return other


def registered_and_wanted(
    phase: Phase, *, people: tuple[str, ...] = (), families: tuple[int, ...] = (), by: User | None = None
) -> tuple[Household, Draft]:
    """Siti's household, and a complete draft (Budi's unless `by` says otherwise) that holds some of its numbers."""
    sample = Sample()
    household = registered(by=siti(), phase=phase, sample=sample)
    draft = ready_draft(by=by or budi(), phase=phase, sample=sharing(sample, people=people, families=families))
    return household, draft


def claimed(draft: Draft) -> Claim:
    return open_claim(draft=draft, kelurahan=Area.objects.get(pk=GAMBIR), by=draft.owner)


def accept(claim: Claim, *, by: User | None = None) -> Decided:
    """All numbers, with KTP and KK in hand."""
    numbers = set(claim.numbers.values_list("pk", flat=True))
    return accept_claim(claim=claim, numbers=numbers, papers=PAPERS, reason=REASON, by=by or rina())
