"""Data saya: all that is held about the one who asks, nothing of anybody else, and who looked at it."""

import json
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.consents import agree, current_notice
from accounts.models import User
from areas.models import Area
from audit.models import Act
from audit.services import record, record_seen
from grievances.models import Objection
from home import my_data, my_data_household
from home.my_data import gather
from home.my_data_paper import KIND
from home.my_data_words import LABELS, SECTIONS
from identity.indexes import keyed_index
from identity.names import fold_name
from jobs.models import Document, OutboxMessage
from jobs.printing import making
from jobs.printing.making import make_waiting
from matching.models import AssetEvidence
from registration.attachments.keeping import keep_photo, remove_photo
from registration.attachments.kinds import PhotoKind
from registration.models import Attachment, Draft, DraftPage, Household, Member, Phase, Representation
from registration.pages import PAGE_BY_KEY
from registration.services import open_handover, save_page, submit, take_handover
from stages.models import Determination, DeterminationBatch, OutcomeDecision
from tests.assessment.families import heard_of, matching_run, owns
from tests.people import BUDI_NIK, GAMBIR, PASSWORD, SITI_NIK, budi, dewi, rina, sign_in, siti
from tests.registration.pictures import paper, sent
from tests.registration.samples import Sample, open_phase, post, ready_draft, registered
from tests.stages.scenes import finding

pytestmark = pytest.mark.django_db
SHOW, DOWNLOAD = reverse("home:my_data_show"), reverse("home:my_data_download")
STRANGE = "Prananingrum"


@pytest.fixture
def phase(db: None) -> Phase:
    return open_phase()


def with_own_nik() -> Sample:
    """Siti's household with the NIK of her account, and her mother-in-law on a KK of her own."""
    sample = Sample()
    first = next(iter(sample.people.values()))
    first["nik"] = SITI_NIK
    for typed in list(sample.people.values())[3:]:
        typed["nama"] = f"Halimah {STRANGE}"
    return sample


@pytest.fixture
def household(phase: Phase) -> Household:
    """With evidence, findings, an objection, a decision and a determination for both families."""
    found = registered(by=siti(), phase=phase, sample=with_own_nik())
    population, assets = matching_run(phase, "population"), matching_run(phase, "assets")
    for number, family in enumerate(found.families.order_by("number"), 1):
        member = family.members.get(number=1)
        heard_of(population, member, "padan")
        owns(assets, member, "mobil", value=number * 1_000_001, line=number)
        claim = finding(found, family=family, member=member, detail={"count": number})
        Objection.objects.create(finding=claim, household=found, text=f"Bantahan KK {number}", created_by=siti())
        OutcomeDecision.objects.create(
            family=family,
            kind="cleaning",
            previous="PROCESSING",
            outcome="NEEDS_FIX",
            reason_code="reopened",
            by=dewi(),
        )
    return found


def listed(member: Member, **changes: Any) -> Determination:
    batch = DeterminationBatch.objects.create(
        registry_name="DTKS", source="SK 1", sha256=f"{member.pk.hex}{member.pk.hex}", row_count=1, index_key_id="t1",
        imported_by=dewi(),
    )  # fmt: skip
    about: dict[str, Any] = {
        "name": fold_name(member.name), "birth_date": member.birth_date, "nik_index": member.nik_index,
        "status": "ditetapkan_layak", "programmes": ["PKH"], "as_of": date(2026, 1, 1), "registry_name": "DTKS",
        "source": "SK 1", "line": 1, "batch": batch,
    }  # fmt: skip
    return Determination.objects.create(**{**about, **changes})


def whole(user: User) -> str:
    return json.dumps(gather(user, masked=False), ensure_ascii=False)


def download(client: Client, **typed: str) -> Any:
    return client.post(DOWNLOAD, {"bentuk": "json", "present": PASSWORD, **typed})


# --- What is in it -------------------------------------------------------------------------------------------------


