"""Who a simulated register knows: the people of a file, or of the extract that has been loaded last."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from identity.indexes import keyed_index
from matching.models import PopulationRecord, Snapshot
from matching.vocabulary import Source


@dataclass(frozen=True, repr=False)
class Entry:
    """One person. `born` is ISO or "", `sex` L or P; `has_kk` tells whether a KK number is theirs (None: unknown)."""

    nik: str
    name: str
    born: str
    sex: str
    area: str
    occupation: str
    status: str
    has_kk: Callable[[str], bool | None]


class Book(Protocol):
    def find(self, nik: str) -> Entry | None: ...

    def namesakes(self, name: str, born: str) -> list[Entry]: ...


class FileBook:
    """The people of a population extract (docs/file-formats.md), held in memory."""

    def __init__(self, path: Path) -> None:
        with path.open(newline="", encoding="utf-8") as file:
            self._people = {row["nik"]: _of_row(row) for row in csv.DictReader(file)}

    def find(self, nik: str) -> Entry | None:
        return self._people.get(nik)

    def namesakes(self, name: str, born: str) -> list[Entry]:
        wanted = (name.casefold(), born)
        return [one for one in self._people.values() if (one.name.casefold(), one.born) == wanted]


class ExtractBook:
    """The people of the newest loaded extract. It holds no NIK, so people are found by the index of theirs."""

    def find(self, nik: str) -> Entry | None:
        extract = self._extract()
        if extract is None:
            return None
        index = keyed_index("nik", nik, key_id=extract.index_key_id)
        row = PopulationRecord.objects.filter(snapshot=extract, nik_index=index).first()
        return None if row is None else _of_record(nik, row, extract)

    def namesakes(self, name: str, born: str) -> list[Entry]:
        extract = self._extract()
        if extract is None:
            return []
        rows = PopulationRecord.objects.filter(snapshot=extract, birth_date=born or None, name__iexact=name)
        return [_of_record("", row, extract) for row in rows[:5]]

    def _extract(self) -> Snapshot | None:
        ready = Snapshot.objects.ready().filter(source=Source.POPULATION)
        return ready.order_by("-as_of", "-ready_at", "-id").first()


def _of_row(row: dict[str, str]) -> Entry:
    return Entry(
        nik=row["nik"],
        name=row["nama"],
        born=row["tanggal_lahir"],
        sex=row["jenis_kelamin"],
        area=row["kode_kelurahan"],
        occupation=row["pekerjaan"],
        status=row["status"],
        has_kk=lambda kk: kk == row["no_kk"] if row["no_kk"] else None,
    )


def _of_record(nik: str, row: PopulationRecord, extract: Snapshot) -> Entry:
    def has_kk(kk: str) -> bool | None:
        if row.kk_index is None:
            return None
        return bytes(row.kk_index) == keyed_index("kk", kk, key_id=extract.index_key_id)

    return Entry(
        nik=nik,
        name=row.name,
        born=row.birth_date.isoformat() if row.birth_date else "",
        sex=row.sex,
        area=row.kelurahan_code,
        occupation=row.occupation,
        status=row.status,
        has_kk=has_kk,
    )
