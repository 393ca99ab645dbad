"""Which privacy notice people have been told, as a dated table, and what each person has agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Consent, User
from audit.services import record

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Notice:
    """One version of the notice. `changes` says in a sentence what is new, for people who agreed to the one before."""

    version: str
    since: date
    changes: _StrPromise


# A new version is a new line: who agreed to an older one is asked again, and may go on before answering.
NOTICES: tuple[Notice, ...] = (Notice("2026-11-01", date(2026, 11, 1), _("This is the first version of the notice.")),)


@dataclass(frozen=True)
class Standing:
    """`asks`: a newer version has come into force than the person agreed to."""

    notice: Notice
    agreed_to: str

    @property
    def asks(self) -> bool:
        return self.agreed_to != self.notice.version


def notice_on(day: date) -> Notice:
    """The notice in force on a day; the first one for days before it."""
    in_force = [notice for notice in NOTICES if notice.since <= day]
    return in_force[-1] if in_force else NOTICES[0]


def current_notice() -> Notice:
    return notice_on(timezone.localdate())


def standing_of(user: User) -> Standing:
    """Whether somebody has to be asked; needs no query."""
    return Standing(current_notice(), user.consent_version)


@transaction.atomic
def agree(*, user: User, version: str, by: User) -> Consent | None:
    """Note that a person has read and agreed to a version, once. None for a version that is unknown or not in force.

    The version is that of the page the person saw: a page left open while the notice changed agrees to the old one.
    """
    if version not in {notice.version for notice in NOTICES if notice.since <= current_notice().since}:
        return None
    language = get_language() or settings.LANGUAGE_CODE
    consent, is_new = Consent.objects.get_or_create(user=user, version=version, defaults={"language": language})
    newest = max(version, user.consent_version)  # versions are days: text order is their order
    User.objects.filter(pk=user.pk).update(consent_version=newest)
    user.consent_version = newest
    if is_new:
        record(by=by, verb="accounts.agree", subject=user, data={"version": version})
    return consent
