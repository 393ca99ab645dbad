"""Dukcapil's web service, asked to compare (CALL_VERIFY_BY_ELEMEN): it says which elements agree and hands out none.

Elements agree by "Sesuai" or "Tidak Sesuai", names with a score: "Tidak Sesuai (59)". A RESPONSE_CODE ends the
comparison (matching.vocabulary.BY_CODE). Everything else is no answer.
"""

import re
from typing import Any

from matching.sources.configured import Service
from matching.sources.protocol import Answer, Fields, NoAnswer, Person, QuotaSpent, results, weigh
from matching.sources.sending import send
from matching.vocabulary import AGREES, BY_CODE, DIFFERS, STATUS_BY_VALUE, SourceKind

SEXES = {"L": "Laki-laki", "P": "Perempuan"}
# Our codes as the civil registry writes them on a KK; for others it is not asked.
OCCUPATIONS = {
    "belum_bekerja": "BELUM/TIDAK BEKERJA",
    "mengurus_rumah_tangga": "MENGURUS RUMAH TANGGA",
    "pelajar": "PELAJAR/MAHASISWA",
    "pensiunan": "PENSIUNAN",
    "buruh_harian": "BURUH HARIAN LEPAS",
    "karyawan_swasta": "KARYAWAN SWASTA",
    "karyawan_honorer": "KARYAWAN HONORER",
    "pedagang": "PEDAGANG",
    "wiraswasta": "WIRASWASTA",
    "sopir": "SOPIR",
    "pembantu_rumah_tangga": "PEMBANTU RUMAH TANGGA",
    "nelayan": "NELAYAN/PERIKANAN",
    "petani": "PETANI/PEKEBUN",
    "pns": "PEGAWAI NEGERI SIPIL",
    "tni": "TENTARA NASIONAL INDONESIA",
    "polri": "KEPOLISIAN RI",
    "karyawan_bumn": "KARYAWAN BUMN",
    "karyawan_bumd": "KARYAWAN BUMD",
}
AREA_NAMES = ("NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL")
ELEMENT = re.compile(r"\A(Sesuai|Tidak Sesuai)(?: \((\d{1,3})\))?\Z", re.ASCII)
CODE = re.compile(r"\A\d{1,2}\Z", re.ASCII)


class WebService:
    """A `matching.sources.protocol.Register`."""

    kind = SourceKind.WEB_SERVICE
    knows_people_without_nik = False

    def __init__(self, service: Service, *, threshold: int) -> None:
        self._service = service
        self._threshold = threshold

    def compare(self, person: Person) -> Answer:
        told = send(self._service, {**self._who_asks(), **question(person)})
        return read_answer(told, person, threshold=self._threshold)

    def _who_asks(self) -> dict[str, str]:
        about = self._service.about
        return {
            "user_id": about["user"],
            "password": about["password"],
            "IP_USER": about["ip"],
            "TRESHOLD": str(self._threshold),  # spelled so by the service
        }


def question(person: Person) -> dict[str, str]:
    """The elements to compare. What the family did not say is not asked."""
    asked = {
        "NIK": person.nik,
        "NO_KK": person.kk,
        "NAMA_LGKP": person.name,
        "TGL_LHR": f"{person.birth_date:%d-%m-%Y}",
        "JENIS_KLMIN": SEXES[person.sex],
        "JENIS_PKRJN": OCCUPATIONS.get(person.occupation, ""),
        **dict(zip(AREA_NAMES, person.area_code.split("."), strict=False)),
    }
    return {name: value for name, value in asked.items() if value}


def read_answer(told: dict[str, Any], person: Person, *, threshold: int) -> Answer:
    """What the service says about a person. Raises NoAnswer for anything that is not exactly one of its answers."""
    content = told.get("content")
    if not isinstance(content, list) or len(content) != 1 or not isinstance(content[0], dict):
        raise NoAnswer("not one answer")
    entry = content[0]
    word = str(entry.get("RESPON", entry.get("RESPONSE", "")))
    if "kuota" in word.casefold():
        raise QuotaSpent
    if entry.get("RESPONSE_CODE") is not None:
        return _final(entry["RESPONSE_CODE"], threshold)
    if word:
        raise NoAnswer("refused")  # wrong credentials, an address that is not registered, …
    return _compared(entry, person, threshold)


def _final(code: object, threshold: int) -> Answer:
    text = str(code)
    value = BY_CODE.get(text.zfill(2)) if isinstance(code, str | int) and CODE.match(text) else None
    if value is None:
        raise NoAnswer("unknown code")
    return Answer(value=value, raw_code=text.zfill(2), threshold=threshold, status=STATUS_BY_VALUE.get(value, ""))


def _compared(entry: dict[str, Any], person: Person, threshold: int) -> Answer:
    asked = question(person)
    if "NIK" in entry and _element(entry, "NIK") is False:
        raise NoAnswer("another NIK")
    name, score = _scored(entry, "NAMA_LGKP", threshold)
    birth, sex = _element(entry, "TGL_LHR"), _element(entry, "JENIS_KLMIN")
    if birth is None or sex is None:
        raise NoAnswer("elements are missing")
    kk = _element(entry, "NO_KK")
    area = _area(entry) if "NO_KEL" in asked else None
    job = _element(entry, "JENIS_PKRJN")
    compared: Fields = {"name": {"result": AGREES if name else DIFFERS} | ({} if score is None else {"score": score})}
    return Answer(
        value=weigh(name=name, birth=birth, sex=sex, kk=kk, area=area),
        fields=compared | results(birth_date=birth, sex=sex, kk=kk, kelurahan=area, occupation=job),
        threshold=threshold,
        area_code=person.area_code if area else "",
        occupation=asked.get("JENIS_PKRJN", "") if job else "",
    )


def _element(entry: dict[str, Any], name: str) -> bool | None:
    """Whether an element agrees; None where the service does not mention it."""
    if name not in entry:
        return None
    return _match(entry[name])[1] == AGREES


def _scored(entry: dict[str, Any], name: str, threshold: int) -> tuple[bool, int | None]:
    """Whether a scored element agrees, and its score. Agreement below the threshold contradicts itself."""
    found = _match(entry.get(name))
    score = int(found[2]) if found[2] else None
    if score is not None and (score > 100 or (found[1] == AGREES and score < threshold)):
        raise NoAnswer("impossible score")
    return found[1] == AGREES, score


def _area(entry: dict[str, Any]) -> bool | None:
    """One part that differs is enough; to agree, all four must be mentioned."""
    parts = [_element(entry, name) for name in AREA_NAMES]
    if False in parts:
        return False
    return None if None in parts else True


def _match(told: object) -> re.Match[str]:
    found = ELEMENT.match(told) if isinstance(told, str) else None
    if found is None:
        raise NoAnswer("not an element")
    return found
