from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from areas.models import Area
from assessment.models import CleaningIssue
from audit.models import Act
from registration.models import Outcome, Phase
from registration.stage import Stage
from stages import services
from stages.control import ORDERS
from stages.exporting import issue_package
from stages.models import ExportPackage, Muskel, ReopenRequest, StageEntry, TargetList
from tests.people import GAMBIR, TEBET, agus, dewi, rina, sign_in, siti
from tests.stages.files import HEADER, determined_line, niks_of, returned
from tests.stages.rooms import messages_of, text, url
from tests.stages.scenes import (
    JAKARTA_PUSAT,
    finding,
    finished_run,
    hold,
    household_of,
    in_muskel,
    in_siksng,
    list_conflicts,
    meeting_of,
    only_family,
    phase_in,
    put_in,
    tell_everybody,
)

pytestmark = pytest.mark.django_db
PAGES = ("control", "muskel", "conflicts", "targets", "packages", "determinations")
S = Stage


# Who
@pytest.mark.parametrize("name", PAGES)
def test_only_admins_enter(client: Client, name: str) -> None:
    phase = phase_in()
    assert client.get(url(name, phase)).status_code == 302
    for person in (siti(), rina()):
        assert sign_in(client, person).get(url(name, phase)).status_code in (302, 403)
    assert sign_in(client, agus()).get(url(name, phase)).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_every_page_answers_in_every_stage(admin_client: Client, name: str) -> None:
    phase = phase_in()
    answers = [admin_client.get(url(name, put_in(phase, stage))).status_code for stage in Stage]
    assert answers == [200] * 11


def test_an_unknown_phase_order_or_task_is_not_found(admin_client: Client) -> None:
    phase = phase_in()
    for name, more in (("control", ()), ("order", ("advance",))):
        assert admin_client.get(reverse(f"admin:stages_{name}", args=[phase.pk + 1, *more])).status_code == 404
    assert admin_client.get(url("order", phase, "karang")).status_code == 404
    assert admin_client.post(url("task", phase, "karang")).status_code == 404


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("task", ("clean",)),
        ("target_order", (JAKARTA_PUSAT, "propose")),
        ("package_issue", (JAKARTA_PUSAT,)),
        ("settle_absent", ()),
    ],
)
def test_what_changes_something_is_posted(admin_client: Client, name: str, more: tuple[str, ...]) -> None:
    assert admin_client.get(url(name, phase_in(), *more)).status_code == 405


# Orders
def test_the_page_says_why_not_in_words(admin_client: Client) -> None:
    phase = phase_in(S.PENGOLAHAN_2)
    household_of(phase)
    page = text(admin_client.get(url("control", phase)))
    for reason in services.hindrances(phase):
        assert str(reason) in page
    assert url("order", phase, "advance") not in page


def test_advancing_asks_and_then_moves(admin_client: Client) -> None:
    phase = phase_in(S.PENDAFTARAN)
    assert url("order", phase, "advance") in text(admin_client.get(url("control", phase)))
    page = text(admin_client.get(url("order", phase, "advance")))
    assert str(S.PENGOLAHAN_1.label) in page
    answer = admin_client.post(url("order", phase, "advance"), {"expected": "2", "note": "Sesuai jadwal"})
    assert answer.headers["Location"] == url("control", phase)
    phase.refresh_from_db()
    assert (phase.stage, StageEntry.objects.get().note) == (S.PENGOLAHAN_1, "Sesuai jadwal")
    admin_client.post(url("order", phase, "advance"), {"expected": "2"})
    phase.refresh_from_db()
    assert phase.stage == S.PENGOLAHAN_1


@pytest.mark.parametrize("expected", ["", "0", "99", "x", "9" * 5000])
def test_a_malformed_order_is_400(admin_client: Client, expected: str) -> None:
    phase = phase_in(S.PENDAFTARAN)
    assert admin_client.post(url("order", phase, "advance"), {"expected": expected}).status_code == 400


