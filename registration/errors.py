"""Why a registration cannot be accepted. Each carries what the page must say; none names another person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eligibility.rules import RuleResult
    from registration.forms.base import PageForm
    from registration.state import DraftState, Entry


class RegistrationError(Exception):
    """Something about a registration that its author can be told."""


class NotOpen(RegistrationError):
    """The phase does not accept registrations now. `reason` is one of "stage", "suspended", "early", "late"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Busy(RegistrationError):
    """The phase is being closed or the same numbers are being registered; trying again shortly will settle it."""


class Incomplete(RegistrationError):
    """Some pages are not done. `tasks` are the titles of what is missing."""

    def __init__(self, tasks: Sequence[str]) -> None:
        super().__init__(len(tasks))  # their titles may name people, and messages end up in logs
        self.tasks = list(tasks)

    def __reduce__(self) -> tuple[type[Incomplete], tuple[list[str]]]:
        return type(self), (self.tasks,)


class HardStop(RegistrationError):
    """The family's own answers meet a hard exclusion rule; the draft is kept."""

    def __init__(self, results: Sequence[RuleResult]) -> None:
        super().__init__(len(results))
        self.results = list(results)

    def __reduce__(self) -> tuple[type[HardStop], tuple[list[RuleResult]]]:
        return type(self), (self.results,)


class AlreadyRegistered(RegistrationError):
    """A NIK or KK number of this draft is already registered in this phase. Says neither which nor by whom."""


class NotWithdrawable(RegistrationError):
    """The household was withdrawn before, or its phase has passed the last stage that allows withdrawal."""


class Conflict(RegistrationError):
    """The page was saved elsewhere since it was opened; nothing has been overwritten.

    `form` holds what was typed now, `stored` what is kept.
    """

    def __init__(self, *, form: PageForm, stored: Entry, state: DraftState) -> None:
        super().__init__(stored.page)
        self.form = form
        self.stored = stored
        self.state = state


class TooMany(RegistrationError):
    """More drafts, KK or people than one account or draft may hold."""


class AlreadySubmitted(RegistrationError):
    """The draft has become a household and cannot be changed any more."""


class NotEditable(RegistrationError):
    """A registered household cannot be changed: it was withdrawn, or later stages have written about its people.

    `reason` is "withdrawn" or "results".
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotHandedOver(RegistrationError):
    """No draft waits under this code for a kelurahan of this officer. Says no more than that."""


class TooManyTries(RegistrationError):
    """So many codes in so short a time that it looks like guessing."""


class ConsentNeeded(RegistrationError):
    """An officer sends a citizen's draft only after writing down that the citizen agreed."""
