"""The people of a shard as a register is asked about them. Their numbers are opened here and stay in memory."""

from django.db import connection

from jobs.models import Run, Shard
from matching import members
from matching.sources.protocol import Person
from registration.models import Member

IDS = "SELECT member.id FROM {rows}{within}"


def people_of(run: Run, shard: Shard, *, without_nik: bool) -> list[Person]:
    """Everybody in the shard who can be asked about; people without a NIK only where the register knows them."""
    parts = [(members.NIK_KEY, members.WITH_NIK), *([(members.ID_KEY, members.WITHOUT_NIK)] if without_nik else [])]
    sql = " UNION ALL ".join(IDS.format(rows=rows, within=members.within(key, shard)) for key, rows in parts)
    with connection.cursor() as cursor:
        cursor.execute(sql, members.parameters(run, shard))
        ids = [pk for (pk,) in cursor.fetchall()]
    found = Member.objects.filter(pk__in=ids).select_related("family", "household")
    return [_person(member) for member in found.order_by("pk")]


def _person(member: Member) -> Person:
    return Person(
        member_id=member.pk,
        key=bytes(member.nik_index) if member.nik_index else member.pk.bytes,
        nik=member.nik or "",
        kk=member.family.kk or "",
        name=member.name,
        birth_date=member.birth_date,
        sex=member.sex,
        area_code=member.household.ktp_kelurahan_id or "",
        occupation=member.occupation,
    )
