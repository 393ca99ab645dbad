"""What goes on, is contested, too young or was sent to the ministry is not destroyed."""

from datetime import timedelta

import pgtrigger
import pytest
from django.utils import timezone

from areas.models import Area
from audit import retention as engine
from audit.looking import LOOKING
from audit.models import Act
from audit.services import record, record_seen
from grievances.models import Objection
from matching.models import PersonVerdict
from registration import retention as of_registration
from registration.models import Draft, Family, FamilyObjection, Household, Outcome, Phase
from stages.exporting import issue_package
from tests.audit.retaining import LONG_AGO, close, destroy, ended, run, with_everything
from tests.people import budi, dewi, rina, siti
from tests.registration.samples import open_phase, ready_draft, registered
from tests.stages.scenes import JAKARTA_PUSAT, finding, in_siksng


def an_ongoing_phase_is_left_alone() -> None:
    phase = open_phase()
    household, draft = with_everything(phase), ready_draft(by=budi(), phase=phase)
    Draft.objects.update(updated_at=timezone.now() - LONG_AGO)
    PersonVerdict.objects.update(decided_at=timezone.now() - LONG_AGO)
    record(by=rina(), verb="desk.view_household", subject=household)
    record_seen(by=rina(), verb="desk.search", rows=[household])
    with pgtrigger.ignore("audit.Act:append_only"):
        Act.objects.update(at=timezone.now() - LONG_AGO)
    run("--destroy")
    assert Household.objects.filter(pk=household.pk).exists()
    assert Draft.objects.filter(pk=draft.pk).exists()
    assert PersonVerdict.objects.get().register_occupation != ""
    assert Act.objects.filter(verb__regex=LOOKING).count() == 2


def test_nothing_of_an_ongoing_phase_is_touched(owner: None) -> None:
    an_ongoing_phase_is_left_alone()


def test_classes_that_forget_to_ask_whether_the_phase_is_closed_are_noticed(
    owner: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_registration, "_closed", lambda *, before: Phase.objects.all())
    with pytest.raises(AssertionError):
        an_ongoing_phase_is_left_alone()


def an_open_objection_keeps_everything() -> None:
    phase = open_phase()
    household = with_everything(phase)
    Objection.objects.create(
        finding=finding(household, "njop"), household=household, text="Bukan milik kami.", created_by=siti()
    )
    PersonVerdict.objects.update(decided_at=timezone.now() - LONG_AGO)
    close(phase)
    run("--destroy")
    assert Household.objects.filter(pk=household.pk).exists()
    assert PersonVerdict.objects.get().register_occupation != ""
    assert Objection.objects.count() == 2


def test_nothing_of_an_open_objection_is_touched(owner: None) -> None:
    an_open_objection_keeps_everything()


def test_a_hold_that_is_not_asked_is_noticed(owner: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_holds", [])
    with pytest.raises(AssertionError):
        an_open_objection_keeps_everything()


def test_a_family_that_objects_to_being_registered_is_kept_until_it_is_answered(owner: None) -> None:
    phase = open_phase()
    household = ended(registered(by=siti(), phase=phase))
    FamilyObjection.objects.create(household=household, text="Kami tidak setuju.")
    close(phase)
    destroy("ended_households")
    assert Household.objects.filter(pk=household.pk).exists()


@pytest.mark.parametrize("outcome", [Outcome.DETERMINED, Outcome.NOT_DETERMINED, Outcome.IN_DST, Outcome.PROCESSING])
def test_one_family_that_has_not_ended_keeps_the_household(owner: None, outcome: str) -> None:
    phase = open_phase()
    household = ended(registered(by=siti(), phase=phase))
    Family.objects.filter(household=household, number=2).update(outcome=outcome)
    close(phase)
    destroy("ended_households")
    assert Household.objects.filter(pk=household.pk).exists()


def test_what_was_sent_to_the_ministry_is_kept_though_the_family_withdrew(owner: None) -> None:
    phase = in_siksng()
    issue_package(phase=phase, kota=Area.objects.get(pk=JAKARTA_PUSAT), by=dewi())
    household = ended(Household.objects.get(), Outcome.WITHDRAWN)
    close(phase)
    destroy("ended_households")
    assert Household.objects.filter(pk=household.pk).exists()


def test_a_phase_closed_a_year_ago_is_too_young(owner: None) -> None:
    phase = open_phase()
    household = ended(registered(by=siti(), phase=phase))
    close(phase, timedelta(days=365))
    destroy("ended_households")
    assert Household.objects.filter(pk=household.pk).exists()
