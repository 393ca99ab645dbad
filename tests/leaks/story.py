"""One phase from the first sign-up to the ministry's list, with canaries wherever a number can be typed.

Everything a person would do with a browser is done through the pages; runs are worked on here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from areas.models import Area
from dtks_portal.made_up.extracts import POPULATION_HEADER, Rates, write_assets, write_population
from dtks_portal.made_up.households import MadeUpHousehold
from dtks_portal.made_up.typing import TypedPage, typed_pages
from jobs.models import OutboxMessage
from registration.models import Draft, Household, Phase
from tests import people
from tests.households import SEED, made_up_household, open_phase
from tests.leaks.canaries import Canaries
from tests.leaks.places import TracedClient, Trail
from tests.people import GAMBIR, PASSWORD, agus, budi, dewi, rina, sign_in
from tests.public.registry import answered

ACCOUNT_NIK, ACCOUNT_PHONE, ACCOUNT_MAIL = "9907134408917351", "+6289977553311", "gerobak.kenari@contoh.id"
STAFF_MAIL = "petugas.kenari@contoh.id"
STRANGER_NIK, STRANGER_PHONE = "9907131209867453", "+6289966442288"
REGISTERED_NIK = "9907132701737557"  # stands in the registers and on the ministry's list only
MISTYPED_NIK, MISTYPED_KK = "9907139939917659", "99071301011577610"  # no date; a digit too many
CONTACT_PHONE = "+6289955331177"
CAPTCHA = re.compile(r'name="captcha_0" value="([0-9a-f]{40})"')


def spaced(digits: str) -> str:
    return " ".join(digits[place : place + 4] for place in range(0, len(digits), 4))


def local(phone: str) -> str:
    """As people write it: 0899 7755 3311."""
    return spaced(f"0{phone.removeprefix('+62')}")


@dataclass
class Story:
    """What was told: the canaries, the trail of all browsers, what commands printed, and whose numbers they are."""

    folder: Path
    canaries: Canaries = field(default_factory=Canaries)
    trail: Trail = field(default_factory=Trail)
    printed: list[str] = field(default_factory=list)
    families: list[MadeUpHousehold] = field(default_factory=list)
    phase: Phase = field(default_factory=Phase)

    def browser(self, user: User | None = None) -> TracedClient:
        client = TracedClient(self.trail)
        if user is not None:
            sign_in(client, user)
        return client

    def family(self, **changes: Any) -> MadeUpHousehold:
        """A made-up household every number of which is a canary."""
        made_up = replace(made_up_household(), **changes)
        for family in made_up.families:
            self.canaries.number(family.kk)
            for person in family.people:
                self.canaries.numbers += [person.nik] if person.nik else []
        self.families.append(made_up)
        return made_up

    @property
    def head(self) -> Any:
        return self.families[0].families[0].people[0]


def begin(folder: Path) -> Story:
    story = Story(folder)
    story.canaries.numbers += [ACCOUNT_NIK, STRANGER_NIK, REGISTERED_NIK, MISTYPED_NIK, MISTYPED_KK[:16]]
    story.canaries.numbers += [people.SITI_NIK, people.BUDI_NIK]
    story.canaries.phones += [ACCOUNT_PHONE, STRANGER_PHONE, CONTACT_PHONE, people.SITI_PHONE, people.BUDI_PHONE]
    story.canaries.mails += [ACCOUNT_MAIL, STAFF_MAIL, "siti@contoh.id"]
    story.phase = open_phase(dewi())
    return story


def signs_up(story: Story) -> TracedClient:
    """With a mistake first; then out, in again in three ways, and four times in vain."""
    client = story.browser()
    form = {
        "nik": spaced(MISTYPED_NIK),
        "name": "Siti Kenari",
        "phone": local(ACCOUNT_PHONE),
        "email": ACCOUNT_MAIL,
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    assert client.post("/daftar/", form).status_code == 200
    assert client.post("/daftar/", {**form, "nik": ACCOUNT_NIK, "password1": ACCOUNT_NIK}).status_code == 200
    client.post("/daftar/", {**form, "nik": spaced(ACCOUNT_NIK), "name": f"Siti {ACCOUNT_NIK}"})
    assert client.post("/daftar/", {**form, "nik": spaced(ACCOUNT_NIK)}).status_code == 302
    client.post("/keluar/")
    for login, password in (
        (ACCOUNT_NIK, "salah"),
        (spaced(STRANGER_NIK), PASSWORD),
        (local(STRANGER_PHONE), STRANGER_NIK),
        (MISTYPED_NIK, PASSWORD),
        (ACCOUNT_MAIL, "salah"),
    ):
        assert client.post("/masuk/", {"login": login, "password": password}).status_code == 200
    for login in (local(ACCOUNT_PHONE), ACCOUNT_MAIL, spaced(ACCOUNT_NIK)):
        assert client.post("/masuk/", {"login": login, "password": PASSWORD}).status_code == 302
        client.post("/keluar/")
    return client


def recovers_the_password(story: Story, client: TracedClient) -> None:
    for nik, phone in ((STRANGER_NIK, STRANGER_PHONE), (spaced(ACCOUNT_NIK), local(ACCOUNT_PHONE))):
        assert client.post("/lupa-kata-sandi/", {"identifier": nik, "contact": phone}).status_code == 302
    new = {"password1": "sepeda merah 81", "password2": "sepeda merah 81"}
    assert client.post("/lupa-kata-sandi/kode/", {"code": STRANGER_NIK[:8], **new}).status_code == 200
    message = OutboxMessage.objects.latest("created_at")
    (code,) = re.findall(r"\d{4} \d{4}", message.body or "")
    assert client.post("/lupa-kata-sandi/kode/", {"code": code, **new}).status_code == 302
    assert client.post("/masuk/", {"login": ACCOUNT_NIK, "password": "sepeda merah 81"}).status_code == 302


def draft_of(client: TracedClient, address: str, posted: Mapping[str, str]) -> Draft:
    response = client.post(address, posted)
    assert response.status_code == 302, response.content.decode()
    return Draft.objects.latest("created_at")


def page_address(draft: Draft, typed: TypedPage) -> str:
    kwargs = {"draft_id": draft.pk, "key": typed.page, **({"item": typed.item} if typed.item else {})}
    return reverse("registration:item_edit" if typed.item else "registration:page_edit", kwargs=kwargs)


def typed_by(made_up: MadeUpHousehold) -> Iterator[tuple[TypedPage, dict[str, Any]]]:
    for typed in typed_pages(made_up, today=timezone.localdate(), seed=SEED):
        posted: dict[str, Any] = dict(typed.posted.lists())
        yield typed, {**posted, "version": "0", "confirmed": "nik.region_unknown"}


def fills_in(client: TracedClient, draft: Draft, made_up: MadeUpHousehold) -> None:
    """Every page, some with a mistake first; then one again from an old tab."""
    for typed, posted in typed_by(made_up):
        address, version = page_address(draft, typed), "0"
        for name, mistyped in (
            ("kk", MISTYPED_KK),
            ("nik", MISTYPED_NIK),
            ("alamat", f"Jl. Kenari, HP {CONTACT_PHONE}"),
        ):
            if posted.get(name, [""]) != [""] and (name == "kk") == (typed.page == "kk"):
                client.post(address, {**posted, name: mistyped})
                version = "1"
        response = client.post(address, {**posted, "version": version})
        assert response.status_code == 302, (typed.page, response.content.decode())
        assert client.get(address).status_code == 200
    assert client.post(address, {**posted, "mobil": "ya"}).status_code == 409
    for name in ("draft_detail", "families_edit", "draft_check"):
        assert client.get(reverse(f"registration:{name}", args=[draft.pk])).status_code == 200


def submits(client: TracedClient, draft: Draft, status: int = 302) -> None:
    response = client.post(reverse("registration:draft_submit", args=[draft.pk]))
    assert response.status_code == status, response.content.decode()


def registers(story: Story, client: TracedClient) -> Household:
    """Online; a stranger types into the same page; somebody else comes second with the same people."""
    made_up = story.family(phone=CONTACT_PHONE)
    draft = draft_of(client, "/usulan/baru/", {})
    fills_in(client, draft, made_up)
    typed, posted = next(pair for pair in typed_by(made_up) if pair[0].page == "orang")
    assert story.browser().post(page_address(draft, typed), posted).status_code == 302
    submits(client, draft)
    other = story.browser(budi())
    second = draft_of(other, "/usulan/baru/", {})
    fills_in(other, second, made_up)
    submits(other, second, status=409)
    household = Household.objects.get(drafts=draft)
    for address in (
        "/usulan/",
        f"/usulan/{household.reference}/",
        f"/usulan/{household.reference}/tanda-terima/",
        "/akun/",
    ):
        assert client.get(address).status_code == 200
    return household


def walks_in(story: Story) -> None:
    """A family without a phone at Rina's counter, then three searches; one of the neighbours is withdrawn again."""
    officer = story.browser(rina())
    for makes_a_mistake in (False, True):
        made_up = story.family(walks_in=True)
        draft = draft_of(officer, "/petugas/loket/", {"kelurahan": GAMBIR})
        fills_in(officer, draft, made_up)
        submits(officer, draft)
        if makes_a_mistake:
            address = f"/usulan/{Household.objects.get(drafts=draft).reference}/tarik/"
            reason = f"salah ketik NIK {spaced(made_up.people[0].nik)}"
            officer.post(address, {"alasan": reason})
            officer.post(address, {"alasan": "salah ketik"})
    for typed in (spaced(story.head.nik), STRANGER_NIK, MISTYPED_NIK):
        assert officer.post("/petugas/cari/", {"cari": typed}).status_code == 200
    assert officer.get("/petugas/").status_code == 200


