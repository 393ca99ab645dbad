"""What a made-up household would type on each page of the form, as a browser would post it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from django.utils.datastructures import MultiValueDict

from dtks_portal.made_up.households import CHILD, HEAD, PARENT, SPOUSE, MadeUpHousehold, MadeUpPerson
from registration.codes import Marital, Occupation, Relation, SchoolLevel
from registration.dwelling import QUESTIONS as DWELLING
from registration.state import new_item

Posted = MultiValueDict[str, str]
OCCUPATIONS = {
    "BURUH HARIAN LEPAS": Occupation.DAY_LABOURER,
    "WIRASWASTA": Occupation.SELF_EMPLOYED,
    "KARYAWAN SWASTA": Occupation.PRIVATE_EMPLOYEE,
    "MENGURUS RUMAH TANGGA": Occupation.HOMEMAKER,
    "PELAJAR/MAHASISWA": Occupation.STUDENT,
}
PREGNANCY_AGES = range(10, 55)


@dataclass(frozen=True)
class TypedPage:
    page: str
    item: str
    posted: Posted


def post(**values: str | list[str]) -> Posted:
    return MultiValueDict({key: value if isinstance(value, list) else [value] for key, value in values.items()})


def typed_pages(
    household: MadeUpHousehold, *, today: date, seed: int, declarations: dict[str, str] | None = None
) -> Iterator[TypedPage]:
    """Every page in the order of the task list. `declarations` replaces answers to the six questions."""
    chance = Random(f"{seed}-{household.number}")  # noqa: S311 the same household types the same
    contact = {"telepon": "" if household.walks_in else household.phone}
    yield TypedPage("kontak", "", post(**contact, **{"persetujuan": "on"} if household.walks_in else {"untuk": "diri"}))
    yield TypedPage(
        "alamat-ktp",
        "",
        post(alamat=household.address, rt=household.rt, rw=household.rw, kelurahan=household.kelurahan, daerah_lain=""),
    )
    yield TypedPage("domisili", "", post(sama="sama"))
    yield from _people(household, today)
    yield from _dwelling(chance)
    yield TypedPage("pernyataan", "", post(**(household.declares | (declarations or {}))))


def _people(household: MadeUpHousehold, today: date) -> Iterator[TypedPage]:
    items = [(new_item(), family) for family in household.families]
    for item, family in items:
        yield TypedPage("kk", item, post(kk=family.kk))
    for item, family in items:
        for person in family.people:
            who = new_item()
            yield TypedPage("orang", who, _person(person, item))
            yield TypedPage("kegiatan", who, _activity(person, today))


def _person(person: MadeUpPerson, family: str) -> Posted:
    born = person.birth_date
    relation = {
        HEAD: Relation.HEAD,
        SPOUSE: Relation.WIFE if person.sex == "P" else Relation.HUSBAND,
        CHILD: Relation.CHILD,
        PARENT: Relation.PARENT,
    }[person.relation]
    marital = {HEAD: Marital.MARRIED, SPOUSE: Marital.MARRIED, CHILD: Marital.SINGLE, PARENT: Marital.WIDOWED}
    typed = post(
        kk=family,
        nik=person.nik,
        nama=person.name,
        tempat_lahir=person.birth_place,
        tanggal_lahir_day=f"{born:%d}",
        tanggal_lahir_month=f"{born:%m}",
        tanggal_lahir_year=f"{born:%Y}",
        jenis_kelamin=person.sex,
        hubungan=relation.value,
        status_kawin=marital[person.relation].value,
    )
    if not person.nik:
        typed["belum_punya_nik"] = "on"
    return typed


def _activity(person: MadeUpPerson, today: date) -> Posted:
    age = person.age(today)
    in_school = person.relation == CHILD and 6 <= age <= 18
    levels = ((7, SchoolLevel.KINDERGARTEN), (13, SchoolLevel.PRIMARY), (16, SchoolLevel.JUNIOR))
    level = next((level for limit, level in levels if age < limit), SchoolLevel.SENIOR)
    occupation = OCCUPATIONS.get(person.occupation, Occupation.NONE)
    works = occupation in (Occupation.DAY_LABOURER, Occupation.SELF_EMPLOYED, Occupation.PRIVATE_EMPLOYEE)
    typed = post(
        masih_sekolah="ya" if in_school else "tidak",
        jenjang=level.value if in_school or age > 18 else "",
        bekerja="ya" if works else "tidak",
        pekerjaan=(Occupation.STUDENT if in_school else occupation).value,
        disabilitas=["fisik"] if person.disabled else [],
    )
    if person.sex == "P" and age in PREGNANCY_AGES:
        typed["hamil"] = "ya" if person.pregnant else "tidak"
    return typed


PAGE_OF_TOPIC = {"bahan_bangunan": "bahan-bangunan", "air_energi": "air-energi"}
POOR = {"air_minum": ("isi_ulang", "leding_meteran", "sumur_bor"), "fasilitas_bab": ("sendiri", "bersama", "umum")}


def _dwelling(chance: Random) -> Iterator[TypedPage]:
    pages: dict[str, Posted] = {}
    for question in DWELLING:
        if question.choices:
            codes = POOR.get(question.key) or tuple(str(code) for code, _label in question.choices)
            answer = chance.choice(codes)
        else:
            answer = str(chance.randint(max(question.low, 8), 40) if question.high > 50 else chance.randint(0, 3))
        pages.setdefault(question.topic, MultiValueDict())[question.key] = answer
    for topic, typed in pages.items():
        if topic == "daya" and pages["air_energi"]["penerangan"] != "pln_meteran":
            continue
        yield TypedPage(PAGE_OF_TOPIC.get(topic, topic), "", typed)
