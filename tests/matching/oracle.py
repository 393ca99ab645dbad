"""An independent answer to what a population run must say: plain Python over the file's entries."""

from collections.abc import Iterable

from identity.names import plain_name
from registration.models import Member
from tests.matching.town import Entry, kk_of, nik_of

FINAL = {"meninggal": "meninggal", "ganda": "ganda", "nonaktif": "nonaktif"}


def expected_values(members: Iterable[Member], entries: Iterable[Entry]) -> dict[str, str]:
    """{id of member: value}; names count as equal or hopeless, nothing between."""
    known = {one.nik: one for one in entries}
    return {str(member.pk): _value(member, n, known) for n, member in enumerate(members)}


def _value(member: Member, n: int, known: dict[str, Entry]) -> str:
    if member.nik_index is None:
        return "belum_dicek"
    found = known.get(nik_of(n))
    if found is None:
        return "nik_tidak_ditemukan"
    if found.status in FINAL:
        return FINAL[found.status]
    name = plain_name(member.name) == plain_name(found.nama)
    born = member.birth_date.isoformat() == found.tanggal_lahir
    rest = (
        member.sex == found.jenis_kelamin,
        found.no_kk in ("", kk_of(n)),
        found.kode_kelurahan in ("", "31.71.01.1001"),
    )
    if name and born and all(rest):
        return "padan"
    return "padan_sebagian" if name or born else "tidak_padan"