def test_everything_held_about_the_account_and_its_household_is_in_it(household: Household) -> None:
    member = household.members.get(name="Siti Aminah")
    listed(member)
    ready_draft(by=siti(), phase=household.phase)
    agree(user=siti(), version=current_notice().version, by=siti())
    data = gather(siti(), masked=False)
    (told,) = data["households"]
    assert data["account"]["nik"] == SITI_NIK
    assert [one["version"] for one in data["consents"]] == [current_notice().version]
    assert told["reference"] == household.reference
    assert told["families"][0]["kk"] == household.families.get(number=1).kk
    person = told["families"][0]["people"][0]
    assert (person["name"], person["nik"]) == ("Siti Aminah", SITI_NIK)
    assert person["verdicts"][0]["value"] == "padan"
    assert person["determinations"][0]["programmes"] == ["PKH"]
    assert told["families"][0]["assets"][0]["value"] == 1_000_001
    assert told["families"][0]["decisions"][0]["outcome"] == "NEEDS_FIX"
    assert told["findings"][0]["source"]
    assert told["objections"][0]["text"] == "Bantahan KK 1"
    assert told["versions"][0]["answers"]["families"][0]["people"][0]["nik"] == SITI_NIK
    assert told["dwelling"]["luas_lantai"]
    assert data["messages"][0]["text"]
    assert {page["page"] for page in data["drafts"][0]["pages"]} >= {"kontak", "orang", "pernyataan"}
    assert {act["act"] for act in data["acts"]} >= {"registration.submit", "accounts.open"}


TYPED = {"answers", "declarations", "details", "dwelling", "pages"}  # named by the words of the questions


def names_of(value: Any) -> set[str]:
    if isinstance(value, list):
        return {name for inner in value for name in names_of(inner)}
    if not isinstance(value, dict):
        return set()
    return {name for key, inner in value.items() for name in ({key} if key in TYPED else {key, *names_of(inner)})}


def test_every_value_has_a_name_in_both_languages(household: Household) -> None:
    listed(household.members.get(name="Siti Aminah"))
    ready_draft(by=siti(), phase=household.phase)
    agree(user=siti(), version=current_notice().version, by=siti())
    found = names_of(gather(siti(), masked=False)) | names_of(gather(dewi(), masked=False))
    nameless = sorted(found - LABELS.keys() - {key for key, _title, _about in SECTIONS})
    assert nameless == []


def test_every_table_about_a_household_is_in_it_or_left_out_with_a_reason() -> None:
    """Whoever adds a table about households decides whether people read it here."""
    from audit.retention import tables_reached_from

    told = {
        "assessment.CleaningIssue", "assessment.Finding", "grievances.Objection", "matching.AssetEvidence",
        "matching.PersonVerdict", "notices.Notice", "registration.Attachment", "registration.Draft",
        "registration.DraftChange", "registration.DraftPage", "registration.Family", "registration.FamilyEvent",
        "registration.FamilyObjection", "registration.Handover",
        "registration.Household", "registration.HouseholdEvent", "registration.Member", "registration.MemberEvent",
        "registration.Receipt", "registration.Representation", "registration.Submission", "stages.MuskelDecision",
        "stages.OutcomeDecision",
    }  # fmt: skip
    left_out = {
        "grievances.Attachment": "pictures are looked at on their own page",
        "registration.AttachmentPicture": "likewise",
        "registration.Upload": "on its way, for an hour",
        "registration.UploadPiece": "likewise",
        "matching.Candidate": "suggestions to the officer, masked, gone with the next comparison",
        "matching.RuledOut": "an officer's word on such a suggestion",
        "matching.DuplicatePair": "names another family; what follows from it is told",
        "registration.FamilyCode": "codes that open a household",
        "registration.Slot": "keyed indexes of the numbers that are told",
        "matching.SampledVerdict": "a check of the comparison, which is told",
        "stages.Conflict": "work of admins; its decision is told",
        "stages.TargetEntry": "a line of a list; its decision is told",
        "stages.ExportRow": "likewise",
        "stages.ReturnedRow": "likewise",
        "stages.UntoldFamily": "waits for a notice, which is told",
    }
    assert tables_reached_from("registration.Household") == told | set(left_out)