def test_suspend_resume_extend_and_close_now(admin_client: Client) -> None:
    phase = phase_in(S.PENDAFTARAN, closes_at=timezone.now() + timedelta(days=1))

    def give(verb: str, **typed: str) -> int:
        status = admin_client.post(url("order", phase, verb), {"expected": "2", **typed}).status_code
        phase.refresh_from_db()
        return status

    assert give("suspend") == 400
    assert give("suspend", note="Gangguan") == 302
    assert bool(phase.suspended)
    assert give("resume") == 302
    assert not phase.suspended
    later = timezone.localtime() + timedelta(days=4)
    assert give("extend", note="Antrean", closes_at_0="2026-13-01", closes_at_1="10:00") == 400
    assert give("extend", note="Antrean", closes_at_0=f"{later:%Y-%m-%d}", closes_at_1=f"{later:%H:%M}") == 302
    assert phase.closes_at.date() == later.date() or phase.closes_at > timezone.now() + timedelta(days=3)
    assert give("close-now", note="Gladi") == 302
    assert phase.closes_at <= timezone.now()
    assert [entry.kind for entry in StageEntry.objects.order_by("number")] == ["suspend", "resume", "extend", "extend"]


def test_going_back_takes_two_people_in_the_room(admin_client: Client) -> None:
    phase = in_muskel(kelurahan=[GAMBIR, TEBET])
    for code in (GAMBIR, TEBET):
        hold(meeting_of(phase, code))
    typed = {"expected": "7", "to_stage": "7", "kelurahan": [TEBET], "note": "Salah ketik"}
    admin_client.post(url("order", phase, "reopen"), typed)
    request = ReopenRequest.objects.get()
    assert request.kelurahan == [TEBET]
    sign = url("reopen", phase, request.pk, "sign")
    assert sign not in text(admin_client.get(url("control", phase)))
    admin_client.post(sign)
    assert Muskel.objects.unlocked().count() == 0
    other = sign_in(Client(), agus())
    assert sign in text(other.get(url("control", phase)))
    other.post(sign)
    assert [muskel.kelurahan_id for muskel in Muskel.objects.unlocked()] == [TEBET]


def test_a_request_can_be_declined(admin_client: Client) -> None:
    phase = phase_in(S.PENGOLAHAN_2)
    admin_client.post(url("order", phase, "reopen"), {"expected": "6", "to_stage": "3", "note": "Uji"})
    admin_client.post(url("reopen", phase, ReopenRequest.objects.get().pk, "decline"))
    assert ReopenRequest.objects.get().confirmed is False


def test_every_order_has_a_page(admin_client: Client) -> None:
    phase = phase_in(S.PENGOLAHAN_2)
    assert [admin_client.get(url("order", phase, verb)).status_code for verb in ORDERS] == [200] * len(ORDERS)


# Lists
def test_target_lists_from_the_room(admin_client: Client) -> None:
    phase = in_muskel()
    hold(meeting_of(phase), "usaha")
    put_in(phase, S.PENETAPAN_DST)
    admin_client.post(url("target_order", phase, JAKARTA_PUSAT, "propose"))
    target = TargetList.objects.get()
    confirm = url("target_order", phase, JAKARTA_PUSAT, "confirm")
    assert confirm not in text(admin_client.get(url("targets", phase)))
    admin_client.post(confirm, {"target": str(target.pk)})
    target.refresh_from_db()
    assert target.state == "proposed"
    other = sign_in(Client(), agus())
    page = text(other.get(url("targets", phase)))
    assert confirm in page
    assert target.checksum in page
    other.post(confirm, {"target": str(target.pk)})
    assert only_family(phase).outcome == Outcome.NOT_PROPOSED
    assert other.post(confirm, {"target": "x"}).status_code == 404


def test_packages_from_the_room(admin_client: Client) -> None:
    phase = in_siksng()
    admin_client.post(url("package_issue", phase, JAKARTA_PUSAT))
    package = ExportPackage.objects.get()
    assert package.sha256 in text(admin_client.get(url("packages", phase)))
    download = url("package_download", phase, package.pk)
    assert admin_client.get(download).status_code == 405
    answer = admin_client.post(download)
    assert answer.content == package.open()
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{package.file_name}"'
    assert Act.objects.filter(verb="stages.download_package", actor_id=dewi().pk).count() == 1
    back = url("package_return", phase, package.pk)
    bad = SimpleUploadedFile("balasan.csv", b"NIK,STATUS,KETERANGAN\n123,BERHASIL,\n")
    page = text(admin_client.post(back, {"file": bad}, follow=True))
    assert "2" in page
    assert package.returned_files.count() == 0
    good = SimpleUploadedFile("balasan.csv", f"NIK,STATUS,KETERANGAN\n{niks_of(package)[0]},BERHASIL,\n".encode())
    admin_client.post(back, {"file": good})
    assert package.returned_files.get().row_count == 1
    assert admin_client.post(back).status_code == 302


