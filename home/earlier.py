"""A family that was refused before: why, by whom and when, and what has changed since – the rules, and its answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eligibility.changes import changes_between
from eligibility.questions import ANSWERS
from eligibility.rules import RuleResult, questions_on
from grievances.cards import FindingCard, cards_for
from registration.dwelling import in_words
from registration.keeping import dwelling_of
from registration.models import Draft, Family, Household, Outcome, Phase
from registration.offers import Offer, earlier_registration
from registration.review import Review
from registration.state import DraftState
from stages.outcomes import standing_decisions
from stages.standing import Standing, standings_of

if TYPE_CHECKING:
    from accounts.models import User

REFUSED = (Outcome.NOT_PROPOSED, Outcome.NOT_DETERMINED)
MOST = 5  # earlier refusals, and earlier drafts that a rule stopped, that are told


@dataclass(frozen=True)
class FamilyRefused:
    """`decided_at` and `decided_by` say whose decision it was: an office or meeting, never a person's name."""

    family: Family
    standing: Standing
    decided_at: datetime | None
    source: str


@dataclass(frozen=True)
class Refusal:
    """One registration of an earlier phase that was not proposed or not determined."""

    household: Household
    families: tuple[FamilyRefused, ...]
    findings: tuple[FindingCard, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Stopped:
    """A draft of an earlier phase that a rule stopped by the family's own answers."""

    draft: Draft
    stops: tuple[RuleResult, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    label: str
    then: str
    now: str


def refused_before(user: User, phase: Phase) -> list[Household]:
    """The account's registrations of other phases with a family that was refused, newest first; one query."""
    own = Household.objects.visible_to(user).submitted().filter(account=user, families__outcome__in=REFUSED)
    found = own.exclude(phase=phase).select_related("phase").distinct()
    return list(found.order_by("-submitted_at")[:MOST])


def refusals_of(households: Iterable[Household], phase: Phase) -> list[Refusal]:
    return [_refusal(household, phase) for household in households]


def _refusal(household: Household, phase: Phase) -> Refusal:
    families = [one for one in household.families.prefetch_related("members") if one.outcome in REFUSED]
    for family in families:
        family.household = household
    standings = standings_of(families)
    decisions = standing_decisions(family.pk for family in families)
    told = []
    for family in families:
        decision = decisions.get(family.pk)
        source = str(decision.get_kind_display()) if decision else ""
        told.append(FamilyRefused(family, standings[family.pk], decision.at if decision else None, source))
    findings = tuple(card for card in cards_for(household) if card.is_of_concern)
    return Refusal(household, tuple(told), findings, changes_between(household.phase.rules_on, phase.rules_on))


def stopped_before(user: User, phase: Phase) -> list[Stopped]:
    """Drafts of other phases that were never sent because of the family's own answers; a few queries for each."""
    drafts = Draft.objects.visible_to(user).open().filter(owner=user, edits=None, phase__opens_at__lt=phase.opens_at)
    rows = drafts.exclude(phase=phase).select_related("phase", "kelurahan").order_by("-updated_at")[:MOST]
    found = [(draft, Review.of(draft).stops) for draft in rows]
    return [
        Stopped(draft, stops, changes_between(draft.phase.rules_on, phase.rules_on)) for draft, stops in found if stops
    ]


def differences(household: Household, state: DraftState) -> list[Difference]:
    """What the new form answers otherwise than the earlier registration did: the six questions, the dwelling, who and
    where. Questions that are not answered yet are left out."""
    review = Review(state)
    found = _declared(household, review, state.draft.phase)
    found += _compared(dict(in_words(household.dwelling)), dict(in_words(dwelling_of(review))))
    people = sum(len(family.people) for family in review.families)
    if people:
        found += _compared({_("People"): _people(household.members.count())}, {_("People"): _people(people)})
    kelurahan = review.answers("domisili").get("kelurahan")
    if kelurahan and kelurahan != household.kelurahan_id:
        area = state.areas.kelurahan(kelurahan)
        label = _("Kelurahan where you live now")
        found.append(Difference(label, household.kelurahan.name, area.name if area else str(kelurahan)))
    return found


def _declared(household: Household, review: Review, phase: Phase) -> list[Difference]:
    answers = {code: str(words) for code, words in ANSWERS}
    said = review.answers("pernyataan")
    if not said:
        return []
    not_asked = _("not asked then")
    found = []
    for question in questions_on(phase.rules_on):
        then, now = household.declarations.get(question.key), said.get(question.key)
        if now and then != now:
            found.append(Difference(str(question.text), answers.get(str(then), not_asked), answers[now]))
    return found


def _compared(then: dict[str, str], now: dict[str, str]) -> list[Difference]:
    return [Difference(label, then[label], now[label]) for label in now if label in then and then[label] != now[label]]


def _people(number: int) -> str:
    return ngettext("%(count)s person", "%(count)s people", number) % {"count": number}


def offer_earlier(user: User, phase: Phase, state: DraftState | None) -> list[Offer]:
    """For the start page and the check page: the way to why it was no before, and last time's answers to begin with."""
    refused = refused_before(user, phase)
    stopped = [] if refused or state is not None else stopped_before(user, phase)
    earlier = earlier_registration(user, phase) if state is None else None
    if not refused and not stopped and earlier is None:
        return []
    reference = earlier.reference if earlier else ""
    if not refused and not stopped:
        text = _("You registered in an earlier phase. You may begin with those answers and change what is different.")
        return [Offer(_("Begin with the answers of last time"), (text,), reference=reference)]
    text = _("An earlier registration did not lead to a determination. Read why, and what has changed since.")
    url = reverse("home:earlier_list")
    if state is not None:
        url = reverse("home:earlier_compare", kwargs={"draft_id": state.draft.pk})
    link = _("Why it was no, and what is different now")
    return [Offer(_("You have asked before"), (text,), url=url, link=link, reference=reference, tone="warning")]
