"""A phase is planned in the admin until registration opens; then its plan is only read."""

import pytest
from django.test import Client
from django.urls import reverse

from registration.models import Phase
from registration.stage import Stage
from tests.stages.rooms import text, url
from tests.stages.scenes import (
    phase_in,
    put_in,
)

pytestmark = pytest.mark.django_db
S = Stage


def typed_phase(**changes: str) -> dict[str, str]:
    return {
        "slug": "tahap-iv-2026", "name": "Tahap IV 2026", "registry_name": "DTSEN",
        "opens_at_0": "2026-12-01", "opens_at_1": "08:00", "closes_at_0": "2026-12-20", "closes_at_1": "23:59",
        "rules_on": "2026-12-01", "questionnaire": "lengkap-2026",
        "plan-TOTAL_FORMS": "1", "plan-INITIAL_FORMS": "0", "plan-0-documents": "KTP asli\nKK asli",
        "plan-0-legal_basis": "Pergub 17/2019", "plan-0-muskel_quorum": "15", **changes,
    }  # fmt: skip


def test_a_phase_is_planned_in_the_admin(admin_client: Client) -> None:
    answer = admin_client.post(reverse("admin:registration_phase_add"), typed_phase())
    assert answer.status_code == 302, text(answer)
    phase = Phase.objects.get()
    assert (phase.stage, phase.registry_name, phase.plan.muskel_quorum, phase.plan.document_list) == (
        S.SOSIALISASI,
        "DTSEN",
        15,
        ["KTP asli", "KK asli"],
    )


def test_the_plan_says_which_photos_are_asked_for_and_which_are_needed(admin_client: Client) -> None:
    address = reverse("admin:registration_phase_add")
    typed = {**typed_phase(), "photos_asked": ["ktp", "rumah-depan"]}
    assert admin_client.post(address, {**typed, "photos_required": ["kk"]}).status_code == 200
    answer = admin_client.post(address, {**typed, "photos_required": ["ktp"]})
    assert answer.status_code == 302, text(answer)
    phase = Phase.objects.get()
    assert (phase.photos_asked, phase.photos_required) == (["ktp", "rumah-depan"], ["ktp"])


def test_once_registration_opens_the_plan_is_only_read(admin_client: Client) -> None:
    phase = phase_in(S.PENDAFTARAN)
    change = reverse("admin:registration_phase_change", args=[phase.pk])
    page = text(admin_client.get(change))
    assert 'name="name"' not in page
    assert url("control", phase) in page
    assert admin_client.post(change, typed_phase()).status_code == 403


def test_saving_a_plan_never_writes_the_stage(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The form was opened in stage 1; the phase moves on between its check and its save."""
    phase = phase_in(S.SOSIALISASI)
    monkeypatch.setattr("stages.admin.lock_phase", lambda pk: put_in(Phase.objects.get(pk=pk), S.PENDAFTARAN))
    admin_client.post(reverse("admin:registration_phase_change", args=[phase.pk]), typed_phase())
    phase.refresh_from_db()
    assert (phase.stage, phase.name) == (S.PENDAFTARAN, "Tahap uji")
