"""What the registers said about households, gathered for the rules: a few queries for any number of households."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from jobs.models import Run, RunState
from matching.models import AssetEvidence, PersonVerdict
from matching.services import kind_of
from matching.vocabulary import Source
from registration.models import Household


@dataclass(frozen=True)
class PersonEvidence:
    """What the sources said about one member; a value is None where no finished run has looked at that person.

    `fields` as in PersonVerdict. `area_code`, `occupation` and `register_status` are what the population register
    holds ("" where it holds nothing, or did not find the person).
    """

    member_id: UUID
    family_id: UUID
    population_value: str | None = None
    population_as_of: date | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    raw_code: str = ""
    area_code: str = ""
    occupation: str = ""
    register_status: str = ""
    assets_value: str | None = None
    assets_as_of: date | None = None

    @property
    def area_level(self) -> str | None:
        """The highest level at which the area of the KTP differs (`AreaLevel`); None where it agrees or is unknown."""
        compared = self.fields.get("kelurahan")
        return compared.get("level") if isinstance(compared, dict) else None


@dataclass(frozen=True)
class AssetItem:
    """One vehicle or plot. `member_id` is None when only the KK number led to the family. `value` in rupiah or None.

    Each line of the register is an item of its own, so that everything found can be shown. Nothing is summed here:
    whether objects count together, by KK or singly, is a dated limit, and the rules sum as it says.
    """

    family_id: UUID
    member_id: UUID | None
    kind: str
    number: str
    value: int | None
    as_of: date

    @property
    def object_key(self) -> tuple[str, str] | None:
        """The same for two lines about one object (plate or NOP, however it is spaced); None without a number."""
        number = "".join(filter(str.isalnum, self.number.upper()))
        return (self.kind, number) if number else None


@dataclass
class HouseholdEvidence:
    """All evidence about one household. The run ids say which comparison it rests on; None: none has finished."""

    household_id: UUID
    population_run_id: UUID | None = None
    assets_run_id: UUID | None = None
    people: dict[UUID, PersonEvidence] = field(default_factory=dict)
    assets: list[AssetItem] = field(default_factory=list)


def run_to_rely_on(phase_id: int, source: str) -> Run | None:
    """The newest signed-off run of a source for a phase, else the newest finished one."""
    finished = Run.objects.for_scope(kind_of(source), phase_id).filter(state=RunState.DONE)
    newest = finished.order_by("-created_at", "-id")
    return newest.filter(signed_off_at__isnull=False).first() or newest.first()


def evidence_for(
    household_ids: Iterable[UUID], *, relying_on: Mapping[str, UUID | None] | None = None
) -> dict[UUID, HouseholdEvidence]:
    """Evidence about each of the households, an entry for every id that exists.

    It comes from the runs to rely on, or by source from the runs `relying_on` names (None: from none).
    """
    ids = list(household_ids)
    households = dict(Household.objects.filter(pk__in=ids).values_list("pk", "phase_id"))
    found = {pk: HouseholdEvidence(household_id=pk) for pk in households}
    by_phase: dict[int, list[UUID]] = {}
    for pk, phase_id in households.items():
        by_phase.setdefault(phase_id, []).append(pk)
    for phase_id, members_of in by_phase.items():
        for source in Source:
            run = run_to_rely_on(phase_id, source) if relying_on is None else _named(phase_id, source, relying_on)
            if run is not None:
                _add_run(found, run, source, members_of)
    return found


def _named(phase_id: int, source: str, relying_on: Mapping[str, UUID | None]) -> Run | None:
    pk = relying_on.get(source)
    return Run.objects.for_scope(kind_of(source), phase_id).filter(pk=pk).first() if pk else None


def _add_run(found: dict[UUID, HouseholdEvidence], run: Run, source: Source, household_ids: list[UUID]) -> None:
    for pk in household_ids:
        setattr(found[pk], f"{source}_run_id", run.pk)
    verdicts = PersonVerdict.objects.filter(run=run, member__household__in=household_ids)
    add = _add_population if source == Source.POPULATION else _add_assets
    as_of = date.fromisoformat(run.params["as_of"])
    for verdict in verdicts.select_related("member"):
        add(found[verdict.member.household_id].people, verdict, as_of)
    if source == Source.ASSETS:
        for item in AssetEvidence.objects.filter(run=run, family__household__in=household_ids).select_related("family"):
            found[item.family.household_id].assets.append(
                AssetItem(
                    family_id=item.family_id,
                    member_id=item.member_id,
                    kind=item.kind,
                    number=item.number,
                    value=item.value,
                    as_of=as_of,
                )
            )


def _person(people: dict[UUID, PersonEvidence], verdict: PersonVerdict) -> PersonEvidence:
    return people.get(verdict.member_id) or PersonEvidence(
        member_id=verdict.member_id, family_id=verdict.member.family_id
    )


def _add_population(people: dict[UUID, PersonEvidence], verdict: PersonVerdict, as_of: date) -> None:
    people[verdict.member_id] = replace(
        _person(people, verdict),
        population_value=verdict.value,
        population_as_of=verdict.as_of or as_of,
        fields=verdict.fields,
        raw_code=verdict.raw_code,
        area_code=verdict.register_area_code,
        occupation=verdict.register_occupation,
        register_status=verdict.register_status,
    )


def _add_assets(people: dict[UUID, PersonEvidence], verdict: PersonVerdict, as_of: date) -> None:
    people[verdict.member_id] = replace(_person(people, verdict), assets_value=verdict.value, assets_as_of=as_of)
