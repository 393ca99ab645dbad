"""What evidence says under each rule: pure functions from facts and limits to claims, three answers, crashes raise.

A claim of a source is never more than that: `evaluate` marks it for review. Evidence nobody has asked for yet makes
UNKNOWN where a register exists, and no claim at all where none does (then the family's statement stands alone).
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from eligibility.facts import CarFact, HouseholdFacts, LandFact, PersonFacts, Source
from eligibility.limits import Limits, NjopCounting
from eligibility.occupations import employer_of
from eligibility.verdicts import Claim, Verdict

IDENTIFIED: Final = frozenset({"padan", "padan_sebagian"})


def latest(days: Iterable[date | None]) -> date | None:
    known = [day for day in days if day is not None]
    return max(known) if known else None


def judge_ktp(facts: HouseholdFacts, limits: Limits) -> tuple[Claim, ...]:
    """Per person, the area of the current KTP in the population register. The NIK's prefix is never looked at."""
    return tuple(_judge_ktp_of(person, limits) for person in facts.people if person.has_nik)


def _judge_ktp_of(person: PersonFacts, limits: Limits) -> Claim:
    detail: dict[str, object] = {"population_value": person.population_value or "belum_dicek"}
    if person.population_value not in IDENTIFIED or not person.ktp_area:
        verdict = Verdict.UNKNOWN
    else:
        verdict = Verdict.CLEAR if person.ktp_area.startswith(limits.ktp_area) else Verdict.EXCLUDED
        detail["ktp_area"] = person.ktp_area
    return Claim(verdict, "person", person.ref, Source.DUKCAPIL, person.population_as_of, detail)


def judge_domicile(facts: HouseholdFacts, limits: Limits) -> tuple[Claim, ...]:
    """What RT/RW, a visit or the muskel found; the KTP address is no evidence of where somebody lives."""
    verdicts = {True: Verdict.CLEAR, False: Verdict.EXCLUDED, None: Verdict.UNKNOWN}
    return tuple(
        Claim(verdicts[report.in_jakarta], "household", None, report.source, report.as_of) for report in facts.domicile
    )


def judge_employees(facts: HouseholdFacts, limits: Limits) -> tuple[Claim, ...]:
    """Per KK, occupation entries that name one of the employers. Weak: a hit asks for review, no hit says nothing."""
    claims: list[Claim] = []
    for kk_ref in facts.kk_refs:
        people = [person for person in facts.people if person.kk_ref == kk_ref]
        for source, hits in (
            (Source.KK, [p for p in people if employer_of(p.kk_occupation) in limits.employers]),
            (Source.STATEMENT, [p for p in people if employer_of(p.declared_occupation) in limits.employers]),
        ):
            if hits:
                as_of = latest(p.population_as_of for p in hits) if source == Source.KK else facts.declared_on
                detail = {"people": sorted(p.ref for p in hits)}
                claims.append(Claim(Verdict.EXCLUDED, "kk", kk_ref, source, as_of, detail))
    return tuple(claims)


def judge_cars(facts: HouseholdFacts, limits: Limits) -> tuple[Claim, ...]:
    """The vehicle tax list. Motorcycles are allowed and never reach these facts as cars."""
    if facts.cars:
        as_of = latest(car.as_of for car in facts.cars)
        detail = {"people": _owners(facts.cars), "count": len(set(_keys(facts.cars)))}
        return (Claim(Verdict.EXCLUDED, "household", None, facts.cars[0].source, as_of, detail),)
    return (_nothing_found(facts),)


def judge_land(facts: HouseholdFacts, limits: Limits) -> tuple[Claim, ...]:
    """The land tax list: strictly above the limit is excluded, the limit itself passes."""
    total = counted_njop(facts.land, limits.njop_counting)
    as_of = latest(land.as_of for land in facts.land)
    if total > limits.njop_limit:
        detail = {
            "njop": total,
            "limit": limits.njop_limit,
            "counting": limits.njop_counting,
            "people": _owners(facts.land),
        }
        return (Claim(Verdict.EXCLUDED, "household", None, facts.land[0].source, as_of, detail),)
    valued = {key for key, land in zip(_keys(facts.land), facts.land, strict=True) if land.njop is not None}
    if valued != set(_keys(facts.land)):
        return (Claim(Verdict.UNKNOWN, "household", None, Source.BAPENDA, as_of, {"reason": "no_value"}),)
    return (_nothing_found(facts),)


def counted_njop(land: Sequence[LandFact], counting: NjopCounting) -> int:
    """What is held against the limit: the household's sum, the largest sum of a KK, or the largest object.

    An object that the list carries several times, such as for husband and wife, counts once, with its highest value.
    """
    by_group: dict[str, dict[str, int]] = {}
    for key, fact in zip(_keys(land), land, strict=True):
        values = by_group.setdefault(fact.kk_ref if counting == "kk" else "", {})
        values[key] = max(values.get(key, 0), fact.njop or 0)
    if counting == "single":
        return max((value for values in by_group.values() for value in values.values()), default=0)
    return max((sum(values.values()) for values in by_group.values()), default=0)


def _keys(items: Sequence[CarFact | LandFact]) -> list[str]:
    """One key for each item, equal for the same object."""
    return [item.object_ref or f"item {number}" for number, item in enumerate(items)]


def _owners(items: Iterable[CarFact | LandFact]) -> list[str]:
    return sorted({item.person_ref for item in items if item.person_ref})


def _nothing_found(facts: HouseholdFacts) -> Claim:
    """Clear only if the revenue agency's list was really consulted for every person who can be looked up."""
    people = [person for person in facts.people if person.has_nik]
    unchecked = sorted(person.ref for person in people if person.assets_checked is not True)
    as_of = latest(person.assets_as_of for person in people)
    if unchecked or not people:
        detail = {"reason": "not_checked", "people": unchecked}
        return Claim(Verdict.UNKNOWN, "household", None, Source.BAPENDA, as_of, detail)
    return Claim(Verdict.CLEAR, "household", None, Source.BAPENDA, as_of)


def judge_drinking_water(facts: HouseholdFacts, limits: Limits) -> tuple[Claim, ...]:
    """No register knows what a family drinks: only its own statement speaks."""
    return ()


def judge_community(facts: HouseholdFacts, limits: Limits) -> tuple[Claim, ...]:
    """Per KK, the muskel's decision, which nobody else can make."""
    verdicts = {True: Verdict.CLEAR, False: Verdict.EXCLUDED, None: Verdict.UNKNOWN}
    decided = {fact.kk_ref: fact for fact in facts.community}
    claims = []
    for kk_ref in facts.kk_refs:
        fact = decided.get(kk_ref)
        verdict = verdicts[fact.is_poor] if fact else Verdict.UNKNOWN
        claims.append(Claim(verdict, "kk", kk_ref, Source.MUSKEL, fact.as_of if fact else None))
    return tuple(claims)
