"""The families of a phase that are still in it, in an order and in portions."""

from collections.abc import Iterator
from typing import Any

from registration.models import Family, Outcome, Phase

CHUNK = 1_000
UNANSWERED = (Outcome.SENT, Outcome.RETURNED)  # handed over, and without the ministry's word


def standing_families(phase: Phase, *, kota_code: str = "") -> Any:
    """Families registered in this phase and not withdrawn; of one kota or kabupaten, or of all."""
    found = Family.objects.filter(
        household__phase=phase, household__submitted_at__isnull=False, household__withdrawn_at__isnull=True
    )
    return found.filter(household__kelurahan__code__startswith=f"{kota_code}.") if kota_code else found


def unanswered_families(phase: Phase) -> Any:
    """Standing families that were sent, or came back, and that the ministry has not answered."""
    return standing_families(phase).filter(outcome__in=UNANSWERED)


def standing_families_in_chunks(phase: Phase, *, kota_code: str = "", size: int = CHUNK) -> Iterator[list[Family]]:
    """The same, by primary key, with their households; each portion is one query."""
    families = standing_families(phase, kota_code=kota_code).select_related("household").order_by("pk")
    last: Any = None
    while True:
        portion = list((families.filter(pk__gt=last) if last else families)[:size])
        if not portion:
            return
        yield portion
        last = portion[-1].pk