@translation.override("id")
def test_photos_are_listed_with_the_page_that_shows_them(client: Client, phase: Phase) -> None:
    """Of a draft that was not sent, and of a household: there is a link for what is still kept."""
    draft = ready_draft(by=siti(), phase=phase)
    kept = keep_photo(holder=draft, content=sent(paper()), kind=PhotoKind.KTP, by=siti())
    link = reverse("registration:photo_show", kwargs={"photo": kept.pk})
    (photo,) = gather(siti(), masked=False)["drafts"][0]["photos"]
    assert (photo["kind"], photo["size"], photo["picture"]) == ("ktp", kept.size, link)
    assert photo["added_at"]
    sign_in(client, siti())
    assert f'href="{link}"' in client.get(SHOW).content.decode()
    assert client.get(link)["Content-Type"] == "image/jpeg"
    household = submit(draft=draft, by=siti())
    remove_photo(attachment=Attachment.objects.get(), by=siti())
    (photo,) = gather(siti(), masked=False)["households"][0]["photos"]
    assert (photo["picture"], bool(photo["removed_at"]), household.attachments.count()) == (None, True, 1)


def helped_at_the_desk(phase: Phase, *, sample: Sample | None = None) -> Draft:
    """Siti's draft in the hands of Gambir: Rina has changed a page, then Siti one."""
    draft = ready_draft(by=siti(), phase=phase, sample=sample)
    handover = open_handover(draft=draft, kelurahan=Area.objects.get(pk=GAMBIR), by=siti())
    take_handover(code=handover.code, by=rina())
    page, before = PAGE_BY_KEY["daya"], DraftPage.objects.get(draft=draft, page="daya").version
    for version, (by, watts) in enumerate(((rina(), "900"), (siti(), "1300")), before):
        save_page(draft=draft, page=page, item="", posted=post({"daya": watts}), version=version, by=by)
    return draft


def test_hand_overs_and_who_saved_what_are_told_of_drafts_and_of_what_they_became(phase: Phase) -> None:
    draft = helped_at_the_desk(phase)
    code = draft.handovers.get().code
    (told,) = gather(siti(), masked=False)["drafts"]
    submit(draft=draft, by=siti())
    (became,) = gather(siti(), masked=False)["households"]
    (handed,) = told["handovers"]
    assert (handed["kelurahan"].split(",")[0], bool(handed["taken_at"]), handed["end"]) == ("Gambir", True, "")
    assert [one["end"] for one in became["handovers"]] == ["submitted"]
    changes = [(one["role"], one["page"], one["fields"], one["removed"]) for one in became["draft_changes"]]
    assert changes == [("sendiri", "daya", ["daya"], False), ("petugas", "daya", ["daya"], False)]
    assert told["draft_changes"] == became["draft_changes"]
    text = whole(siti())
    for secret in (code, rina().name, str(rina().pk)):
        assert secret not in text, secret


def test_hand_overs_of_a_draft_for_somebody_else_are_not_told(phase: Phase) -> None:
    sample = Sample()
    sample.once["kontak"]["untuk"] = "orang_lain"
    helped_at_the_desk(phase, sample=sample)
    (draft,) = gather(siti(), masked=False)["drafts"]
    assert {"handovers", "draft_changes", "photos", "pages"} & set(draft) == set()


def test_a_family_that_took_over_reads_what_its_helper_had_stated(phase: Phase) -> None:
    helped = registered(by=siti(), phase=phase)
    Representation.objects.create(household=helped, helper=budi(), agreed_by="Bu Siti", agreed_on=date(2026, 1, 2))
    (told,) = gather(siti(), masked=False)["households"]
    assert (told["help"]["agreed_by"], told["help"]["agreed_on"]) == ("Bu Siti", "2026-01-02")


def test_the_page_hides_the_middle_of_every_number(client: Client, household: Household) -> None:
    page = sign_in(client, siti()).get(SHOW).content.decode()
    assert household.reference in page
    assert re.findall(r"(?<!\d)\d{16}(?!\d)", page) == []
    assert "81200000001" not in page
    assert "siti@contoh.id" not in page
    assert page.count("<h1") == 1