def test_a_package_of_another_phase_is_not_found(admin_client: Client) -> None:
    phase = in_siksng()
    package = issue_package(phase=phase, kota=Area.objects.get(pk=JAKARTA_PUSAT), by=dewi())
    other = phase_in(S.INPUT_SIKSNG, slug="lain")
    assert admin_client.post(url("package_download", other, package.pk)).status_code == 404


def test_determinations_from_the_room_and_the_end_of_the_phase(admin_client: Client) -> None:
    phase = in_siksng()
    package = issue_package(phase=phase, kota=Area.objects.get(pk=JAKARTA_PUSAT), by=dewi())
    returned(package)
    put_in(phase, S.PENETAPAN_DTKS)
    room = url("determinations", phase)
    assert admin_client.post(room, {"source": "Kepmensos 1/2026"}).status_code == 400
    file = SimpleUploadedFile("daftar.csv", f"{HEADER}\n{determined_line('9901015708850777')}\n".encode())
    admin_client.post(room, {"source": "Kepmensos 1/2026", "file": file})
    assert url("settle_absent", phase) in text(admin_client.get(room))
    admin_client.post(url("settle_absent", phase))
    assert only_family(phase).outcome == Outcome.SENT
    sign_in(Client(), agus()).post(url("settle_absent", phase))
    assert only_family(phase).outcome == Outcome.NOT_DETERMINED
    tell_everybody()
    admin_client.post(url("order", phase, "advance"), {"expected": "11"})
    phase.refresh_from_db()
    assert phase.closed_at is not None
    assert admin_client.get(url("control", phase)).status_code == 200


def test_histories_are_only_read(admin_client: Client) -> None:
    for model in ("stageentry", "outcomedecision", "determinationbatch"):
        assert admin_client.get(reverse(f"admin:stages_{model}_changelist")).status_code == 200
        assert admin_client.get(reverse(f"admin:stages_{model}_add")).status_code == 403


# Queries
def test_the_pages_take_the_same_number_of_queries_for_few_and_many(admin_client: Client) -> None:
    def queries(families: int, slug: str) -> dict[str, int]:
        phase = in_muskel(families=families)
        for household in phase.households.all():
            finding(household)
        hold(meeting_of(phase))
        put_in(phase, S.PENGOLAHAN_3)
        list_conflicts(phase)
        Phase.objects.filter(pk=phase.pk).update(slug=slug)
        counts = {}
        for name in ("control", "muskel", "conflicts"):
            admin_client.get(url(name, phase))
            with CaptureQueriesContext(connection) as captured:
                admin_client.get(url(name, phase))
            counts[name] = len(captured)
        return counts

    assert queries(1, "satu") == queries(6, "enam") == {"control": 22, "muskel": 5, "conflicts": 13}


def test_a_cleaning_list_is_linked(admin_client: Client) -> None:
    phase = phase_in(S.PENGOLAHAN_1)
    CleaningIssue.objects.create(
        phase=phase,
        run_id=finished_run(phase, "assessment.cleaning").pk,
        kind="tidak_lengkap",
        household=household_of(phase),
    )
    assert reverse("admin:assessment_cleaningissue_changelist") in messages_of(admin_client, phase)


def test_a_superuser_enters_with_a_second_factor(client: Client) -> None:
    from accounts.models import User

    phase = phase_in()
    technician = User.objects.create_superuser("teknisi", "teknisi@contoh.id", None)
    assert sign_in(client, technician).get(url("control", phase)).status_code == 200
    answer = client.post(url("order", phase, "suspend"), {"expected": "6", "note": "Pemeliharaan"})
    assert answer.status_code == 302
    assert StageEntry.objects.get().by == technician
