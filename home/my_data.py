"""Everything the portal holds about the person who asks, as plain values: the same for the page, the JSON and the PDF.

What other families said or what was found about them is theirs: of a household registered for somebody else only the
fact is told, and of several families in one dwelling only the asker's own (the one with the asker's NIK).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from accounts.models import Consent, OpenSession, User
from accounts.privacy import privacy
from audit.models import Act
from home.my_data_drafts import DraftTrail, drafts_of, facts_about_drafts, open_drafts
from home.my_data_household import facts_about, own_households
from home.my_data_looks import changes_by_others, looks_at
from home.my_data_values import Numbers, fields_of, moment
from jobs.models import OutboxMessage
from registration.models import Claim, Household, Representation

FORMAT, VERSION = "dtks-data-saya", 1
MOST_ACTS = 500
ACCOUNT = (
    "name",
    "nik",
    "nik_claimed_at",
    "phone",
    "phone_verified_at",
    "email",
    "email_verified_at",
    "language",
    "date_joined",
    "last_login",
    "deletion_due_at",
)


def gather(user: User, *, masked: bool) -> dict[str, Any]:
    """All sections by name, in the order of the page. `masked` hides the middle of NIK, KK and phone numbers."""
    numbers = Numbers(masked)
    own, represented = split(_households(user), user)
    ids = [household.pk for household in own]
    about = privacy()
    unsent, sent = open_drafts(user), drafts_of(own)
    trail = DraftTrail(unsent, sent)
    return {
        "about": {"controller": about.controller, "contact": about.contact, "basis": about.basis},
        "account": {**fields_of(user, numbers, only=ACCOUNT), "roles": _roles(user)},
        "consents": [fields_of(one, numbers, only=("version", "language", "given_at")) for one in _consents(user)],
        "sessions": [fields_of(one, numbers, only=("device", "began_at")) for one in _sessions(user)],
        "drafts": facts_about_drafts(unsent, trail, user, numbers),
        "households": facts_about(own, trail, user, numbers),
        "represented": [_fact_of_help(household) for household in represented],
        "claims": [
            fields_of(one, numbers, only=("reference", "opened_at", "state", "papers", "decided_at", "reason"))
            for one in Claim.objects.filter(claimant=user).order_by("opened_at")
        ],
        "messages": _messages(user, ids),
        "looks": looks_at(user, own, [*unsent, *sent]),
        "changes": changes_by_others(user, own, [*unsent, *sent]),
        "acts": _own_acts(user),
    }


def _households(user: User) -> list[Household]:
    mine = Q(account=user) | Q(representation__helper=user)
    found = (
        Household.objects.filter(mine)
        .submitted()
        .select_related("phase", "kelurahan", "ktp_kelurahan", "representation")
    )
    return own_households(found.order_by("submitted_at"))


def split(households: Iterable[Household], user: User) -> tuple[list[Household], list[Household]]:
    """(own, registered for somebody else). A household a family has taken over is its own from then on."""
    own: list[Household] = []
    represented: list[Household] = []
    for household in households:
        helped = _representation(household)
        is_taken_over = helped is not None and helped.is_taken_over
        is_own = household.account_id == user.pk and (not household.for_others or is_taken_over)
        (own if is_own else represented).append(household)
    return own, represented


def _representation(household: Household) -> Representation | None:
    return getattr(household, "representation", None)


def _fact_of_help(household: Household) -> dict[str, Any]:
    helped = _representation(household)
    return {
        "reference": household.reference,
        "phase": household.phase.name,
        "submitted_at": moment(household.submitted_at),
        "registrant_relation": household.registrant_relation,
        "consent_basis": household.consent_basis,
        "consent_given_at": moment(household.consent_given_at),
        "taken_over_at": moment(helped.taken_over_at) if helped else None,
        "withdrawn_at": moment(household.withdrawn_at),
    }


def _consents(user: User) -> Iterable[Consent]:
    return user.consents.order_by("given_at")


def _sessions(user: User) -> Iterable[OpenSession]:
    return OpenSession.objects.filter(user=user).alive()


def _roles(user: User) -> list[dict[str, Any]]:
    return [
        {"role": grant.role, "area": grant.area.name if grant.area else "", "granted_at": moment(grant.granted_at)}
        for grant in user.active_grants
    ]


def _messages(user: User, households: list[Any]) -> list[dict[str, Any]]:
    """What was sent. Texts are emptied after days; those about the account may hold codes and are left out."""
    rows = OutboxMessage.objects.filter(about_id__in=[user.pk, *households]).order_by("created_at")
    return [
        {
            "channel": row.channel,
            "state": row.state,
            "created_at": moment(row.created_at),
            "sent_at": moment(row.sent_at),
            "text": row.body if row.about_id != user.pk else None,
        }
        for row in rows
    ]


def _own_acts(user: User) -> list[dict[str, Any]]:
    acts = Act.objects.by_actor(user.pk).order_by("-id")[:MOST_ACTS]
    return [{"at": moment(act.at), "act": act.verb} for act in acts]
