"""Households of the tests, written straight into the tables as a submission leaves them."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import User
from identity.indexes import keyed_index
from jobs.models import Run, RunState
from jobs.services import start_run, work_run
from matching.models import AssetEvidence, Candidate, DuplicatePair, PersonVerdict, Snapshot
from matching.services import kind_of
from matching.vocabulary import Source
from registration.models import Channel, Family, Household, Member, Phase
from registration.stage import Stage
from tests.people import GAMBIR, siti

FINE = {
    "ktp_dki": "ya",
    "domisili_dki": "ya",
    "pegawai_tetap": "tidak",
    "mobil": "tidak",
    "njop": "tidak",
    "air_kemasan": "tidak",
}
AS_OF = date(2026, 11, 1)
_serials = count(1)


def phase_in(stage: Stage = Stage.PENGOLAHAN_2, **changes: Any) -> Phase:
    now = timezone.now()
    about: dict[str, Any] = {
        "slug": "tahap-uji",
        "name": "Tahap uji",
        "stage": stage,
        "stage_changed_at": now,
        "opens_at": now - timedelta(days=20),
        "closes_at": now - timedelta(days=1),
        "rules_on": date(2024, 11, 1),
    }
    return Phase.objects.create(**{**about, **changes})


def household_of(
    phase: Phase, *, account: User | None = None, walk_in_by: User | None = None, **changes: Any
) -> Household:
    """A submitted household in Gambir with one family of one person, Siti's unless told otherwise."""
    owner = None if walk_in_by else account or siti()
    about: dict[str, Any] = {
        "phase": phase,
        "account": owner,
        "registered_by": walk_in_by,
        "channel": Channel.COUNTER if walk_in_by else Channel.ONLINE,
        "kelurahan_id": GAMBIR,
        "address": "Jalan Contoh 1",
        "rt": "001",
        "rw": "002",
        "declarations": dict(FINE),
        "submitted_at": datetime(2026, 10, 5, 3, tzinfo=UTC),
        "submitted_by": walk_in_by or owner,
    }
    household = Household.objects.create(**{**about, **changes})
    person_in(family_in(household), is_head=True, relation="kepala")
    return household


def family_in(household: Household, *, number: int | None = None, kk: str | None = None) -> Family:
    digits = kk or f"990101010120{next(_serials):04d}"
    return Family.objects.create(
        household=household,
        number=number or household.families.count() + 1,
        kk=digits,
        kk_index=keyed_index("kk", digits),
    )


def person_in(family: Family, *, nik: str | None = "new", **changes: Any) -> Member:
    digits = f"990101570888{next(_serials):04d}" if nik == "new" else nik
    about: dict[str, Any] = {
        "family": family,
        "household": family.household,
        "phase": family.household.phase,
        "number": family.members.count() + 1,
        "nik": digits,
        "nik_index": keyed_index("nik", digits) if digits else None,
        "name": "Siti Aminah",
        "birth_date": date(1988, 8, 17),
        "sex": "P",
        "relation": "anak",
    }
    return Member.objects.create(**{**about, **changes})


def matching_run(phase: Phase, source: str) -> Run:
    """A finished matching run without shards, to hang evidence on."""
    return Run.objects.create(
        kind=kind_of(source),
        scope_id=phase.pk,
        params={"as_of": AS_OF.isoformat()},
        config_hash="0" * 64,
        state=RunState.DONE,
        ended_at=timezone.now(),
    )


def heard_of(run: Run, member: Member, value: str, **changes: Any) -> PersonVerdict:
    source = next(s for s in Source if kind_of(s) == run.kind)
    about: dict[str, Any] = {"source": source, "value": value}
    if value in ("padan", "padan_sebagian"):
        about |= {"register_area_code": GAMBIR, "register_occupation": "BURUH HARIAN LEPAS", "register_status": "aktif"}
    return PersonVerdict.objects.create(run=run, member=member, **{**about, **changes})


def suggested_to(verdict: PersonVerdict, snapshot: Snapshot, **changes: Any) -> Candidate:
    """An entry of the register that may be the person of a verdict "NIK not found"."""
    about: dict[str, Any] = {
        "way": "angka",
        "position": 16,
        "score": 85,
        "name_score": 100,
        "agrees": ["birth_date", "sex", "kelurahan"],
        "masked_name": "S••• A•••",
    }
    return Candidate.objects.create(
        run=verdict.run,
        member=verdict.member,
        snapshot=snapshot,
        typed_index=verdict.member.nik_index,
        register_index=keyed_index("nik", "9901015708889999"),
        **{**about, **changes},
    )


def may_be_one(run: Run, household: Household, other: Household, **changes: Any) -> DuplicatePair:
    """Two households at one address."""
    about: dict[str, Any] = {"kind": "rumah", "score": 70, "reasons": ["address", "accounts"]}
    return DuplicatePair.objects.create(
        phase=household.phase, run=run, household=household, other_household=other, **{**about, **changes}
    )


def owns(run: Run, member: Member, kind: str, value: int | None = None, line: int = 1) -> AssetEvidence:
    return AssetEvidence.objects.create(
        run=run, family=member.family, member=member, basis="nik", record_line=line, kind=kind, value=value
    )


def everyone_is_fine(phase: Phase) -> tuple[Run, Run]:
    """Both registers have looked at everybody and found nothing; returns their runs."""
    population, assets = matching_run(phase, "population"), matching_run(phase, "assets")
    for member in Member.objects.filter(phase=phase):
        heard_of(population, member, "padan")
        heard_of(assets, member, "tidak_ada_catatan")
    return population, assets


def run_to_the_end(kind: str, phase: Phase) -> Run:
    """Start a run and work on it here until it is done."""
    run = start_run(kind=kind, scope_id=phase.pk, params={"rules_on": phase.rules_on.isoformat()}, by=None)
    work_run(run.pk, worker="test")
    run.refresh_from_db()
    assert run.state == RunState.DONE, run.error
    return run
