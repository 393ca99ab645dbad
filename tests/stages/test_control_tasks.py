"""What is done inside a stage from the control room: runs, signatures, prelists, conflicts."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from areas.models import Area
from jobs.models import Run
from registration.models import Phase
from registration.phase_lock import database_now
from registration.stage import Stage
from stages import conflict_run, services
from stages.conflict_run import ALREADY_LOOKING
from stages.conflicts import newest_run
from stages.exporting import issue_package
from stages.guards import why_not_signed
from stages.models import Conflict, Muskel
from stages.tasks_of_stage import TASKS
from tests.people import dewi
from tests.stages.files import determinations, niks_of, returned
from tests.stages.rooms import text, url
from tests.stages.scenes import (
    JAKARTA_PUSAT,
    finding,
    finished_run,
    hold,
    household_of,
    in_siksng,
    list_conflicts,
    meeting_of,
    phase_in,
    planned,
    put_in,
    tell_everybody,
)

pytestmark = pytest.mark.django_db
S = Stage


def test_runs_are_started_and_signed_off(admin_client: Client) -> None:
    phase = phase_in(S.PENGOLAHAN_1)
    admin_client.post(url("task", phase, "clean"))
    assert Run.objects.latest_for("assessment.cleaning", phase.pk) is not None
    put_in(phase, S.PEMADANAN_DUKCAPIL)
    admin_client.post(url("task", phase, "match-population"))
    assert Run.objects.latest_for("matching.population", phase.pk) is None
    finished_run(phase, "matching.population")
    assert url("task", phase, "sign-population") in text(admin_client.get(url("control", phase)))
    admin_client.post(url("task", phase, "sign-population"))
    run = Run.objects.latest_for("matching.population", phase.pk)
    assert run is not None
    assert run.signed_off_by_id == dewi().pk
    put_in(phase, S.PENGOLAHAN_2)
    admin_client.post(url("task", phase, "assess"))
    assert Run.objects.latest_for("assessment.assessment", phase.pk) is not None


def test_a_register_is_asked_from_the_room_where_one_is_configured(admin_client: Client, settings: Settings) -> None:
    phase = phase_in(S.PEMADANAN_DUKCAPIL)
    settings.DTKS_REGISTERS = {}
    assert url("task", phase, "ask-dukcapil") not in text(admin_client.get(url("control", phase)))
    admin_client.post(url("task", phase, "ask-dukcapil"))
    assert Run.objects.count() == 0
    settings.DTKS_REGISTER_HOSTS = ["crvs.example"]
    settings.DTKS_REGISTERS = {
        "dci": {"url": "https://crvs.example/registry/sync/search", "token": "t", "sender": "s", "budget": 9}
    }
    room = text(admin_client.get(url("control", phase)))
    assert (url("task", phase, "ask-dukcapil") in room, url("task", phase, "ask-crvs") in room) == (False, True)
    assert (re.search(r">9 \w+ 9</a>", room) is not None, reverse("admin:matching_snapshot_add") in room) == (
        True,
        True,
    )
    admin_client.post(url("task", phase, "ask-crvs"))
    assert Run.objects.get().params["source_kind"] == "dci"


def test_an_outdated_run_is_started_again_and_not_signed_off(admin_client: Client) -> None:
    phase = phase_in(S.PEMADANAN_DUKCAPIL)
    run = finished_run(phase, "matching.population")
    Phase.objects.filter(pk=phase.pk).update(stage_changed_at=database_now())
    room = text(admin_client.get(url("control", phase)))
    phase.refresh_from_db()
    (reason,) = services.hindrances(phase)
    assert (reason.code, str(reason) in room) == ("run_outdated", True)
    assert url("task", phase, "match-population") in room
    assert url("task", phase, "sign-population") not in room
    admin_client.post(url("task", phase, "sign-population"))
    run.refresh_from_db()
    assert run.is_signed_off is False


def the_page_of_an_outdated_run_offers_no_signature(admin_client: Client) -> None:
    phase = phase_in(S.PEMADANAN_DUKCAPIL)
    run = finished_run(phase, "matching.population")
    watch, order = (
        reverse("admin:jobs_run_change", args=[run.pk]),
        reverse("admin:jobs_run_order", args=[run.pk, "sign_off"]),
    )
    assert order in text(admin_client.get(watch))
    Phase.objects.filter(pk=phase.pk).update(stage_changed_at=database_now())
    page = text(admin_client.get(watch))
    assert (order in page, why_not_signed(run) in page) == (False, True)
    admin_client.post(order)
    run.refresh_from_db()
    assert run.is_signed_off is False


def test_the_page_of_an_outdated_run_offers_no_signature(admin_client: Client) -> None:
    the_page_of_an_outdated_run_offers_no_signature(admin_client)


def test_a_signature_under_an_outdated_run_is_noticed(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.signing._doubts", [])
    with pytest.raises(AssertionError):
        the_page_of_an_outdated_run_offers_no_signature(admin_client)


def test_returned_families_can_be_settled_in_the_room(admin_client: Client) -> None:
    phase = in_siksng()
    package = issue_package(phase=phase, kota=Area.objects.get(pk=JAKARTA_PUSAT), by=dewi())
    returned(package, failed=niks_of(package))
    put_in(phase, S.PENETAPAN_DTKS)
    determinations(phase, niks=["9901015708850777"])
    assert url("settle_absent", phase) in text(admin_client.get(url("determinations", phase)))


@pytest.mark.parametrize("name", list(TASKS))
def test_a_task_of_another_stage_changes_nothing(admin_client: Client, name: str) -> None:
    phase = phase_in(S.PENETAPAN_DTKS)
    assert admin_client.post(url("task", phase, name)).status_code == 302
    assert (Run.objects.count(), Muskel.objects.count()) == (0, 0)


def test_prelists_and_conflicts_from_the_room(admin_client: Client) -> None:
    phase = phase_in(S.PENGOLAHAN_2)
    planned(phase)
    finding(household_of(phase))
    admin_client.post(url("task", phase, "prelists"))
    assert "Gambir" in text(admin_client.get(url("muskel", phase)))
    put_in(phase, S.MUSKEL)
    hold(meeting_of(phase))
    put_in(phase, S.PENGOLAHAN_3)
    room = url("conflicts", phase)
    admin_client.post(url("task", phase, "conflicts"))
    (reason,) = services.hindrances(phase)
    assert str(reason) in text(admin_client.get(room))  # the list is not complete yet
    assert str(ALREADY_LOOKING) in text(admin_client.post(url("task", phase, "conflicts"), follow=True))
    list_conflicts(phase)
    assert str(reason) not in text(admin_client.get(room))
    conflict = Conflict.objects.get()
    assert conflict.family.household.reference in text(admin_client.get(room))
    admin_client.post(room, {"conflict": str(conflict.pk), "resolution": "propose", "reason": ""})
    admin_client.post(room, {"conflict": str(conflict.pk), "resolution": "mungkin", "reason": "Uji"})
    conflict.refresh_from_db()
    assert conflict.is_open
    assert admin_client.post(room, {"conflict": "x", "resolution": "propose", "reason": "Uji"}).status_code == 404
    admin_client.post(room, {"conflict": str(conflict.pk), "resolution": "propose", "reason": "Mobil majikan"})
    conflict.refresh_from_db()
    assert (conflict.resolution, conflict.decided_by) == ("propose", dewi())


def test_the_page_of_a_search_for_conflicts_leads_to_its_list_and_asks_for_no_signature(admin_client: Client) -> None:
    phase = phase_in(S.PENGOLAHAN_3)
    list_conflicts(phase)
    run = newest_run(phase)
    assert run is not None
    order = reverse("admin:jobs_run_order", args=[run.pk, "sign_off"])
    page = text(admin_client.get(reverse("admin:jobs_run_change", args=[run.pk])))
    offered = (order, reverse("admin:matching_personverdict_difference", args=[run.pk]), url("conflicts", phase))
    assert [address in page for address in offered] == [False, False, True]
    assert conflict_run.why_not_signed(run) in page
    Run.objects.filter(pk=run.pk).update(started_by_id=None)
    admin_client.post(order)
    run.refresh_from_db()
    assert run.is_signed_off is False


def test_the_room_shows_how_many_families_still_have_to_be_told(admin_client: Client) -> None:
    phase = in_siksng(families=2)
    card = 'id="telling"'
    page = text(admin_client.get(url("control", phase)))
    assert (card in page, "2 keluarga" in page or "2 families" in page) == (True, True)
    tell_everybody()
    assert card not in text(admin_client.get(url("control", phase)))
