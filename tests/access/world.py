"""What the walk meets: three households, and for every page that takes an object one that really exists.

Siti's household lives in Gambir (officer Rina), Budi's in Tebet Timur (officer Joko); a third one walked in at Gambir's
counter and has no account. Their people bear names that stand on no page of the portal itself.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from captcha.models import CaptchaStore
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from accounts import session_length
from accounts.models import OpenSession, RecoverySlip, Role, RoleGrant, User
from accounts.services import create_staff
from areas.models import Area
from assessment.models import CleaningIssue, Finding
from audit.models import Act, Destruction
from dtks_portal.made_up.entering import fill
from dtks_portal.made_up.households import MadeUpHousehold
from grievances.models import Objection
from grievances.services import object_to
from home.my_data_paper import KIND as MY_DATA
from jobs.models import Document, DocumentState, OutboxMessage, Run
from matching.models import (
    PersonVerdict,
    RegisterBreaker,
    RegisterBudget,
    RuledOut,
    SampledVerdict,
    Snapshot,
    TrainedModel,
)
from notices.models import Notice
from notices.services import notify
from registration.attachments.keeping import keep_photo
from registration.attachments.uploads import start_upload
from registration.models import Attachment, Draft, Household, Member, Phase
from registration.receipt_page import KIND as RECEIPT
from registration.services import open_draft
from registration.stage import Stage
from registration.state import DraftState
from stages.conflicts import resolve_conflict
from stages.exporting import issue_package
from stages.models import (
    Conflict,
    DeterminationBatch,
    ExportPackage,
    Muskel,
    OutcomeDecision,
    Registry,
    ReopenRequest,
    Resolution,
    StageEntry,
    UntoldFamily,
)
from stages.prelists import issue_prelists
from stages.services import request_reopen
from tests.access import family_world
from tests.assessment.families import AS_OF, heard_of, matching_run, may_be_one, suggested_to
from tests.grievances.images import jpeg
from tests.households import SEED, made_up_household, made_up_households, open_phase, register
from tests.people import GAMBIR, TEBET, agus, budi, dewi, joko, rina, sign_in, siti
from tests.stages import scenes
from tests.stages.files import determinations

ANONYMOUS, SITI, BUDI, RINA, JOKO, DEWI = "anonymous", "siti", "budi", "rina", "joko", "dewi"
NO_APP, NO_CODE = "admin without an app", "admin without this session's code"
SURNAMES = {"siti": "Prananingrum", "budi": "Kertanegarawan", "walk_in": "Sukmawijayanti"}
OF_GAMBIR = frozenset({"siti", "walk_in"})
# Whose household somebody may read about.
MAY_KNOW: Mapping[str, frozenset[str]] = {
    ANONYMOUS: frozenset(),
    SITI: frozenset({"siti"}),
    BUDI: frozenset({"budi"}),
    RINA: OF_GAMBIR,
    JOKO: frozenset({"budi"}),
    DEWI: frozenset(SURNAMES),
    NO_APP: frozenset(),
    NO_CODE: frozenset(),
}


@dataclass
class World:
    """`takes` holds the keyword arguments of a page by the kind of object it takes; `cookies` the session by role."""

    households: dict[str, Household]
    takes: dict[str, dict[str, Any]]
    cookies: dict[str, str]
    browser: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def client(self, role: str) -> Client:
        """The one browser there is (starting another costs more than a request), with the role's session only."""
        self.browser.cookies.clear()
        if role in self.cookies:
            self.browser.cookies["sesi"] = self.cookies[role]
        return self.browser

    def secrets_from(self, role: str) -> list[str]:
        """Reference codes and names that must not be shown to this role."""
        hidden = [key for key in self.households if key not in MAY_KNOW[role]]
        return [self.households[key].reference for key in hidden] + [SURNAMES[key] for key in hidden]