def is_looked_up_by_an_admin(story: Story) -> None:
    """Through the search box of the admin, as its page offers it."""
    admin = story.browser(dewi())
    page = admin.get("/admin/accounts/user/").content.decode()
    (opening,) = re.findall(r'<form id="changelist-search"[^>]*>', page)
    method = (re.findall(r'method="(\w+)"', opening) or ["get"])[0]
    address = (re.findall(r'action="([^"]+)"', opening) or ["/admin/accounts/user/"])[0]
    for typed in (ACCOUNT_NIK, spaced(STRANGER_NIK), local(ACCOUNT_PHONE), ACCOUNT_MAIL):
        assert getattr(admin, method)(address, {"q": typed}, follow=True).status_code == 200
    new = {
        "username": "petugas-kenari",
        "name": "Petugas Kenari",
        "address": STAFF_MAIL,
        "role": "petugas",
        "area": GAMBIR,
    }
    assert admin.post("/admin/accounts/user/add/", new).status_code == 302
    for username in (STRANGER_NIK, local(STRANGER_PHONE), ACCOUNT_MAIL):
        assert admin.post("/admin/accounts/user/add/", {**new, "username": username}).status_code == 200


def asks_for_the_status(story: Story) -> None:
    client = story.browser()
    born = story.head.birth_date
    day = {"birth_date_day": f"{born.day}", "birth_date_month": f"{born.month}", "birth_date_year": f"{born.year}"}
    for nik in (spaced(story.head.nik), STRANGER_NIK, REGISTERED_NIK, MISTYPED_NIK):
        key = CAPTCHA.findall(client.get("/cek-status/").content.decode())[0]
        posted = {"nik": nik, "name": story.head.name, **day, "reference": "", **answered(key)}
        assert client.post("/cek-status/", posted).status_code == 200
    posted = {"nik": STRANGER_NIK, "name": story.head.name, **day, "new_picture": "1"}
    assert client.post("/cek-status/", posted).status_code == 200


