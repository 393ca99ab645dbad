"""What may be written to an account's address. Every message about a registration or a claim goes by this one rule.

An e-mail that nobody has verified may be a stranger's, and phones are shared and lost: both get the reference code and
nothing else. A verified e-mail gets the words themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User

NEWS: Final = _("There is news from DTKS Jakarta")
SHORT_MESSAGE: Final = _(
    "DTKS Jakarta: there is news under your code %(reference)s. Sign in or ask at your kelurahan. We never ask for your"
    " password or money."
)


def short_message(reference: str) -> str:
    """The reference code and nothing else that concerns a person, in the active language."""
    return str(SHORT_MESSAGE) % {"reference": reference}


def words_by_email(user: User, *, subject: str, body: str, reference: str) -> tuple[str, str]:
    """(subject, text) for the account's e-mail: as given once it is verified, until then the reference code only."""
    if user.email_verified_at is None:
        return str(NEWS), short_message(reference)
    return subject, body