def build() -> World:
    admin = dewi()
    phase = open_phase(admin)
    gambir = Area.objects.get(pk=GAMBIR)
    households = {
        "siti": register(named("siti"), by=siti(), phase=phase),
        "budi": register(named("budi", next(made_up_households(kelurahan=TEBET, seed=48))), by=budi(), phase=phase),
        "walk_in": register(named("walk_in"), by=rina(), phase=phase, kelurahan=gambir),
    }
    takes: dict[str, dict[str, Any]] = {"": {}}
    takes |= drafts(open_draft(by=siti(), phase=phase), siti(), "draft")
    takes |= drafts(open_draft(by=rina(), phase=phase, kelurahan=gambir), rina(), "counter draft")
    takes |= photos(households["siti"], households["walk_in"])
    takes |= whatever_happens_next(phase, households["siti"], households["walk_in"])
    takes |= papers(households["siti"])
    takes |= family_world.claims(phase)
    takes |= family_world.objection(households["siti"])
    later = open_phase(admin, name="Tahap III 2026")
    takes |= family_world.helped(register(by=budi(), phase=later))
    takes |= rows_of_the_admin(phase)
    cookies = sessions()
    family_world.type_family_code(cookies[SITI], households["siti"])
    return World(households=households, takes=takes, cookies=cookies)


def named(key: str, made_up: MadeUpHousehold | None = None) -> MadeUpHousehold:
    """A made-up household in which everybody bears the surname of `key`."""
    chosen = made_up or made_up_household()
    families = tuple(
        replace(family, people=tuple(replace(one, name=f"Wati {SURNAMES[key]}") for one in family.people))
        for family in chosen.families
    )
    return replace(chosen, families=families)


def drafts(draft: Draft, owner: User, kind: str) -> dict[str, dict[str, Any]]:
    """A filled draft, one of its pages and one of its people."""
    made_up = named("siti" if kind == "draft" else "walk_in")
    fill(draft, replace(made_up, walks_in=draft.is_at_counter), by=owner, today=draft.created_at.date(), seed=SEED)
    person = DraftState.load(draft).people()[0]
    own = {"draft_id": draft.pk}
    return {
        kind: own,
        f"{kind}, kind": {**own, "kind": "ktp"},
        f"{kind}, page": {**own, "key": "bangunan"},
        f"{kind}, people": {**own, "key": "orang"},
        f"{kind}, person": {**own, "key": "orang", "item": person},
    }


def photos(own: Household, walk_in: Household) -> dict[str, dict[str, Any]]:
    """A photo of each household, sent while registration was open, and one that is still on its way."""
    shown = keep_photo(holder=own, content=jpeg((900, 600)), kind="ktp", by=siti())
    house = keep_photo(holder=own, content=jpeg((900, 600)), kind="rumah-depan", by=siti())
    at_counter = keep_photo(holder=walk_in, content=jpeg((900, 600)), kind="ktp", by=rina())
    upload = start_upload(holder=own, kind="kk", size=40_000, sha256="0" * 64, by=siti())
    return {
        "household, kind": {"reference": own.reference, "kind": "ktp"},
        "walk-in, kind": {"reference": walk_in.reference, "kind": "ktp"},
        "photo": {"photo": shown.pk},
        "house photo": {"photo": house.pk},
        "walk-in photo": {"photo": at_counter.pk},
        "upload": {"upload_id": upload.pk},
    }


def whatever_happens_next(phase: Phase, own: Household, walk_in: Household) -> dict[str, dict[str, Any]]:
    """Findings, an objection with a picture, letters, the meeting, the target list and the package."""
    scenes.put_in(phase, Stage.PENGOLAHAN_2)
    for household in (own, walk_in):
        household.phase = phase
    finding, contested = scenes.finding(own), scenes.finding(own, "njop")
    objection = object_to(finding=contested, text="Mobil sudah dijual.", file=io.BytesIO(jpeg()), by=siti())
    issue = CleaningIssue.objects.create(
        phase=phase, run_id=finding.run_id, kind="tidak_lengkap", household=own, detail={}
    )
    notice = notify(household=walk_in, kind="objection_received", params={}, by=rina())
    issue_prelists(phase=phase, by=dewi())
    scenes.put_in(phase, Stage.MUSKEL)
    for meeting in Muskel.objects.filter(phase=phase):
        scenes.hold(meeting)
    scenes.put_in(phase, Stage.PENGOLAHAN_3)
    scenes.list_conflicts(phase)
    for conflict in Conflict.objects.open().filter(phase=phase):
        resolve_conflict(conflict=conflict, resolution=Resolution.PROPOSE, reason="Kami kunjungi.", by=agus())
    scenes.listed(phase)
    scenes.put_in(phase, Stage.INPUT_SIKSNG)
    package = issue_package(phase=phase, kota=Area.objects.get(pk=scenes.JAKARTA_PUSAT), by=dewi())
    reopening = request_reopen(
        phase=phase, by=agus(), expected=Stage.INPUT_SIKSNG, to_stage=Stage.PENETAPAN_DST, reason="Salah kota."
    )
    assert notice.on_paper
    return _addresses(phase, own, walk_in, finding, objection, issue, notice, package, reopening)


