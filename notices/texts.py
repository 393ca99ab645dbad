"""What notices say, one table: kind → subject and text, in the reader's language.

`params` fill the placeholders; they hold counts, dates, stage numbers and reasons, never a NIK, KK number or phone.
A reason of our own words is held in every language ({"id": …, "en": …}); what a person wrote is a plain text.
`%(reference)s` is always there. Where these words may go, and where the code alone, is in `accounts.addressing`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registration.stage import Stage

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Words:
    subject: "StrPromise | str"
    body: "StrPromise | str"


class UnknownKind(LookupError):
    """No words are written for this kind of notice."""


KINDS: Final[dict[str, Words]] = {
    "submitted": Words(
        _("Your registration has been received"),
        _("We have received the registration %(reference)s. Keep this code: with it you can follow each stage."),
    ),
    "withdrawn": Words(
        _("Your registration has been withdrawn"),
        _("The registration %(reference)s has been withdrawn, as asked for. Nothing more happens with its data."),
    ),
    "claim_some_left": Words(
        _("People have been taken off your registration"),
        _(
            "At the kelurahan the original papers were shown for one or more people, or a KK, on registration"
            " %(reference)s. They now belong to another registration; whoever is left on yours stays registered. If"
            " this is not right, go to your kelurahan with your KTP and KK before registration closes and name the code"
            " %(claim)s, or claim the number again."
        ),
    ),
    "claim_all_left": Words(
        _("Your registration has ended by a decision of the kelurahan"),
        _(
            "At the kelurahan the original papers were shown for all KK on registration %(reference)s. They now belong"
            " to another registration, so this one has ended. If this is not right, go to your kelurahan with your KTP"
            " and KK before registration closes and name the code %(claim)s, or claim the number again."
        ),
    ),
    "family_withdrew": Words(
        _("The family has withdrawn its registration"),
        _("The family itself has withdrawn the registration %(reference)s with its own code. Nothing more happens."),
    ),
    "family_objected": Words(
        _("The family does not agree to being registered"),
        _(
            "The family of registration %(reference)s has told the kelurahan that it does not agree to being"
            " registered. The kelurahan looks into it and asks the family; until then nobody is proposed."
        ),
    ),
    "family_objection_decided": Words(
        _("The kelurahan has answered the family's objection"),
        _("The family had not agreed to registration %(reference)s. The kelurahan has decided: %(reason)s"),
    ),
    "stage_moved": Words(
        _("Your registration is in the next stage"),
        _("The registration %(reference)s is now in the stage “%(stage)s”. You do not have to do anything."),
    ),
    "findings": Words(
        _("Please look at what was found"),
        _(
            "The data of registration %(reference)s have been compared with official lists. Nothing has been"
            " decided. Points you should look at: %(count)s. For each of them you can read who says it, from which day"
            " it is and what you can do, and you can object if it is not right."
        ),
    ),
    "needs_fix": Words(
        _("Your data need a correction"),
        _("This is about registration %(reference)s. %(reason)s"),
    ),
    "objection_received": Words(
        _("Your objection has been received"),
        _("We have received an objection for registration %(reference)s. A person will look at it and answer."),
    ),
    "objection_upheld": Words(
        _("Your objection has been accepted"),
        _("The objection for registration %(reference)s has been accepted; the point no longer counts. %(reason)s"),
    ),
    "objection_rejected": Words(
        _("Your objection has not been accepted"),
        _(
            "The objection for registration %(reference)s has not been accepted. Reason: %(reason)s If you have new"
            " papers, show them at your kelurahan."
        ),
    ),
    "not_proposed": Words(
        _("Your family is not proposed in this phase"),
        _("The family of registration %(reference)s is not proposed in this phase. %(reason)s"),
    ),
    "in_dst": Words(
        _("Your family is on the final target list (DST)"),
        _(
            "The family of registration %(reference)s is on the final target list (DST). The Ministry of Social Affairs"
            " determines the rest; this is not yet a promise of assistance."
        ),
    ),
    "sent": Words(
        _("Your data have been sent to the ministry"),
        _("The data of registration %(reference)s have been entered into SIKS-NG of the Ministry of Social Affairs."),
    ),
    "returned": Words(
        _("The ministry returned your data"),
        _("SIKS-NG did not accept the data of registration %(reference)s. %(reason)s"),
    ),
    "determined": Words(
        _("Your family has been determined"),
        _(
            "The Ministry of Social Affairs has determined the family of registration %(reference)s in %(registry)s."
            " The data may serve as a reference (dapat menjadi acuan) for programmes; each programme decides itself."
        ),
    ),
    "not_determined": Words(
        _("Your family has not been determined"),
        _("The Ministry of Social Affairs has not determined the family of registration %(reference)s. %(reason)s"),
    ),
}


def words_for(kind: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """(subject, text) in the active language. Raises UnknownKind; a parameter that is missing stays empty."""
    try:
        words = KINDS[kind]
    except KeyError:
        raise UnknownKind(kind) from None
    filled = Filled({name: in_words(name, value) for name, value in params.items()})
    return str(words.subject) % filled, " ".join((str(words.body) % filled).split())


def in_words(name: str, value: Any) -> str:
    """A parameter as people read it: a stage by its name, an ISO date as a date, {"id": …, "en": …} by language."""
    if isinstance(value, Mapping):
        return str(value.get(get_language() or "id") or value.get("id", ""))
    if name == "stage" and isinstance(value, int):
        return str(Stage(value).label)
    if name.endswith("date") and isinstance(value, str):
        return date_format(date.fromisoformat(value), "j F Y")
    return str(value)


class Filled(dict[str, str]):
    """Placeholders without a value become empty rather than an error: a notice must always be readable."""

    def __missing__(self, key: str) -> str:
        return "DTKS" if key == "registry" else ""
