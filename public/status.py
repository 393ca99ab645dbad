"""The status check: what may be said to somebody who typed a NIK, a name and a birth date.

All three stand on cards that have been copied a thousand times, so the public answer says almost nothing: registered,
with the stage of the phase or that the registry lists the person, or not found. Only who also knows the reference code
learns more. Every miss does the same work: two queries and at least MINIMUM_COMPARISONS comparisons of names.
"""

from dataclasses import dataclass
from datetime import date

from assessment.explain import Explanation, explain
from assessment.models import POPULATION_RULE
from assessment.services import findings_for
from identity.indexes import keyed_indexes
from identity.names import fold_name, plain_name
from registration.models import Family, Member, Phase
from stages.models import Determination, publishes_programmes
from stages.standing import Standing, standing_of

MOST_ROWS = 20  # registrations looked at for one NIK, newest first
MINIMUM_COMPARISONS = 4


@dataclass(frozen=True)
class Claim:
    """What was typed, cleaned. `reference` is the tidy reference code, or empty."""

    nik: str
    name: str
    birth_date: date
    reference: str = ""


@dataclass(frozen=True)
class Details:
    """For who holds the reference code: where the family stands, what was found and the way out of it."""

    family: Family
    standing: Standing
    explanations: tuple[Explanation, ...]
    determination: Determination | None


@dataclass(frozen=True)
class Answer:
    """A hit: `phase` (a registration is on its way), `determination` (the registry lists the person), or both.

    `programmes` are those of the determination where its registry publishes them to everybody, else empty.
    """

    phase: Phase | None
    determination: Determination | None
    details: Details | None
    programmes: tuple[str, ...] = ()


def look_up(claim: Claim) -> Answer | None:
    """The answer to a claim; None for everything that must look alike: unknown, not matching, withdrawn, opted out.

    The newest registration decides about opting out, and the newest list of the ministry about what the registry says.
    """
    indexes = keyed_indexes("nik", claim.nik)
    members = _registered_under(indexes)
    newest_listing = list(Determination.objects.about(indexes)[:1])
    matching = _matching_members(members, claim)
    listed = [listing for listing in _matching_determinations(newest_listing, claim) if listing.is_in_registry]
    active = [member for member in members if not member.household.is_withdrawn]
    if active and active[0].household.opted_out:
        return None
    found = [member for member in active if member in matching]
    if claim.reference:
        found = [member for member in found if member.household.reference == claim.reference]
        listed = listed if found else []
    if not found and not listed:
        return None
    determination = listed[0] if listed else None
    details = details_of(found[0], determination) if claim.reference else None
    return Answer(
        phase=found[0].household.phase if found else None,
        determination=determination,
        details=details,
        programmes=_published_programmes(determination),
    )


def _published_programmes(determination: Determination | None) -> tuple[str, ...]:
    if determination is None or not publishes_programmes(determination.registry_name):
        return ()
    return tuple(determination.programmes)


def _registered_under(indexes: list[bytes]) -> list[Member]:
    """Members of submitted households, withdrawn ones too, newest first."""
    return list(
        Member.objects.filter(nik_index__in=indexes, household__submitted_at__isnull=False)
        .select_related("household__phase", "family")
        .order_by("-phase_id", "-household__submitted_at")[:MOST_ROWS]
    )


def details_of(member: Member, determination: Determination | None) -> Details:
    """The second tier. What was found about other families of the household is theirs and left out."""
    family, household = member.family, member.household
    concerning = [
        finding
        for finding in findings_for(household)
        if finding.family_id in (None, family.pk) and (finding.is_excluded or finding.rule_key == POPULATION_RULE)
    ]
    return Details(
        family=family,
        standing=standing_of(family),
        explanations=tuple(explain(finding) for finding in concerning),
        determination=determination,
    )


def _matching_members(members: list[Member], claim: Claim) -> list[Member]:
    typed = _joined(claim.name)
    names = [*(member.name for member in members), *[claim.name] * (MINIMUM_COMPARISONS - len(members))]
    equal = [_joined(name) == typed for name in names]
    return [m for m, same in zip(members, equal, strict=False) if same and m.birth_date == claim.birth_date]


def _matching_determinations(determinations: list[Determination], claim: Claim) -> list[Determination]:
    typed = fold_name(claim.name).replace(" ", "")
    return [d for d in determinations if d.name.replace(" ", "") == typed and d.birth_date == claim.birth_date]


def _joined(name: str) -> str:
    return plain_name(name).replace(" ", "")
