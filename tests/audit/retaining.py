"""The owner's connection, what can be destroyed, and the command that does it. Nothing done over it is kept."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from grievances.models import Attachment, Objection
from registration.models import Family, Household, Outcome, Phase
from stages.models import OutcomeDecision
from tests.assessment.families import heard_of, matching_run, owns
from tests.conftest import _become
from tests.people import dewi, rina, siti
from tests.registration.samples import registered
from tests.stages.scenes import finding

OLD, LONG_AGO = timedelta(days=100), timedelta(days=1000)


@pytest.fixture
def owner(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The owner's connection, in a transaction that is taken back."""
    with django_db_blocker.unblock():
        _become(django_settings.SERVICES.owner_url)
        try:
            block: Any = transaction.atomic()
            block._from_testcase = True
            with block:
                yield
                transaction.set_rollback(True)
        finally:
            _become(django_settings.DATABASE_APP_URL)
            connection.close()


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("retain", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def destroy(key: str, *arguments: str) -> str:
    return run("--destroy", "--class", key, *arguments)


def close(phase: Phase, ago: timedelta = LONG_AGO) -> Phase:
    Phase.objects.filter(pk=phase.pk).update(stage=11, closed_at=timezone.now() - ago)
    phase.refresh_from_db()
    return phase


def ended(household: Household, outcome: str = Outcome.NOT_PROPOSED) -> Household:
    Family.objects.filter(household=household).update(outcome=outcome)
    return household


def with_everything(phase: Phase) -> Household:
    """A household submitted through the form, with evidence, a finding, a decided objection, a notice, a decision."""
    household = registered(by=siti(), phase=phase)
    member = household.members.first()
    assert member is not None
    heard_of(matching_run(phase, "population"), member, "padan")
    owns(matching_run(phase, "assets"), member, "mobil")
    picture = Attachment.objects.create(content=b"x", media_type="image/jpeg", size=1)
    claim = finding(household, family=member.family)
    objection = Objection.objects.create(
        finding=claim, household=household, text="Sudah dijual.", created_by=siti(), attachment=picture
    )
    Objection.objects.filter(pk=objection.pk).update(
        state="rejected", decided_by=rina(), decided_at=timezone.now(), reason="Masih tercatat."
    )
    OutcomeDecision.objects.create(
        family=member.family, kind="cleaning", previous="PROCESSING", outcome="NOT_PROPOSED", reason_code="x", by=dewi()
    )
    return ended(household)