def _addresses(
    phase: Phase, own: Household, walk_in: Household, finding: Finding, objection: Objection, issue: CleaningIssue,
    notice: Notice, package: ExportPackage, reopening: ReopenRequest,
) -> dict[str, dict[str, Any]]:  # fmt: skip
    muskel = Muskel.objects.get(phase=phase, kelurahan=GAMBIR)
    in_phase = {"phase_id": phase.pk}
    kota = {**in_phase, "kota": scenes.JAKARTA_PUSAT}
    return {
        "household": {"reference": own.reference},
        "walk-in": {"reference": walk_in.reference},
        "finding": {"finding": finding.pk},
        "objection": {"objection": objection.pk},
        "issue": {"issue": issue.pk},
        "notice": {"notice": notice.pk},
        "kelurahan": {"kelurahan": GAMBIR},
        "account": {"account": siti().pk},
        "open session": {"session": OpenSession.objects.create(user=siti(), session_key="sitis-other-phone").pk},
        "muskel": {"pk": muskel.pk},
        "phase": in_phase,
        "phase, order": {**in_phase, "verb": "suspend"},
        "phase, task": {**in_phase, "name": "conflicts"},
        "phase, reopening": {**in_phase, "request_id": reopening.pk, "answer": "decline"},
        "phase, kota": kota,
        "phase, kota, order": {**kota, "verb": "propose"},
        "phase, package": {**in_phase, "package_id": package.pk},
        "captcha": {"key": CaptchaStore.generate_key()},
        "captcha, sound": {"key": CaptchaStore.generate_key(), "language": "id"},
    }


def papers(household: Household) -> dict[str, dict[str, Any]]:
    """Siti's receipt and data as finished PDF; and a check code that nobody has issued."""
    receipt, data = finished(RECEIPT, household.pk), finished(MY_DATA, siti().pk)
    return {
        "receipt as PDF": {"reference": household.reference, "document": receipt.pk},
        "my data as PDF": {"document": data.pk},
        "forged receipt": {"code": "A" * 28},
    }


def finished(kind: str, about: Any) -> Document:
    now = timezone.now()
    document = Document(
        kind=kind, asked_by_id=siti().pk, about_id=about, language="id", file_name="berkas.pdf",
        state=DocumentState.READY, ready_at=now, expires_at=now + timedelta(days=1),
    )  # fmt: skip
    document.content = document.sealed(b"%PDF-1.7")
    document.save()
    return document


