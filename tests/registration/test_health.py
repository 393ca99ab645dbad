"""What people say about their health lies sealed: in no column, in no row history, in no other table."""

from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from registration.codes import Sex
from registration.models import Member, Phase
from tests.people import siti
from tests.registration.whole import registered_whole, whole_phase

pytestmark = pytest.mark.django_db
TABLES = ("registration_member", "registration_memberevent", "registration_draftpage", "registration_submission")
WORDS = ("hamil", "netra", "disab", "pregnan", "penyakit")


@pytest.fixture
def phase(db: None) -> Phase:
    return whole_phase()


def no_table_tells_of_anybody_s_health(phase: Phase) -> None:
    household = registered_whole(by=siti(), phase=phase)
    mother = household.members.get(details__isnull=False, relation="kepala", family__number=1)
    assert mother.pregnant is True
    for member in household.members.all():
        member.birth_place = f"{member.birth_place} Kota"
        member.save()  # so that the row history has it
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")  # noqa: S608
            rows = [row for (row,) in cursor.fetchall()]
            assert rows, table
            assert [word for word in WORDS for row in rows if word in row.lower()] == [], table


def test_no_table_tells_of_anybody_s_health(phase: Phase) -> None:
    no_table_tells_of_anybody_s_health(phase)


def test_health_in_a_column_is_noticed(phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    def into_a_column(member: Member, *args: Any, **about: Any) -> None:
        Member.objects.filter(pk=member.pk).update(birth_place=", ".join(["hamil", *member.disability]))

    monkeypatch.setattr(Member, "save", into_a_column)
    with pytest.raises(AssertionError, match="registration_member"):
        no_table_tells_of_anybody_s_health(phase)


@pytest.mark.parametrize(
    ("details", "sex", "pregnant", "disability"),
    [
        (None, Sex.FEMALE, None, []),
        ({"disabilitas": []}, Sex.FEMALE, None, []),
        ({"hamil": "ya", "disabilitas": ["netra"]}, Sex.FEMALE, True, ["netra"]),
        ({"hamil": "tidak"}, Sex.FEMALE, False, []),
        ({"hamil": "ya"}, Sex.MALE, None, []),
    ],
)
def test_it_is_read_from_the_details(
    details: dict[str, Any] | None, sex: str, pregnant: bool | None, disability: list[str]
) -> None:
    member = Member(details=details, sex=sex)
    assert (member.pregnant, member.disability) == (pregnant, disability)


@pytest.mark.parametrize(
    ("details", "pregnant", "disability", "after"),
    [
        (None, None, ["netra"], {"disabilitas": ["netra"]}),
        (None, False, [], {"hamil": "tidak", "disabilitas": []}),
        ({"nisn": "0152345678"}, True, [], {"nisn": "0152345678", "hamil": "ya", "disabilitas": []}),
    ],
)
def test_the_migration_takes_over_what_the_columns_said(
    details: dict[str, str] | None, pregnant: bool | None, disability: list[str], after: dict[str, Any]
) -> None:
    migration = import_module("registration.migrations.0002_health_is_sealed")
    assert migration.with_health(details, pregnant=pregnant, disability=disability) == after
