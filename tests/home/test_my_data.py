"""Data saya: all that is held about the one who asks."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.consents import agree, current_notice
from home.my_data import gather
from home.my_data_words import LABELS, SECTIONS
from identity.indexes import keyed_index
from matching.models import AssetEvidence
from registration.attachments.keeping import keep_photo, remove_photo
from registration.attachments.kinds import PhotoKind
from registration.models import Attachment, Household, Phase, Representation
from registration.services import submit
from tests.assessment.families import matching_run
from tests.home.mine import SHOW, helped_at_the_desk, listed, whole
from tests.people import SITI_NIK, budi, dewi, rina, sign_in, siti
from tests.registration.pictures import paper, sent
from tests.registration.samples import Sample, ready_draft, registered

pytestmark = pytest.mark.django_db


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
