"""The pages of objections, for the family and for the officer."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessment.assessing import KIND
from assessment.models import Finding
from audit.models import Act
from grievances.models import Attachment, Objection
from grievances.services import decide, object_to
from registration.models import Phase
from tests.assessment.families import everyone_is_fine, household_of, owns, run_to_the_end
from tests.grievances.images import gif, jpeg
from tests.people import budi, dewi, joko, rina, sign_in, siti


@pytest.fixture
def finding(phase: Phase) -> Finding:
    household = household_of(phase)
    _population, assets = everyone_is_fine(phase)
    owns(assets, household.members.get(), "mobil")
    run_to_the_end(KIND, phase)
    return Finding.objects.current().get(rule_key="mobil")


def photo(content: bytes, name: str = "bukti.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def new_page(finding: Finding) -> str:
    return f"/keberatan/baru/{finding.pk}/"


def pages_of(objection: Objection) -> list[str]:
    base = f"/keberatan/{objection.pk}/"
    return [new_page(objection.finding), base, f"{base}foto/"]


def test_the_family_reads_the_finding_and_objects_with_a_photo(finding: Finding, client: Client):
    sign_in(client, siti())
    page = client.get(new_page(finding))
    assert page.status_code == 200
    assert "Bapenda" in page.content.decode()
    sent = client.post(new_page(finding), {"text": "Sudah dijual", "file": photo(jpeg(exif=True))}, follow=True)
    objection = Objection.objects.get()
    assert sent.redirect_chain == [(f"/keberatan/{objection.pk}/", 302)]
    assert "Sudah dijual" in sent.content.decode()
    assert objection.created_by == siti()


@pytest.mark.parametrize(
    "sent",
    [
        {"text": ""},
        {"text": "   "},
        {"text": "x" * 2001},
        {"text": "Bukti", "file": photo(gif(), "bukti.jpg")},
        {"text": "Bukti", "file": photo(b"<svg/>", "bukti.svg")},
        {"text": "Bukti", "file": photo(b"")},
    ],
)
def test_bad_input_is_an_error_beside_the_field_and_keeps_the_text(finding: Finding, client: Client, sent: dict):
    sign_in(client, siti())
    page = client.post(new_page(finding), sent)
    assert page.status_code == 200
    assert "error-summary" in page.content.decode()
    if sent["text"] == "Bukti":
        assert "Bukti</textarea>" in page.content.decode().replace("\n", "")
    assert (Objection.objects.count(), Attachment.objects.count()) == (0, 0)


def test_a_second_objection_says_why_not(finding: Finding, client: Client):
    sign_in(client, siti())
    client.post(new_page(finding), {"text": "Sudah dijual"})
    again = client.get(new_page(finding))
    assert again.status_code == 409
    assert "<h1" in again.content.decode()


@pytest.mark.parametrize("who", [budi, joko])
def test_everything_of_another_family_or_kelurahan_is_404(finding: Finding, client: Client, who):
    objection = object_to(finding=finding, text="Sudah dijual", file=photo(jpeg()).file, by=siti())
    sign_in(client, who())
    assert [client.get(page).status_code for page in pages_of(objection)] == [404, 404, 404]
    assert client.post(new_page(finding), {"text": "x"}).status_code == 404
    expected = 404 if who is joko else 403
    assert client.get(f"/keberatan/petugas/{objection.pk}/").status_code == expected


def test_a_stranger_is_sent_to_sign_in(finding: Finding, client: Client):
    objection = object_to(finding=finding, text="Sudah dijual", by=siti())
    for page in (*pages_of(objection), "/keberatan/petugas/", f"/keberatan/petugas/{objection.pk}/"):
        answer = client.get(page)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/masuk/")


def test_a_look_at_the_picture_is_recorded_unless_it_is_the_family_s_own(finding: Finding, client: Client):
    objection = object_to(finding=finding, text="Sudah dijual", file=photo(jpeg()).file, by=siti())
    for someone in (siti(), rina()):
        assert sign_in(client, someone).get(f"/keberatan/{objection.pk}/foto/").status_code == 200
    (act,) = Act.objects.filter(verb="grievances.view_photo")
    assert (act.actor_id, act.subject_id) == (rina().pk, str(objection.household_id))


def check_picture_is_inert(finding: Finding, client: Client) -> None:
    objection = object_to(finding=finding, text="Sudah dijual", file=photo(jpeg(exif=True)).file, by=siti())
    sign_in(client, rina())
    answer = client.get(f"/keberatan/{objection.pk}/foto/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == f'attachment; filename="keberatan-{objection.household.reference}.jpg"'
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert b"RAHASIA" not in answer.content


def test_the_picture_is_served_as_a_download_that_can_do_nothing(finding: Finding, client: Client):
    check_picture_is_inert(finding, client)


def test_mutant_a_picture_kept_as_it_came_is_caught(finding: Finding, client: Client, monkeypatch: pytest.MonkeyPatch):
    from registration.attachments.pictures import Picture

    monkeypatch.setattr("grievances.services.repaint", lambda file: Picture(file.read()))
    with pytest.raises(AssertionError):
        check_picture_is_inert(finding, client)


def test_an_objection_without_photo_has_none_to_download(finding: Finding, client: Client):
    objection = object_to(finding=finding, text="Sudah dijual", by=siti())
    sign_in(client, siti())
    assert client.get(f"/keberatan/{objection.pk}/foto/").status_code == 404


def test_the_officer_decides(finding: Finding, client: Client):
    objection = object_to(finding=finding, text="Sudah dijual", by=siti())
    sign_in(client, rina())
    listed = client.get("/keberatan/petugas/").content.decode()
    assert objection.household.reference in listed
    page = f"/keberatan/petugas/{objection.pk}/"
    assert client.get(page).status_code == 200
    for bad in ({}, {"uphold": "ya"}, {"uphold": "mungkin", "reason": "x"}, {"reason": "x"}):
        assert client.post(page, bad).status_code == 200
    assert Objection.objects.get().is_open
    done = client.post(page, {"uphold": "tidak", "reason": "Tidak ada bukti", "decided_by": str(siti().pk)})
    assert (done.status_code, done["Location"]) == (302, "/keberatan/petugas/")
    decided = Objection.objects.get()
    assert (decided.state, decided.decided_by, decided.reason) == ("rejected", rina(), "Tidak ada bukti")
    assert client.get(page)["Location"] == f"/keberatan/{objection.pk}/"


def test_who_raised_it_is_told_to_leave_it_to_another(finding: Finding, client: Client):
    objection = object_to(finding=finding, text="Atas nama warga", by=rina())
    sign_in(client, rina())
    page = f"/keberatan/petugas/{objection.pk}/"
    assert 'name="uphold"' not in client.get(page).content.decode()
    assert client.post(page, {"uphold": "ya", "reason": "x"}).status_code == 200
    assert Objection.objects.get().is_open


def test_the_family_reads_the_decision_and_cannot_decide(finding: Finding, client: Client):
    objection = object_to(finding=finding, text="Sudah dijual", by=siti())
    decide(objection=objection, uphold=False, reason="Belum ada bukti jual", by=dewi())
    sign_in(client, siti())
    assert "Belum ada bukti jual" in client.get(f"/keberatan/{objection.pk}/").content.decode()
    assert client.get("/keberatan/petugas/").status_code == 403


def test_both_languages(finding: Finding, client: Client):
    sign_in(client, siti())
    assert "Object to what was found" in client.get(f"/en{new_page(finding)}").content.decode()


def test_the_list_costs_the_same_for_many(phase: Phase, finding: Finding, client: Client):
    sign_in(client, rina())
    object_to(finding=finding, text="Sudah dijual", by=siti())
    with CaptureQueriesContext(connection) as one:
        client.get("/keberatan/petugas/")
    for _ in range(3):
        household = household_of(phase, account=budi())
        owns(finding.household.members.get().assets.get().run, household.members.get(), "mobil", line=9)
    run_to_the_end(KIND, phase)
    for other in Finding.objects.current().filter(rule_key="mobil", verdict="excluded", household__account=budi()):
        object_to(finding=other, text="Bukan milik saya", by=budi())
    with CaptureQueriesContext(connection) as many:
        client.get("/keberatan/petugas/")
    assert (len(one), len(many)) == (6, 6)


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(finding: Finding, client: Client, method: str):
    sign_in(client, siti())
    assert getattr(client, method)(new_page(finding)).status_code == 405
