"""Lists of the Django admin about drafts and households: few queries, and nothing personal in a row."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.consents import agree, current_notice
from audit.models import Act
from registration.family_codes import issue_code
from registration.models import Draft, DraftChange, FamilyCode, Handover, Phase, Receipt
from registration.receipts import receipt_for
from tests.access.family_world import handover_of
from tests.people import budi, dewi, sign_in, siti
from tests.registration.samples import registered

pytestmark = pytest.mark.django_db
LISTS = {
    "accounts_consent": 8,
    "registration_familycode": 6,
    "registration_receipt": 6,
    "registration_handover": 6,
    "registration_draftchange": 7,
}


def happens(phase: Phase) -> tuple[str, str]:
    """One more row of each table; the codes that open the household and prove its receipt."""
    household = registered(by=siti(), phase=phase)
    draft = Draft.objects.get(household=household)
    handover_of(draft)
    DraftChange.objects.create(draft=draft, page="daya", fields=["daya"], by=siti())
    household.for_others = True
    return issue_code(household=household, by=siti()), receipt_for(household).secret


def list_of(table: str) -> str:
    return reverse(f"admin:{table}_changelist")


def counted(client: Client) -> dict[str, int]:
    found = {}
    for table in LISTS:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(list_of(table)).status_code == 200
        found[table] = len(queries)
    return found


def test_a_list_takes_as_many_queries_for_one_row_as_for_two(client: Client, phase: Phase) -> None:
    sign_in(client, dewi())
    for person in (siti(), budi()):
        agree(user=person, version=current_notice().version, by=person)
        happens(phase)
        assert counted(client) == LISTS


def test_codes_stand_nowhere_and_names_of_citizens_in_no_list(client: Client, phase: Phase) -> None:
    agree(user=siti(), version=current_notice().version, by=siti())
    codes = [*happens(phase), Handover.objects.get().code]
    sign_in(client, dewi())
    for table in LISTS:
        page = client.get(list_of(table)).content.decode()
        assert [word for word in ("Siti", "Halimah", *codes) if word in page] == [], table
    assert Act.objects.filter(verb="admin.list", actor_id=dewi().pk).count() == len(LISTS)
    for row in (Handover.objects.get(), FamilyCode.objects.get(), Receipt.objects.get()):
        page = client.get(reverse(f"admin:registration_{row._meta.model_name}_change", args=[row.pk])).content.decode()
        assert [code for code in codes if code in page] == []
