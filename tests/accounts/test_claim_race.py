"""A NIK is claimed once, by one account, in one act, however many officers press at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import services
from accounts.models import User
from accounts.services import NikAlreadyClaimed
from audit.models import Act
from audit.services import record
from tests.people import SITI_NIK, SITI_PHONE, dewi, joko, rina, siti

OFFICERS = 6


def check_one_act() -> None:
    """Each has read the account while nobody had claimed its NIK."""
    user, officers = siti(), [rina(), joko(), dewi()]
    side_by_side = Barrier(OFFICERS, timeout=30)

    def press(number: int) -> bool:
        try:
            mine = User.objects.get(pk=user.pk)
            side_by_side.wait()
            return bool(services.claim_nik(user=mine, by=officers[number % 3]))
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=OFFICERS) as pool:
        assert sum(pool.map(press, range(OFFICERS))) == 1
    assert Act.objects.filter(verb="accounts.claim_nik", subject_id=str(user.pk)).count() == 1
    assert siti().nik_claimed_at is not None


@pytest.mark.django_db(transaction=True)
def test_officers_at_once_make_one_act() -> None:
    check_one_act()


@pytest.mark.django_db(transaction=True)
def test_reading_first_and_writing_later_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    @transaction.atomic
    def claims(*, user: User, by: User | None) -> bool:
        if user.nik_claimed_at is not None:
            return False
        user.nik_claimed_at = timezone.now()
        try:
            with transaction.atomic():
                user.save(update_fields=["nik_claimed_at"])
        except IntegrityError:
            raise NikAlreadyClaimed from None
        record(by=by, verb="accounts.claim_nik", subject=user)
        return True

    monkeypatch.setattr(services, "claim_nik", claims)
    with pytest.raises(AssertionError):
        check_one_act()


@pytest.mark.django_db(transaction=True)
def test_of_two_accounts_with_a_nik_one_gets_it() -> None:
    accounts = [siti(), services.create_citizen(nik=SITI_NIK, name="Lain", phone=SITI_PHONE, password=None)]
    side_by_side = Barrier(2, timeout=30)

    def press(user: User) -> bool:
        try:
            side_by_side.wait()
            return services.claim_nik(user=user, by=None)
        except NikAlreadyClaimed:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=2) as pool:
        assert sum(pool.map(press, accounts)) == 1
    assert User.objects.filter(nik_claimed_at__isnull=False).count() == 1


@pytest.mark.django_db
def test_claiming_again_changes_nothing_and_without_a_nik_there_is_nothing_to_claim() -> None:
    user = siti()
    assert services.claim_nik(user=user, by=rina())
    first = user.nik_claimed_at
    assert not services.claim_nik(user=siti(), by=joko())
    assert siti().nik_claimed_at == first
    with pytest.raises(NikAlreadyClaimed):
        services.claim_nik(user=rina(), by=joko())
