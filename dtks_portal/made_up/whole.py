"""What a made-up household answers where the whole questionnaire asks more than the short one."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random
from types import MappingProxyType

from django.utils.datastructures import MultiValueDict

from dtks_portal.made_up.households import CHILD, MadeUpPerson
from dtks_portal.made_up.names import made_up_name
from registration.codes import Occupation
from registration.forms.answers import mother_of
from registration.forms.table import TABLE
from registration.questionnaire.person import PREGNANCY_AGES
from registration.questionnaire.question import NONE_OF_THESE, Circumstances, Kind, Question, asked_on
from registration.questionnaire.versions import Edition

Posted = MultiValueDict[str, str]
Preset = Mapping[str, str | list[str]]
LIKELY: dict[str, tuple[str, ...]] = {  # what poor families mostly answer; elsewhere every answer is as likely
    "air_minum": ("isi_ulang", "leding_meteran", "sumur_bor"),
    "fasilitas_bab": ("sendiri", "bersama", "umum"),
    "penyakit": ("tidak_ada", "tidak_ada", "tidak_ada", "hipertensi", "diabetes", "asma"),
    "penghasilan": ("di_bawah_1jt", "1jt_sampai_umk", "1jt_sampai_umk", "umk"),
    "status_pekerjaan": ("berusaha_sendiri", "karyawan_swasta", "bebas_nonpertanian"),
    "lapangan_usaha": ("perdagangan", "konstruksi", "angkutan", "akomodasi_makan", "rumah_tangga", "pemulung"),
    "tanah_lain": ("tidak",), "rumah_lain": ("tidak",), "ternak": ("tidak",), "tempat_tetap": ("ya",),
}  # fmt: skip
PAPERS = {True: ["akta_lahir"], False: ["ktp", "akta_lahir"]}  # of children, of adults
LEVELS = ((13, "sd"), (16, "smp"), (19, "sma"))
PAGES_OF_HOUSEHOLD = {
    "harta": "harta", "tanah-ternak": "tanah_ternak", "bantuan": "bantuan", "kebutuhan": "kebutuhan",
}  # fmt: skip


def answer_table(
    topic: str, chance: Random, circumstances: Circumstances | None = None, preset: Preset = MappingProxyType({})
) -> Posted:
    """Answers to every question of a topic that is asked and called for; `preset` gives some of them."""
    typed: Posted = MultiValueDict()
    for question in asked_on(TABLE, topic=topic, edition=Edition.WHOLE, circumstances=circumstances):
        if question.after and not set(typed.getlist(question.after[0])) & question.after[1]:
            continue
        given = preset.get(question.key)
        values = _answer(question, chance) if given is None else given if isinstance(given, list) else [given]
        if question.kind is not Kind.DAY:
            typed.setlist(question.key, values)
            continue
        for box, part in zip(("year", "month", "day"), values[0].split("-"), strict=True):
            typed[f"{question.key}_{box}"] = part
    return typed


def _answer(question: Question, chance: Random) -> list[str]:
    codes = [str(code) for code, _label in question.choices]
    match question.kind:
        case Kind.ONE:
            return [chance.choice(LIKELY.get(question.key) or codes)]
        case Kind.YES_NO:
            return [chance.choice(LIKELY.get(question.key) or ("ya", "tidak"))]
        case Kind.MANY:
            some = chance.sample([code for code in codes if code != NONE_OF_THESE], k=chance.randint(0, 2))
            return some or [NONE_OF_THESE]
        case Kind.NUMBER:
            return [str(chance.randint(max(question.low, 8), 40) if question.high > 50 else chance.randint(0, 3))]
        case _:
            return [""]


def person_pages(
    person: MadeUpPerson, *, today: date, occupation: str, marital: str, further: bool, chance: Random
) -> Iterator[tuple[str, Posted]]:
    """(page, what is typed) of one person, beside who it is. `further`: on another KK than the first."""
    age = person.age(today)
    who = Circumstances(age=age, sex=person.sex, marital=marital, in_further_family=further)
    in_school = person.relation == CHILD and 6 <= age <= 18
    level = next((level for limit, level in LEVELS if age < limit), "sma")
    school: Preset = {
        "kartu_identitas": PAPERS[age < 17] if person.nik else [NONE_OF_THESE],
        "tercantum_di_kk": "ya",
        "hubungan_krt": "lainnya",
        "partisipasi": "masih" if in_school else "tidak_lagi" if age > 18 else "belum",
        "jenjang": level,
    }
    yield "dokumen-sekolah", answer_table("dokumen_sekolah", chance, who, school)
    works = occupation in (Occupation.DAY_LABOURER, Occupation.SELF_EMPLOYED, Occupation.PRIVATE_EMPLOYEE)
    work: Preset = {
        "bekerja": "ya" if works else "tidak",
        "pekerjaan": (Occupation.STUDENT if in_school else Occupation(occupation)).value,
        "jam_kerja": str(chance.randint(10, 60)),
    }
    typed = answer_table("pekerjaan", chance, who, work)
    if typed:
        yield "pekerjaan", typed
    health: Preset = {
        "hamil": "ya" if person.pregnant and age in PREGNANCY_AGES else "tidak",
        "hamil_sejak": (today - timedelta(days=chance.randint(30, 240))).isoformat(),
        "disabilitas": ["fisik"] if person.disabled else [NONE_OF_THESE],
    }
    yield "kesehatan", answer_table("kesehatan", chance, who, health)


def wishes(items: list[str], *, chance: Random) -> Iterator[tuple[str, Posted]]:
    """The last questions, about all people of the household."""
    yield "program", MultiValueDict({"program": chance.choice((["PKH", "BPNT"], ["BPNT"], [NONE_OF_THESE]))})
    yield "ibu-kandung", MultiValueDict({mother_of(item): [made_up_name(chance, "P")] for item in items})