def rows_of_the_admin(phase: Phase) -> dict[str, dict[str, Any]]:
    """One row of every table that may stand in the Django admin, by the name of its model."""
    scenes.put_in(phase, Stage.PENETAPAN_DTKS)
    determinations(phase, niks=["9902021708858001"])
    run = matching_run(phase, "population")
    verdict = heard_of(run, Member.objects.filter(phase=phase).latest("pk"), "padan")
    earlier = matching_run(phase, "population")
    Run.objects.filter(pk=earlier.pk).update(created_at=timezone.now() - timedelta(days=1))
    heard_of(earlier, verdict.member, "tidak_padan")
    sampled = SampledVerdict.objects.create(run=run, verdict=verdict, draw=1, place=1)
    snapshot = Snapshot.objects.create(source="population", as_of=AS_OF, index_key_id=phase.index_key_id)
    own, walk_in = Household.objects.filter(phase=phase, kelurahan=GAMBIR).order_by("pk")[:2]
    pair = may_be_one(run, own, walk_in)
    first = own.members.earliest("number")
    candidate = suggested_to(PersonVerdict(run=earlier, member=first), snapshot)
    refused = Snapshot.objects.create(
        source="population", as_of=AS_OF, index_key_id=phase.index_key_id, state="refused",
        problems=[[2, "nik", "digits"]], problem_count=1,
    )  # fmt: skip
    address = EmailAddress.objects.create(user=siti(), email="siti@contoh.id")
    rows: dict[str, Any] = {
        "areas_area": Area.objects.get(pk=GAMBIR),
        "audit_act": Act.objects.latest("id"),
        "audit_destruction": Destruction.objects.create(
            retention_class="drafts", days=90, before=timezone.now(), subjects=1, basis="UU 27/2022"
        ),
        "jobs_document": Document.objects.latest("created_at"),
        "jobs_run": run,
        "jobs_outboxmessage": OutboxMessage.objects.latest("created_at"),
        "accounts_user": siti(),
        "accounts_rolegrant": RoleGrant.objects.get(user=rina()),
        "accounts_recoveryslip": recovery_slip(),
        "matching_snapshot": snapshot,
        "matching_personverdict": verdict,
        "matching_registerbudget": RegisterBudget.objects.create(kind="web_service", day=AS_OF, spent=3),
        "matching_registerbreaker": RegisterBreaker.objects.create(kind="web_service"),
        "matching_sampledverdict": sampled,
        "matching_candidate": suggested_to(verdict, snapshot),
        "matching_duplicatepair": pair,
        "matching_ruledout": RuledOut.objects.create(
            member=first, register_index=b"r" * 16, reason="Bukan dia.", decided_by=rina()
        ),
        "matching_trainedmodel": TrainedModel.objects.create(version="contoh", body={}),
        "assessment_cleaningissue": CleaningIssue.objects.latest("created_at"),
        "assessment_finding": Finding.objects.latest("created_at"),
        "grievances_objection": Objection.objects.latest("created_at"),
        "registration_attachment": Attachment.objects.latest("added_at"),
        **family_world.rows(phase),
        "registration_phase": phase,
        "stages_stageentry": StageEntry.objects.latest("id"),
        "stages_outcomedecision": OutcomeDecision.objects.latest("id"),
        "stages_untoldfamily": UntoldFamily.objects.latest("since"),
        "stages_determinationbatch": DeterminationBatch.objects.latest("imported_at"),
        "stages_registry": Registry.objects.create(name="DTKS"),
        "auth_group": Group.objects.create(name="Kelompok"),
        "account_emailaddress": address,
        "mfa_authenticator": Authenticator.objects.get(user=rina()),
    }
    found = {name: {"object_id": row.pk} for name, row in rows.items()}
    return {
        **found,
        "run": {"run_id": run.pk},
        "run, order": {"run_id": run.pk, "verb": "resume"},
        "sampled verdict": {"sampled_id": sampled.pk},
        "pair": {"pair": pair.pk},
        "candidate": {"candidate": candidate.pk},
        "refused extract": {"snapshot_id": refused.pk},
        "app": {"app_label": "stages"},
    }


def recovery_slip() -> RecoverySlip:
    """A slip that Rina once issued for Siti, and that is over."""
    early = timezone.now() - timedelta(days=3)
    return RecoverySlip.objects.create(
        user=siti(), issued_by=rina(), digest=b"d" * 32, issued_at=early, expires_at=early + timedelta(days=1)
    )


def sessions() -> dict[str, str]:
    """A session for everybody who signs in: cookies by role."""
    everybody = {SITI: siti(), BUDI: budi(), RINA: rina(), JOKO: joko(), DEWI: dewi(), NO_CODE: agus()}
    everybody[NO_APP] = create_staff(
        username="baru", name="Admin Baru", email="baru@contoh.id", role=Role.ADMIN, area=None, password=None
    )
    cookies = {}
    for role, user in everybody.items():
        client = Client()
        if role in (NO_APP, NO_CODE):
            with_password_only(client, user)
        else:
            sign_in(client, user)
        cookies[role] = client.cookies["sesi"].value
    return cookies


def with_password_only(client: Client, user: User) -> None:
    """As after the first step of signing in, should it ever leave a session behind."""
    client.force_login(user, backend="accounts.backends.IdentifierBackend")
    request = HttpRequest()
    request.session = client.session
    session_length.begin(request, is_staff=True)
    request.session.save()
