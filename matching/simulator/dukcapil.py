"""The shape of Dukcapil's web service: elements of one person, compared."""

from difflib import SequenceMatcher
from typing import Any

from matching.simulator.book import Book, Entry

QUOTA = {"RESPON": "Kuota Akses Hari ini telah Habis"}
REFUSED = {"RESPON": "Login gagal"}
FINAL = {"meninggal": "11", "ganda": "12", "nonaktif": "14"}
SEXES = {"L": "Laki-laki", "P": "Perempuan"}
AREA = ("NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL")


def answer(asked: dict[str, Any], book: Book) -> dict[str, Any]:
    """The answer to one question of CALL_VERIFY_BY_ELEMEN."""
    nik = str(asked.get("NIK", ""))
    if not (nik.isascii() and nik.isdigit() and len(nik) == 16):
        return envelope({"RESPONSE_CODE": "15", "RESPON": "Format NIK Salah"})
    found = book.find(nik)
    if found is None:
        return envelope({"RESPONSE_CODE": "13", "RESPON": "Data Tidak Ditemukan"})
    if found.status in FINAL:
        return envelope({"RESPONSE_CODE": FINAL[found.status], "RESPON": f"Data Ditemukan, Status {found.status}"})
    return envelope({"NIK": "Sesuai", **_elements(asked, found)})


def envelope(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "content": [entry],
        "lastPage": True,
        "numberOfElements": 1,
        "sort": None,
        "totalElements": 1,
        "firstPage": True,
        "number": 0,
        "size": 1,
        "quotaLimiter": 0,
    }


def _elements(asked: dict[str, Any], found: Entry) -> dict[str, str]:
    told = {
        "NAMA_LGKP": _scored(str(asked.get("NAMA_LGKP", "")), found.name, int(asked.get("TRESHOLD", 100))),
        "TGL_LHR": _plain("-".join(reversed(str(asked.get("TGL_LHR", "")).split("-"))) == found.born),
        "JENIS_KLMIN": _plain(asked.get("JENIS_KLMIN") == SEXES.get(found.sex)),
    }
    if "JENIS_PKRJN" in asked:
        told["JENIS_PKRJN"] = _plain(str(asked["JENIS_PKRJN"]).upper() == found.occupation.upper())
    has_kk = found.has_kk(str(asked["NO_KK"])) if "NO_KK" in asked else None
    if has_kk is not None:
        told["NO_KK"] = _plain(has_kk)
    if found.area:
        parts = dict(zip(AREA, found.area.split("."), strict=False))
        told |= {name: _plain(asked[name] == parts.get(name)) for name in AREA if name in asked}
    return told


def _plain(agrees: bool) -> str:
    return "Sesuai" if agrees else "Tidak Sesuai"


def _scored(asked: str, known: str, threshold: int) -> str:
    """Case and signs do not count; everything else lowers the score."""
    ours, theirs = _letters(asked), _letters(known)
    same = ours.replace(" ", "") == theirs.replace(" ", "")
    score = 100 if same else min(round(SequenceMatcher(None, ours, theirs).ratio() * 100), 99)
    return f"{_plain(score >= threshold)} ({score})"


def _letters(name: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in name).lower().split())
