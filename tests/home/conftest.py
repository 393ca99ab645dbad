"""An open phase, and Siti's household with everything that can be held about one."""

import pytest

from grievances.models import Objection
from registration.models import Household, Phase
from stages.models import OutcomeDecision
from tests.assessment.families import heard_of, matching_run, owns
from tests.home.mine import with_own_nik
from tests.people import dewi, siti
from tests.registration.samples import open_phase, registered
from tests.stages.scenes import finding


@pytest.fixture
def phase(db: None) -> Phase:
    return open_phase()


@pytest.fixture
def household(phase: Phase) -> Household:
    """With evidence, findings, an objection, a decision and a determination for both families."""
    found = registered(by=siti(), phase=phase, sample=with_own_nik())
    population, assets = matching_run(phase, "population"), matching_run(phase, "assets")
    for number, family in enumerate(found.families.order_by("number"), 1):
        member = family.members.get(number=1)
        heard_of(population, member, "padan")
        owns(assets, member, "mobil", value=number * 1_000_001, line=number)
        claim = finding(found, family=family, member=member, detail={"count": number})
        Objection.objects.create(finding=claim, household=found, text=f"Bantahan KK {number}", created_by=siti())
        OutcomeDecision.objects.create(
            family=family,
            kind="cleaning",
            previous="PROCESSING",
            outcome="NEEDS_FIX",
            reason_code="reopened",
            by=dewi(),
        )
    return found