def imports_the_registers(story: Story) -> None:
    """Both extracts; and of each one first with rows that are wrong in every way a NIK can be."""
    population, assets = story.folder / "population.csv", story.folder / "assets.csv"
    rates = Rates(missing=0.1, misspelt=0.3, car=0.4, dear_land=0.2, neighbours=0)
    write_population(population, story.families, seed=3, rates=rates)
    write_assets(assets, story.families, seed=3, rates=rates)
    row = f"{REGISTERED_NIK},{MISTYPED_KK[:16]},SITI KENARI,JAKARTA,1973-01-27,L,31.71.01.1001,001,002,PETANI,aktif\n"
    with population.open("a") as file:
        file.write(row)
    bad = story.folder / "bad.csv"
    bad.write_text(
        ",".join(POPULATION_HEADER) + "\n" + row + row
        + row.replace(REGISTERED_NIK, MISTYPED_KK) + row.replace("1973-01-27", REGISTERED_NIK)
        + row.replace("31.71.01.1001", STRANGER_NIK) + f"{STRANGER_NIK},{STRANGER_NIK}\n"
    )  # fmt: skip
    for kind, file_name, is_good in (
        ("population", bad, False), ("assets", bad, False), ("population", population, True), ("assets", assets, True),
    ):  # fmt: skip
        said = io.StringIO()
        try:
            call_command("import_extract", kind, str(file_name), as_of=_yesterday(), stdout=said, stderr=said)
            assert is_good, "a bad file was loaded"
        except CommandError as error:
            assert not is_good, said.getvalue()
            said.write(str(error))
        story.printed.append(said.getvalue())


def _yesterday() -> str:
    return (timezone.localdate() - timedelta(days=1)).isoformat()


def everybody_signs_in(story: Story) -> None:
    """So that the sessions of staff stand in the table as well."""
    for user in (rina(), dewi(), agus()):
        story.browser(user).get("/akun/")
    assert Area.objects.filter(pk=GAMBIR).exists()
