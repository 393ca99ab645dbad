"""Made-up households that enter the portal the way people do: page by page through the form, then submit.

Their NIK begin with 99, so nobody here can exist, and no two of a test run share a number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from dtks_portal.made_up.entering import enter
from dtks_portal.made_up.households import MadeUpFamily, MadeUpHousehold, Numbers, make_households
from registration.models import Phase
from registration.questionnaire.versions import Edition
from registration.stage import Stage
from stages.services import advance, create_phase
from tests.people import GAMBIR

if TYPE_CHECKING:
    from accounts.models import User
    from areas.models import Area
    from registration.models import Household

SEED = 47
REGION = "990202"
FINE = {
    "ktp_dki": "ya",
    "domisili_dki": "ya",
    "pegawai_tetap": "tidak",
    "mobil": "tidak",
    "njop": "tidak",
    "air_kemasan": "tidak",
}
_numbers = Numbers()
_phases = count(1)


def made_up_households(*, kelurahan: str = GAMBIR, seed: int = SEED) -> Iterator[MadeUpHousehold]:
    """Without end. Everybody answers the six questions so that nothing stops the submission."""
    today = timezone.localdate()
    for number, made_up in enumerate(
        make_households(count=10_000, kelurahan_codes=(kelurahan,), seed=seed, today=today, walk_in_share=0)
    ):
        families = tuple(_unreal(family) for family in made_up.families)
        yield replace(made_up, families=families, declares=FINE, phone=f"0800{seed % 100:02d}{number:06d}")


def _unreal(family: MadeUpFamily) -> MadeUpFamily:
    people = tuple(
        replace(person, nik=person.nik and _numbers.nik(REGION, person.birth_date, person.sex))
        for person in family.people
    )
    return MadeUpFamily(kk=_numbers.kk(REGION, date(2015, 1, 1)), people=people)


_endless: Iterator[MadeUpHousehold] | None = None


def made_up_household() -> MadeUpHousehold:
    """The next one, of Gambir."""
    global _endless
    if _endless is None:
        _endless = made_up_households()
    return next(_endless)


def open_phase(by: User, **changes: Any) -> Phase:
    """A phase whose registration is open, planned and moved there by an admin."""
    now = timezone.now()
    about: dict[str, Any] = {
        "slug": f"tahap-rumah-tangga-{next(_phases)}",
        "name": "Tahap II 2026",
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=19),
        "rules_on": timezone.localdate(),
        "documents": "KTP\nKartu Keluarga (KK)",
        "legal_basis": "Permensos 3/2021",
        "muskel_quorum": 5,
        "questionnaire": Edition.SHORT,
    }
    phase = create_phase(by=by, **{**about, **changes})
    advance(phase=phase, by=by, expected=Stage.SOSIALISASI)
    phase.refresh_from_db()
    return phase


def register(
    made_up: MadeUpHousehold | None = None, *, by: User, phase: Phase, kelurahan: Area | None = None
) -> Household:
    """Enter a household; with a `kelurahan` at its counter, as a walk-in citizen without a phone."""
    chosen = made_up or made_up_household()
    if kelurahan is not None:
        chosen = replace(chosen, walks_in=True, kelurahan=kelurahan.pk)
    entered = enter(chosen, by=by, phase=phase, today=timezone.localdate(), seed=SEED, kelurahan=kelurahan)
    assert entered.household is not None, "its own statements stopped it"
    return entered.household