@pytest.mark.parametrize("households", [1, 3])
def test_the_page_asks_a_fixed_number_of_times(client: Client, phase: Phase, households: int) -> None:
    for _household in range(households):
        registered(by=siti(), phase=phase)
    sign_in(client, siti())
    with CaptureQueriesContext(connection) as asked:
        client.get(SHOW)
    assert len(asked) == 33


# --- What is not in it ---------------------------------------------------------------------------------------------


def nothing_of_the_other_family(household: Household) -> None:
    other = household.families.get(number=2)
    elder = other.members.get()
    listed(elder)
    text = whole(siti())
    for secret in (STRANGE, elder.nik, other.kk, "1950-12-31", "Bantahan KK 2", "2000002"):
        assert str(secret) not in text, secret
    assert gather(siti(), masked=False)["households"][0]["other_families"] == 1


def test_nothing_of_another_family_in_the_dwelling_is_in_it(household: Household) -> None:
    nothing_of_the_other_family(household)


def test_a_copy_that_takes_every_family_is_noticed(household: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    def everybody(household: Household, user: User) -> my_data_household.Mine:
        return my_data_household.Mine(household, tuple(household.families.all()), 1)

    monkeypatch.setattr(my_data_household, "own_part", everybody)
    with pytest.raises(AssertionError):
        nothing_of_the_other_family(household)


def nothing_of_a_represented_family(phase: Phase) -> None:
    sample = with_own_nik()
    next(iter(sample.people.values()))["nama"] = f"Wati {STRANGE}"
    helped = registered(by=budi(), phase=phase, sample=sample)
    Household.objects.filter(pk=helped.pk).update(
        for_others=True, registrant_relation="Tetangga", consent_given_at=timezone.now()
    )
    data = gather(budi(), masked=False)
    text = json.dumps(data, ensure_ascii=False)
    for secret in (STRANGE, SITI_NIK, "Contoh 1", helped.families.get(number=1).kk):
        assert secret not in text, secret
    assert data["households"] == []
    assert [(one["reference"], one["registrant_relation"]) for one in data["represented"]] == [
        (helped.reference, "Tetangga")
    ]


def test_nothing_of_a_family_that_was_helped_is_in_it(phase: Phase) -> None:
    nothing_of_a_represented_family(phase)


def test_a_copy_that_takes_helped_families_for_own_is_noticed(phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(my_data, "split", lambda households, user: (list(households), []))
    with pytest.raises(AssertionError):
        nothing_of_a_represented_family(phase)


def test_a_family_that_has_taken_its_registration_over_reads_it_and_its_helper_the_fact_alone(phase: Phase) -> None:
    helped = registered(by=budi(), phase=phase)
    Household.objects.filter(pk=helped.pk).update(
        for_others=True, registrant_relation="Tetangga", consent_given_at=timezone.now(), account=siti()
    )
    Representation.objects.create(
        household=helped, helper=budi(), taken_over_at=timezone.now(), taken_over_by=siti(), helper_may_see=True
    )
    assert [one["reference"] for one in gather(siti(), masked=False)["households"]] == [helped.reference]
    of_helper = gather(budi(), masked=False)
    assert of_helper["households"] == []
    assert "Aminah" not in json.dumps(of_helper, ensure_ascii=False)


def test_a_draft_for_somebody_else_is_only_named(phase: Phase) -> None:
    sample = Sample()
    sample.once["kontak"]["untuk"] = "orang_lain"
    ready_draft(by=budi(), phase=phase, sample=sample)
    (draft,) = gather(budi(), masked=False)["drafts"]
    assert draft["for_others"] is True
    assert "pages" not in draft


def test_a_draft_of_two_families_tells_the_own_one(phase: Phase) -> None:
    ready_draft(by=siti(), phase=phase, sample=with_own_nik())
    text = whole(siti())
    assert "Ahmad" in text
    assert STRANGE not in text


def test_who_typed_a_stranger_s_nik_reads_nothing_the_ministry_said_about_the_stranger(phase: Phase) -> None:
    household = registered(by=siti(), phase=phase)
    member = household.members.get(name="Ahmad")
    assert member.nik_index
    listed(member, name="ORANG LAIN", programmes=["KJP"])
    listed(household.members.get(name="Nur"), birth_date=date(1980, 1, 1), programmes=["KLJ"])
    text = whole(siti())
    assert "KJP" not in text
    assert "KLJ" not in text


def test_nothing_of_another_account_is_in_it(household: Household) -> None:
    text = whole(budi())
    for secret in (household.reference, "Siti", SITI_NIK, "Contoh 1"):
        assert secret not in text
    assert BUDI_NIK in text


def test_codes_that_open_an_account_are_not_in_it() -> None:
    OutboxMessage.objects.create(channel="sms", recipient="+6281200000001", body="Kode 1234 5678", about_id=siti().pk)
    (message,) = gather(siti(), masked=False)["messages"]
    assert message["text"] is None
    secrets = ("argon2", "proof", "session_key", "secret")
    assert [word for word in secrets if word in whole(siti(password=PASSWORD))] == []


# --- Who looked ----------------------------------------------------------------------------------------------------


def test_looks_tell_role_and_kelurahan_and_never_the_person(household: Household) -> None:
    record(by=rina(), verb="desk.view_household", subject=household, area_code=household.kelurahan_id)
    record_seen(by=dewi(), verb="admin.list", rows=[household])
    record(by=siti(), verb="registration.view_receipt", subject=household)  # her own
    data = gather(siti(), masked=False)
    assert [(one["role"], one["area"], one["act"]) for one in data["looks"]] == [
        ("admin", "", "admin.list"),
        ("petugas", "Gambir", "desk.view_household"),
    ]
    text = json.dumps(data)
    for person in (rina(), dewi()):
        assert str(person.pk) not in text
        assert person.name not in text
        assert person.username not in text


def test_the_officer_s_page_turns_up_in_the_family_s_list(client: Client, household: Household) -> None:
    sign_in(client, rina()).get(reverse("desk:household_detail", kwargs={"reference": household.reference}))
    assert [one["act"] for one in gather(siti(), masked=False)["looks"]] == ["desk.view_household"]


def test_an_officer_who_opens_a_draft_handed_over_is_found_once_an_hour(client: Client, phase: Phase) -> None:
    draft = helped_at_the_desk(phase)
    sign_in(client, rina())
    for page in ("draft_detail", "families_edit", "draft_check"):
        assert client.get(reverse(f"registration:{page}", args=[draft.pk])).status_code == 200
    found = [look for look in gather(siti(), masked=True)["looks"] if look["act"] == "registration.view_draft"]
    assert [(look["role"], look["area"]) for look in found] == [("petugas", "Gambir")]
    sign_in(client, siti())
    client.get(reverse("registration:draft_detail", args=[draft.pk]))
    assert len(gather(siti(), masked=True)["looks"]) == len(found)


def a_look_at_a_draft_is_found_after_it_was_sent(client: Client, phase: Phase) -> None:
    draft = helped_at_the_desk(phase)
    photo = keep_photo(holder=draft, content=sent(paper()), kind=PhotoKind.KTP, by=siti())
    sign_in(client, rina()).get(reverse("registration:photo_show", kwargs={"photo": photo.pk}))
    submit(draft=draft, by=siti())
    looks = [(one["role"], one["area"], one["act"]) for one in gather(siti(), masked=False)["looks"]]
    assert ("petugas", "Gambir", "registration.view_photo") in looks


def test_a_look_at_a_draft_is_found_after_it_was_sent(client: Client, phase: Phase) -> None:
    a_look_at_a_draft_is_found_after_it_was_sent(client, phase)


def test_a_list_that_forgets_drafts_once_they_are_sent_is_noticed(
    client: Client, phase: Phase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(my_data, "drafts_of", lambda households: [])
    with pytest.raises(AssertionError):
        a_look_at_a_draft_is_found_after_it_was_sent(client, phase)


def test_looks_at_others_are_not_in_it(household: Household, phase: Phase) -> None:
    record_seen(by=rina(), verb="desk.search", rows=[registered(by=budi(), phase=phase)])
    assert gather(siti(), masked=False)["looks"] == []


# --- Taking it away ------------------------------------------------------------------------------------------------


@pytest.fixture
def citizen(client: Client) -> Client:
    return sign_in(client, siti(password=PASSWORD))


def test_the_download_asks_for_the_password_and_is_recorded(citizen: Client, household: Household) -> None:
    sign_in(citizen, siti(password=PASSWORD))
    wrong = download(citizen, present="salah sekali 1")
    assert wrong["Content-Type"].startswith("text/html")
    assert SITI_NIK not in wrong.content.decode()
    response = download(citizen)
    assert response["Content-Type"] == "application/json"
    assert re.fullmatch(r'attachment; filename="data-saya-\d{4}-\d\d-\d\d\.json"', response["Content-Disposition"])
    content = response.json()
    assert (content["format"], content["version"], content["account"]["nik"]) == ("dtks-data-saya", 1, SITI_NIK)
    acts = Act.objects.filter(verb="home.download_my_data")
    assert [(act.actor_id, act.data) for act in acts] == [(siti().pk, {"form": "json"})]


def test_guessing_the_password_is_limited(citizen: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.tries.spend", lambda bucket, key: False)
    assert download(citizen)["Content-Type"].startswith("text/html")
    assert not Act.objects.filter(verb="home.download_my_data").exists()


def test_a_look_at_the_page_alone_gives_no_copy(citizen: Client) -> None:
    assert citizen.get(DOWNLOAD)["Content-Type"].startswith("text/html")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "can_write", lambda: True)
    monkeypatch.setattr("home.my_data_views.can_write", lambda: True)
    monkeypatch.setattr(making, "write_pdf", lambda html: html.encode())


def test_the_pdf_is_made_by_a_worker_for_its_owner(citizen: Client, household: Household, quick: None) -> None:
    sign_in(citizen, siti(password=PASSWORD))
    response = download(citizen, bentuk="pdf")
    document = Document.objects.get(kind=KIND)
    wait = reverse("home:my_data_pdf_wait", kwargs={"document": document.pk})
    take = reverse("home:my_data_pdf_download", kwargs={"document": document.pk})
    assert response["Location"] == wait
    assert citizen.get(take).status_code == 404
    assert make_waiting() == 1
    assert citizen.get(wait, headers={"accept": "application/json"}).json() == {"state": "ready"}
    assert take in citizen.get(wait).content.decode()
    file = citizen.get(take)
    assert household.reference in file.content.decode()
    assert re.findall(r"(?<!\d)\d{16}(?!\d)", file.content.decode()) == []
    assert Act.objects.filter(verb="home.download_my_data", data={"form": "pdf"}).count() == 1
    sign_in(citizen, budi())
    assert (citizen.get(wait).status_code, citizen.get(take).status_code) == (404, 404)


def test_a_paper_about_somebody_else_is_not_made(quick: None) -> None:
    making.ask(kind=KIND, about_id=siti().pk, by_id=budi().pk, language="id")
    assert make_waiting() == 0


def test_without_pango_only_the_json_is_offered(citizen: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("home.my_data_views.can_write", lambda: False)
    assert 'value="pdf"' not in citizen.get(DOWNLOAD).content.decode()
    assert download(citizen, bentuk="pdf").status_code == 200
    assert not Document.objects.exists()


def test_evidence_of_an_own_kk_stays_readable_where_nobody_has_the_account_s_nik(phase: Phase) -> None:
    """The household of an account whose owner is not on it: all its families, since all were entered for oneself."""
    household = registered(by=siti(), phase=phase)
    family = household.families.get(number=2)
    AssetEvidence.objects.create(
        run=matching_run(phase, "assets"), family=family, basis="kk", record_line=1, kind="mobil", value=5
    )
    (told,) = gather(siti(), masked=False)["households"]
    assert (len(told["families"]), told["other_families"]) == (2, 0)
    assert keyed_index("nik", SITI_NIK) not in {member.nik_index for member in household.members.all()}
