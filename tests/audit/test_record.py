"""Writing down an act: who, what, about what, and no personal data."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from areas.models import Area
from audit.models import Act
from audit.services import record

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Person:
    pk: uuid.UUID
    role_name: str


RINA = Person(uuid.UUID("00000000-0000-4000-8000-000000000001"), "petugas")


def test_an_act_says_who_did_what_about_what_and_when() -> None:
    gambir = Area.objects.get(code="31.71.01.1001")
    act = record(by=RINA, verb="desk.search", subject=gambir, area_code=gambir.code, data={"rows": 3, "id": RINA.pk})
    found = Act.objects.get(pk=act.pk)
    assert (found.actor_id, found.actor_role, found.verb) == (RINA.pk, "petugas", "desk.search")
    assert (found.subject_type, found.subject_id, found.area_code) == ("areas.area", gambir.code, gambir.code)
    assert found.data == {"rows": 3, "id": str(RINA.pk)}
    assert abs(timezone.now() - found.at) < timedelta(minutes=1)
    assert act.at == found.at
    assert list(Act.objects.about(gambir)) == list(Act.objects.by_actor(RINA.pk)) == [found]


def test_the_system_acts_without_an_actor() -> None:
    act = record(by=None, verb="jobs.tend")
    assert (act.actor_id, act.actor_role, act.subject_type, act.subject_id, act.data) == (None, "", "", "", {})


def test_an_act_goes_with_the_transaction_of_its_cause() -> None:
    with transaction.atomic():
        record(by=None, verb="stages.advance")
        assert Act.objects.exists()
        transaction.set_rollback(True)
    assert not Act.objects.exists()


@pytest.mark.parametrize(
    "data", [{"nik": "9901011708850001"}, {"list": ["KK 9901010203150001."]}, {"n": 9901011708850001}]
)
def test_an_act_takes_no_identity_number(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="may not hold a NIK"):
        record(by=None, verb="desk.search", data=data)
    assert not Act.objects.exists()


def test_a_checksum_and_an_id_are_no_identity_number() -> None:
    record(
        by=None, verb="stages.export", data={"sha256": "ab" + "1" * 62, "id": str(uuid.uuid4()), "rows": 123456789012}
    )


def test_an_act_needs_a_verb() -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        record(by=None, verb="")


def test_an_act_is_neither_saved_again_nor_deleted() -> None:
    act = record(by=None, verb="jobs.tend")
    for change in (act.save, act.delete, lambda: Act.objects.update(verb="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


class Reader:
    is_active = is_staff = is_superuser = True
    pk = 1

    def has_perm(self, permission: str, obj: object = None) -> bool:
        return True


def test_the_admin_reads_the_acts_in_few_queries_and_changes_none() -> None:
    for number in range(30):
        record(by=RINA, verb="desk.search", data={"number": number})
    model_admin = admin.site.get_model_admin(Act)
    request = RequestFactory().get("/")
    request.user = Reader()  # type: ignore[assignment]
    assert not model_admin.has_add_permission(request)
    assert not model_admin.has_change_permission(request)
    assert not model_admin.has_delete_permission(request)
    with CaptureQueriesContext(connection) as queries:
        changelist = model_admin.get_changelist_instance(request)
        assert len(changelist.result_list) == 30
        for act in changelist.result_list:
            for column in model_admin.list_display:
                str(getattr(act, str(column)))
    assert len(queries) == 2
