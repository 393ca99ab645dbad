"""What a made-up household would type on each page of the form, as a browser would post it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from django.utils.datastructures import MultiValueDict

from dtks_portal.made_up.households import CHILD, HEAD, PARENT, SPOUSE, MadeUpHousehold, MadeUpPerson
from dtks_portal.made_up.whole import PAGES_OF_HOUSEHOLD, answer_table, person_pages, wishes
from registration.codes import Marital, Occupation, Relation, SchoolLevel
from registration.questionnaire.person import PREGNANCY_AGES
from registration.questionnaire.versions import Edition
from registration.state import new_item

Posted = MultiValueDict[str, str]
OCCUPATIONS = {
    "BURUH HARIAN LEPAS": Occupation.DAY_LABOURER,
    "WIRASWASTA": Occupation.SELF_EMPLOYED,
    "KARYAWAN SWASTA": Occupation.PRIVATE_EMPLOYEE,
    "MENGURUS RUMAH TANGGA": Occupation.HOMEMAKER,
    "PELAJAR/MAHASISWA": Occupation.STUDENT,
}


@dataclass(frozen=True)
class TypedPage:
    page: str
    item: str
    posted: Posted


def post(**values: str | list[str]) -> Posted:
    return MultiValueDict({key: value if isinstance(value, list) else [value] for key, value in values.items()})


def typed_pages(
    household: MadeUpHousehold,
    *,
    today: date,
    seed: int,
    declarations: dict[str, str] | None = None,
    edition: str = Edition.SHORT,
) -> Iterator[TypedPage]:
    """Every page in the order of the task list, as this edition of the questionnaire asks them.

    `declarations` replaces answers to the six questions.
    """
    whole = edition == Edition.WHOLE
    chance = Random(f"{seed}-{household.number}")  # noqa: S311 the same household types the same
    contact = {"telepon": "" if household.walks_in else household.phone}
    yield TypedPage("kontak", "", post(**contact, **{"persetujuan": "on"} if household.walks_in else {"untuk": "diri"}))
    yield TypedPage(
        "alamat-ktp",
        "",
        post(alamat=household.address, rt=household.rt, rw=household.rw, kelurahan=household.kelurahan, daerah_lain=""),
    )
    stay = {"lama_tinggal": str(chance.randint(0, 40))} if whole else {}
    yield TypedPage("domisili", "", post(sama="sama", **stay))
    people: list[str] = []
    for page in _people(household, today, chance if whole else None):
        people += [page.item] if page.page == "orang" else []
        yield page
    yield from _dwelling(chance, whole=whole)
    yield TypedPage("pernyataan", "", post(**(household.declares | (declarations or {}))))
    for key, typed in wishes(people, chance=chance) if whole else ():
        yield TypedPage(key, "", typed)


def _people(household: MadeUpHousehold, today: date, chance: Random | None) -> Iterator[TypedPage]:
    """`chance` draws what the whole questionnaire asks; None: the short one."""
    items = [(new_item(), family) for family in household.families]
    for item, family in items:
        yield TypedPage("kk", item, post(kk=family.kk))
    for place, (item, family) in enumerate(items):
        for person in family.people:
            who = new_item()
            typed = _person(person, item)
            if chance is None:
                yield TypedPage("orang", who, typed)
                yield TypedPage("kegiatan", who, _activity(person, today))
                continue
            typed["akta_nikah"] = "ada_dapat"
            yield TypedPage("orang", who, typed)
            occupation = OCCUPATIONS.get(person.occupation, Occupation.NONE)
            for key, answers in person_pages(
                person,
                today=today,
                occupation=occupation,
                marital=typed.getlist("status_kawin")[0],
                further=place > 0,
                chance=chance,
            ):
                yield TypedPage(key, who, answers)


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
DWELLING_TOPICS = ("bangunan", "bahan_bangunan", "air_energi", "daya", "sanitasi", "kloset")


def _dwelling(chance: Random, *, whole: bool) -> Iterator[TypedPage]:
    light = ""
    for topic in DWELLING_TOPICS:
        typed = answer_table(topic, chance)
        light = typed.get("penerangan") or light
        if topic != "daya" or light == "pln_meteran":
            yield TypedPage(PAGE_OF_TOPIC.get(topic, topic), "", typed)
    for key, topic in PAGES_OF_HOUSEHOLD.items() if whole else ():
        yield TypedPage(key, "", answer_table(topic, chance))
