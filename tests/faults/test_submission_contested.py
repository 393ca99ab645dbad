"""The same people from twenty sides, and the same page from two: against a live server.

Each protection has a mutant that takes it away in the server; the same check must then fail.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.urls import reverse

from accounts import services as accounts
from accounts.models import Role, User
from areas.models import Area
from registration import services
from registration.forms.base import flat_choices
from registration.models import Draft, Household, Slot
from registration.pages import PAGE_BY_KEY
from registration.state import DraftState
from tests.faults.drafts import one_person, same_household
from tests.live import Answer, Live, live_server, session_of
from tests.people import GAMBIR, rina, siti
from tests.registration.samples import at_counter, open_phase, post

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
OF_EACH, TABS = 10, 8
WATER = {"air_minum": "isi_ulang", "penerangan": "pln_meteran", "bahan_bakar": "gas_3kg"}


def all_at_once(acts: list[Callable[[], Answer]]) -> list[Answer]:
    together = threading.Barrier(len(acts))

    def start(act: Callable[[], Answer]) -> Answer:
        together.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(start, act) for act in acts]]


def citizens() -> list[User]:
    return [
        accounts.create_citizen(nik=f"990101150680{number:04d}", name=f"Warga {number}", password=None)
        for number in range(1, OF_EACH + 1)
    ]


def officers(kelurahan: Area) -> list[User]:
    return [
        accounts.create_staff(
            username=f"petugas{number}",
            name=f"Petugas {number}",
            email=f"petugas{number}@contoh.id",
            password=None,
            role=Role.OFFICER,
            area=kelurahan,
        )
        for number in range(1, OF_EACH + 1)
    ]


def one_of_twenty_registers_the_family(server: Live) -> None:
    """B2: ten citizens and ten officers send the same NIK at once; the others read a page that names nobody."""
    phase, gambir, sample = open_phase(), Area.objects.get(pk=GAMBIR), one_person()
    drafts = same_household(citizens(), phase, sample)
    drafts += same_household(officers(gambir), phase, at_counter(sample), gambir)
    sessions = [session_of(draft.owner) for draft in drafts]

    def sending(draft: Draft, session: str) -> Callable[[], Answer]:
        address = reverse("registration:draft_submit", kwargs={"draft_id": draft.pk})
        return lambda: server.post(address, session=session)

    answers = all_at_once([sending(draft, session) for draft, session in zip(drafts, sessions, strict=True)])
    assert sorted(answer.status for answer in answers) == [302] + [409] * (2 * OF_EACH - 1)
    household = Household.objects.get()
    assert Slot.objects.count() == 2
    winner = household.submitted_by
    assert winner is not None
    for answer in answers:
        if answer.status == 409:
            shown = re.sub(r"(?s)<header.*?</header>", "", answer.text)
            assert [word for word in (household.reference, winner.name) if word in shown] == []
            assert re.search(r"[0-9]{16}", shown) is None


@pytest.mark.long
def test_one_of_twenty_registers_the_family() -> None:
    with live_server() as server:
        one_of_twenty_registers_the_family(server)


@pytest.mark.long
def test_without_slots_the_family_is_registered_twice() -> None:
    with live_server(mutants=("no_slots",)) as server, pytest.raises(AssertionError):
        one_of_twenty_registers_the_family(server)


def handed_draft() -> Draft:
    """Siti's draft, with one page, in the hands of Rina's kelurahan."""
    draft = services.open_draft(by=siti(), phase=open_phase())
    page = PAGE_BY_KEY["air-energi"]
    services.save_page(draft=draft, page=page, item="", posted=post(WATER), version=0, by=siti())
    code = services.open_handover(draft=draft, kelurahan=Area.objects.get(pk=GAMBIR), by=siti()).code
    services.take_handover(code=code, by=rina())
    return draft


def nobody_overwrites_anybody(server: Live) -> None:
    """B4: citizen and officer save the same page at once, from several tabs. One is kept; each of the others still has
    what was typed, beside what is kept."""
    draft = handed_draft()
    address = reverse("registration:page_edit", kwargs={"draft_id": draft.pk, "key": "air-energi"})
    sessions = [session_of(siti()), session_of(rina())]
    choices = [str(code) for code, _label in fuels(draft) if code != WATER["bahan_bakar"]][:TABS]
    assert len(choices) >= 3

    def saving(fuel: str, session: str) -> Callable[[], Answer]:
        return lambda: server.post(address, {**WATER, "bahan_bakar": fuel, "version": "1"}, session=session)

    answers = all_at_once([saving(fuel, sessions[place % 2]) for place, fuel in enumerate(choices)])
    assert sorted(answer.status for answer in answers) == [302] + [409] * (len(choices) - 1)
    page = draft.pages.get(page="air-energi")
    kept = choices[[answer.status for answer in answers].index(302)]
    assert (page.version, page.data["typed"]["bahan_bakar"]) == (2, [kept])
    for fuel, answer in zip(choices, answers, strict=True):
        if answer.status == 409:
            assert f'<input type="hidden" name="bahan_bakar" value="{fuel}">' in answer.text
    loser = next(place for place, answer in enumerate(answers) if answer.status == 409)
    mine = {**WATER, "bahan_bakar": choices[loser], "version": "2", "bentrok": "1"}
    missing = server.post(address, mine, session=sessions[0])
    assert missing.status == 409
    chosen = server.post(address, {**mine, "pilih.bahan_bakar": "ketikan"}, session=sessions[0])
    assert chosen.status == 302
    page.refresh_from_db()
    assert (page.version, page.data["typed"]["bahan_bakar"]) == (3, [choices[loser]])


def fuels(draft: Draft) -> list[tuple[object, object]]:
    field = PAGE_BY_KEY["air-energi"].build(DraftState.load(draft)).fields["bahan_bakar"]
    return [pair for pair in flat_choices(field) if pair[0]]  # type: ignore[arg-type]


def test_nobody_overwrites_anybody() -> None:
    with live_server() as server:
        nobody_overwrites_anybody(server)


@pytest.mark.long
@pytest.mark.parametrize("mutant", ["no_version_check", "no_fill_lock"])
def test_a_silent_overwrite_is_noticed(mutant: str) -> None:
    with live_server(mutants=(mutant,)) as server, pytest.raises(AssertionError):
        nobody_overwrites_anybody(server)
