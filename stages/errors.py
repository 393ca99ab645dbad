"""Why something about a phase cannot be done, in words for the person who asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Reason:
    """One thing in the way. `code` is for tests and links, `text` for people."""

    code: str
    text: Promise | str

    def __str__(self) -> str:
        return str(self.text)


class Refused(Exception):
    """Nothing has been changed. `reasons` says why, never empty."""

    def __init__(self, reasons: Iterable[Reason]) -> None:
        self.reasons: Sequence[Reason] = tuple(reasons)
        super().__init__("; ".join(reason.code for reason in self.reasons))

    @property
    def codes(self) -> list[str]:
        return [reason.code for reason in self.reasons]


class Blocked(Refused):
    """Guards are not content yet."""


class Stale(Refused):
    """The page the order came from shows an older state."""

    def __init__(self) -> None:
        super().__init__(
            [Reason("stale", _("The phase has moved on since you opened this page. Look at it again, then decide."))]
        )


class NotAllowed(Refused):
    """This person may not do this."""

    def __init__(self, code: str = "not_allowed", text: Promise | None = None) -> None:
        super().__init__([Reason(code, text or _("Only admins may do this."))])


class SamePerson(NotAllowed):
    """A second signature must come from another person."""

    def __init__(self) -> None:
        text = _(
            "A second person has to sign: somebody other than the one who asked, and neither may have made the other"
            " an admin."
        )
        super().__init__("same_person", text)


class Busy(Refused):
    """The row could not be locked in time."""

    def __init__(self) -> None:
        super().__init__(
            [Reason("in_flight", _("A registration is being written at this very moment. Try again in a few seconds."))]
        )


@dataclass(frozen=True)
class RowError:
    """What is wrong with one line of a file; the header is line 1. Never quotes a NIK or KK number."""

    line: int
    text: Promise | str

    def __str__(self) -> str:
        return str(_("Line %(line)d: %(text)s") % {"line": self.line, "text": self.text})


class BadFile(Exception):
    """A file has errors; nothing of it has been taken over. `errors` is sorted by line."""

    def __init__(self, errors: Iterable[RowError]) -> None:
        self.errors: Sequence[RowError] = tuple(sorted(errors, key=lambda error: error.line))
        super().__init__(f"{len(self.errors)} errors")
