"""Officers and admins who look at a household leave an act, by which the family reads in "Data saya" who looked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessment.models import CleaningIssue
from audit import admin_views
from audit.looking import is_looking
from audit.models import Act
from grievances.models import Objection
from home.my_data import gather
from matching.models import RuledOut, Snapshot
from notices.services import notify
from registration.models import Household, Outcome
from stages.models import OutcomeDecision, UntoldFamily
from tests.assessment.families import AS_OF, heard_of, household_of, matching_run, may_be_one, suggested_to
from tests.people import agus, dewi, rina, sign_in, siti
from tests.stages.scenes import finding, in_muskel, meeting_of

pytestmark = pytest.mark.django_db


@dataclass
class Scene:
    """Siti's household in the middle of a meeting, with a row in every list that shows it."""

    household: Household
    issue: CleaningIssue
    objection: Objection
    rows: Mapping[str, Any]


@pytest.fixture
def scene(db: None) -> Scene:
    phase = in_muskel()
    household = Household.objects.get()
    member = household.members.get()
    claim = finding(household, family=member.family)
    objection = Objection.objects.create(finding=claim, household=household, text="Dijual.", created_by=siti())
    issue = CleaningIssue.objects.create(
        phase=phase, run_id=claim.run_id, kind="tidak_lengkap", household=household, detail={}
    )
    walk_in = household_of(phase, walk_in_by=rina())
    notify(household=walk_in, kind="objection_received", params={}, by=rina())
    decision = OutcomeDecision.objects.create(
        family=member.family, kind="cleaning", previous="PROCESSING", outcome=Outcome.NEEDS_FIX,
        reason_code="reopened", by=dewi(),
    )  # fmt: skip
    verdict = heard_of(matching_run(phase, "population"), member, "nik_tidak_ditemukan")
    snapshot = Snapshot.objects.create(source="population", as_of=AS_OF, index_key_id=phase.index_key_id)
    rows = {
        "matching_personverdict": verdict,
        "matching_candidate": suggested_to(verdict, snapshot),
        "matching_duplicatepair": may_be_one(verdict.run, household, walk_in),
        "matching_ruledout": RuledOut.objects.create(
            member=member, register_index=b"r" * 16, reason="Bukan dia.", decided_by=rina()
        ),
        "assessment_finding": claim,
        "assessment_cleaningissue": issue,
        "grievances_objection": objection,
        "stages_outcomedecision": decision,
        "stages_untoldfamily": UntoldFamily.objects.create(family=member.family, phase=phase),
    }
    return Scene(household, issue, objection, rows)


def looks(household: Household) -> list[tuple[str, str]]:
    """What Siti reads: (role, act)."""
    assert household.account_id == siti().pk
    return [(one["role"], one["act"]) for one in gather(siti(), masked=True)["looks"]]


Address = Callable[[Scene], str]
PAGES: list[tuple[str, Callable[[], User], Address]] = [
    ("desk.view_household", rina, lambda s: reverse("desk:household_detail", args=[s.household.reference])),
    ("desk.list_fixes", rina, lambda s: reverse("desk:fix_list")),
    ("desk.list_pairs", rina, lambda s: reverse("desk:pair_list")),
    ("desk.view_pair", rina, lambda s: reverse("desk:pair_resolve", args=[s.rows["matching_duplicatepair"].pk])),
    ("desk.list_candidates", rina, lambda s: reverse("desk:candidate_list")),
    ("desk.view_candidate", rina, lambda s: reverse("desk:candidate_resolve", args=[s.rows["matching_candidate"].pk])),
    ("desk.view_issue", rina, lambda s: reverse("desk:issue_resolve", args=[s.issue.pk])),
    ("muskel.view_rows", rina, lambda s: reverse("muskel:rows_edit", args=[meeting_of(s.household.phase).pk])),
    ("muskel.view_minutes", dewi, lambda s: reverse("muskel:minutes_show", args=[meeting_of(s.household.phase).pk])),
    ("grievances.list_objections", rina, lambda s: reverse("grievances:objection_list")),
    ("grievances.view_objection", agus, lambda s: reverse("grievances:objection_show", args=[s.objection.pk])),
    ("grievances.view_objection", rina, lambda s: reverse("grievances:objection_decide", args=[s.objection.pk])),
    ("registration.view_receipt", rina, lambda s: reverse("registration:receipt_show", args=[s.household.reference])),
]


@pytest.mark.parametrize(("verb", "who", "address"), PAGES, ids=[verb for verb, _who, _address in PAGES])
def test_a_look_is_written_down(
    client: Client, scene: Scene, verb: str, who: Callable[[], User], address: Address
) -> None:
    assert sign_in(client, who()).get(address(scene)).status_code == 200
    assert looks(scene.household) == [(who().role_name, verb)]
    assert is_looking(verb)


def test_a_search_is_written_down_for_everybody_it_found(client: Client, scene: Scene) -> None:
    sign_in(client, rina()).post(reverse("desk:household_search"), {"cari": scene.household.reference})
    assert looks(scene.household) == [("petugas", "desk.search")]


def the_administration_writes_down(client: Client, scene: Scene) -> None:
    sign_in(client, dewi())
    for table, row in scene.rows.items():
        before = len(looks(scene.household))
        assert client.get(reverse(f"admin:{table}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:{table}_change", args=[row.pk])).status_code == 200
        assert looks(scene.household)[: len(looks(scene.household)) - before] == [
            ("admin", "admin.view"),
            ("admin", "admin.list"),
        ], table


def test_every_page_of_the_administration_about_families_is_written_down(client: Client, scene: Scene) -> None:
    the_administration_writes_down(client, scene)


def test_an_administration_that_writes_nothing_down_is_noticed(
    client: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin_views, "record", lambda **about: None)
    with pytest.raises(AssertionError):
        the_administration_writes_down(client, scene)


def test_an_account_that_an_admin_opens_reads_of_it(client: Client) -> None:
    person = siti()
    sign_in(client, dewi()).get(reverse("admin:accounts_user_change", args=[person.pk]))
    assert [one["act"] for one in gather(person, masked=True)["looks"]] == ["admin.view"]


def test_a_list_is_one_act_and_an_empty_one_is_none(client: Client, scene: Scene) -> None:
    household_of(scene.household.phase)
    Act.objects.filter(verb="grievances.list_objections")
    sign_in(client, rina()).get(reverse("grievances:objection_list"))
    assert Act.objects.filter(verb="grievances.list_objections").count() == 1
    sign_in(client, rina()).get(reverse("desk:fix_list"))
    assert Act.objects.get(verb="desk.list_fixes").data == {"seen": [str(scene.household.pk)]}


def test_the_print_list_is_written_down_for_the_walk_in_family(client: Client, scene: Scene) -> None:
    walk_in = Household.objects.get(account=None)
    sign_in(client, rina()).get(reverse("notices:paper_list", args=[walk_in.kelurahan_id]))
    assert [act.verb for act in Act.objects.seeing([walk_in.pk])] == ["notices.list_paper"]
