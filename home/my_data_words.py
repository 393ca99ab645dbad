"""The words of "Data saya": titles of its sections, names of its values, and acts as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# The sections in their order, each with what it is.
SECTIONS: Final[tuple[tuple[str, Promise, Promise], ...]] = (
    ("account", _("Your account"), _("What you gave when you opened it, and what has been proved since.")),
    ("consents", _("Your agreement"), _("Which version of the privacy notice you agreed to, and when.")),
    ("sessions", _("Where you are signed in"), _("Phones and computers with an open session.")),
    ("drafts", _("Drafts"), _("What you typed and have not sent. Drafts for others are only named.")),
    ("households", _("Your households"), _("Answers, versions, comparisons, findings, decisions and letters.")),
    ("represented", _("Households you helped"), _("Only that you helped; the rest belongs to that family.")),
    ("claims", _("Claims of a number"), _("Where you said that a registered NIK or KK number is yours.")),
    ("messages", _("Messages sent to you"), _("Texts are deleted some days after they were sent.")),
    ("looks", _("Who looked at your data"), _("Role and kelurahan. A list or search counts as one look.")),
    ("changes", _("Who changed or decided something"), _("Acts of others about your account and households.")),
    ("acts", _("What you did here"), _("The newest of your own acts that were recorded.")),
)
LABELS: Final[dict[str, Promise]] = {
    "about": _("What these data are"),
    "account": _("Account"),
    "act": _("Act"),
    "acts": _("Acts"),
    "added_at": _("Sent on"),
    "address": _("Present address"),
    "agreed_by": _("Who agreed, as stated"),
    "agreed_on": _("When, as stated"),
    "answers": _("Answers"),
    "area": _("Kelurahan"),
    "as_of": _("As of"),
    "assets": _("Vehicles and land found"),
    "at": _("Time"),
    "basis": _("Basis"),
    "began_at": _("Signed in"),
    "birth_date": _("Date of birth"),
    "birth_place": _("Place of birth"),
    "body": _("Text"),
    "channel": _("Channel"),
    "cleaning": _("Data processing"),
    "confirmed_at": _("Kept as it is"),
    "consent_at": _("Agreed that the officer sends it"),
    "consent_basis": _("How the household agreed"),
    "consent_given_at": _("Consent given"),
    "contact": _("Contact"),
    "contact_phone": _("Mobile number"),
    "controller": _("Who answers for the data"),
    "created_at": _("Written"),
    "date_joined": _("Opened"),
    "decided_at": _("Decided"),
    "decisions": _("Decisions"),
    "declarations": _("Answers to the six questions"),
    "deletion_due_at": _("To be deleted on"),
    "details": _("Further answers"),
    "determinations": _("Determinations"),
    "device": _("Device"),
    "draft_changes": _("Who saved which page of the draft"),
    "dwelling": _("Dwelling"),
    "email": _("E-mail"),
    "email_verified_at": _("E-mail verified"),
    "end": _("How it ended"),
    "ended_at": _("Ended"),
    "expires_at": _("The code works until"),
    "families": _("Families (KK)"),
    "fields": _("Fields"),
    "findings": _("Findings"),
    "for_others": _("Registered for somebody else"),
    "given_at": _("Given"),
    "granted_at": _("Given on"),
    "handovers": _("Handed to the desk of the kelurahan"),
    "has_picture": _("With a picture"),
    "height": _("Height (pixels)"),
    "help": _("How somebody else entered it"),
    "helper_may_see": _("The helper may go on seeing the data"),
    "history": _("Earlier values"),
    "in_school": _("Goes to school"),
    "is_current": _("Counts now"),
    "is_head": _("Head of the family"),
    "kelurahan": _("Kelurahan"),
    "kind": _("Kind"),
    "kk": _("KK number"),
    "ktp_address": _("Address on the KTP"),
    "ktp_kelurahan": _("Kelurahan on the KTP"),
    "ktp_region_text": _("Region on the KTP, outside Jakarta"),
    "ktp_rt": _("RT on the KTP"),
    "ktp_rw": _("RW on the KTP"),
    "language": _("Language"),
    "last_login": _("Last sign-in"),
    "marital": _("Marital status"),
    "meetings": _("Kelurahan meeting (muskel)"),
    "name": _("Name"),
    "nik": _("NIK"),
    "nik_claimed_at": _("KTP shown on"),
    "notices": _("Letters and notices"),
    "number": _("Number"),
    "objections": _("Objections"),
    "occupation": _("Occupation"),
    "opened_at": _("Opened"),
    "opted_out": _("Left out of the public status check"),
    "other_families": _("Other families in the dwelling (their data are theirs)"),
    "outcome": _("Outcome"),
    "page": _("Page"),
    "pages": _("Pages"),
    "people": _("People"),
    "phase": _("Phase"),
    "phone": _("Mobile number"),
    "phone_verified_at": _("Mobile number verified"),
    "photos": _("Photos"),
    "picture": _("Picture"),
    "programmes": _("Programmes"),
    "questionnaire": _("Questionnaire"),
    "raw_code": _("Code of the register's answer"),
    "reason": _("Reason"),
    "receipts": _("Receipts"),
    "reference": _("Reference code"),
    "refusals": _("Objections to being registered"),
    "register_area_code": _("Area code in the population register"),
    "register_occupation": _("Occupation in the population register"),
    "register_status": _("Status in the population register"),
    "registrant_relation": _("Relation"),
    "registry_name": _("Registry"),
    "relation": _("Relation to the head"),
    "remedy": _("What you can do"),
    "removed": _("Removed"),
    "removed_at": _("Removed on"),
    "result": _("Result"),
    "role": _("Role"),
    "roles": _("Roles"),
    "rt": _("RT"),
    "rw": _("RW"),
    "school_level": _("Level of school"),
    "sent_at": _("Sent"),
    "sex": _("Sex"),
    "size": _("Size (bytes)"),
    "source": _("Source"),
    "state": _("State"),
    "status": _("Status"),
    "subject": _("Subject"),
    "submitted_at": _("Sent on"),
    "taken_at": _("Taken in by the kelurahan"),
    "taken_over_at": _("Taken over by the family"),
    "text": _("Text"),
    "title": _("Title"),
    "updated_at": _("Last saved"),
    "value": _("Value"),
    "verdict": _("Verdict"),
    "verdicts": _("Comparisons with registers"),
    "version": _("Version"),
    "versions": _("Versions sent"),
    "what": _("What was found"),
    "width": _("Width (pixels)"),
    "withdrawal_reason": _("Why it was withdrawn"),
    "withdrawn_at": _("Withdrawn on"),
    "withdrawn_with_code": _("Withdrawn with the family's code"),
    "works": _("Works"),
}
ROLES: Final[dict[str, Promise]] = {
    "sendiri": _("You"),
    "petugas": _("Officer of the kelurahan"),
    "admin": _("Admin of the Social Agency"),
    "teknis": _("Technical administrator"),
    "warga": _("Another citizen (who helped, or the family itself)"),
    "portal": _("The portal itself"),
}
# Acts a person meets in "Data saya"; others are shown by their name in the record.
ACTS: Final[dict[str, Promise]] = {
    "accounts.activate": _("allowed the account to sign in again"),
    "accounts.agree": _("agreed to the privacy notice"),
    "accounts.change_password": _("changed the password"),
    "accounts.claim_nik": _("noted that the KTP was shown"),
    "accounts.deactivate": _("kept the account from signing in"),
    "accounts.look_for_account": _("found the account in a search"),
    "accounts.open": _("opened the account"),
    "accounts.view_account": _("looked at the account"),
    "admin.list": _("saw the household in a list of the administration"),
    "matching.difference_seen": _("saw the household in a list of changed comparisons"),
    "matching.sample_listed": _("saw the household in a list of comparisons to be checked"),
    "matching.sample_seen": _("checked the comparison of a member with a register"),
    "admin.view": _("looked at a record of the household in the administration"),
    "stages.list_conflicts": _("saw the household in the list of what has to be decided"),
    "desk.list_candidates": _("saw the household in the list of NIK that were not found"),
    "desk.list_fixes": _("saw the household in the list of what has to be put right"),
    "desk.list_pairs": _("saw the household in the list of what may be registered twice"),
    "desk.search": _("found the household in a search"),
    "desk.view_household": _("looked at the household at the desk"),
    "desk.view_candidate": _("looked at what a NIK that was not found may have meant"),
    "desk.view_pair": _("looked at whether the household is registered twice"),
    "desk.view_issue": _("looked at something that has to be put right"),
    "grievances.list_objections": _("saw the household in the list of objections"),
    "grievances.view_objection": _("looked at an objection"),
    "grievances.view_photo": _("looked at the picture of an objection"),
    "home.download_my_data": _("downloaded “Data saya”"),
    "muskel.view_minutes": _("saw the household in the minutes of the meeting"),
    "muskel.view_rows": _("saw the household in the list of the meeting"),
    "notices.list_paper": _("saw the household in the list of letters to print"),
    "registration.opt_in": _("showed the household in the status check again"),
    "registration.opt_out": _("left the household out of the status check"),
    "registration.submit": _("sent the registration"),
    "registration.view_draft": _("looked at a draft"),
    "registration.view_photo": _("looked at a photo"),
    "registration.view_receipt": _("looked at the receipt"),
    "registration.open_handover": _("asked the kelurahan's desk to take a draft in"),
    "registration.take_handover": _("took a draft in at the desk"),
    "registration.return_handover": _("gave a draft back from the desk"),
    "registration.revoke_handover": _("took a draft back from the desk"),
    "registration.record_consent": _("noted the agreement that the kelurahan sends the draft"),
    "registration.withdraw": _("withdrew the registration"),
}


@dataclass(frozen=True)
class Node:
    """A value ready to be shown: a text (with an address if it leads anywhere), named values, or several of a kind."""

    text: str = ""
    href: str = ""
    pairs: list[tuple[str, Node]] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    about: str
    count: int
    node: Node


def sections(data: dict[str, Any]) -> Iterator[Section]:
    """The sections of gathered data in words; empty ones are told, too."""
    for key, title, about in SECTIONS:
        value = data[key]
        count = len(value) if isinstance(value, list) else 1
        yield Section(key, str(title), str(about), count, node_of(value))


def node_of(value: Any, name: str = "") -> Node:
    if isinstance(value, dict):
        return Node(pairs=[(label_of(key), node_of(inner, key)) for key, inner in value.items() if not is_empty(inner)])
    if isinstance(value, list):
        if all(not isinstance(inner, dict | list) for inner in value):
            return Node(text=", ".join(words_of(inner, name) for inner in value))
        return Node(items=[node_of(inner, name) for inner in value])
    if name == "picture":
        return Node(text=gettext("Show the picture"), href=value)
    return Node(text=words_of(value, name))


def is_empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}


def label_of(key: str) -> str:
    return str(LABELS.get(key) or key.replace("_", " "))


def words_of(value: Any, name: str) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if name == "act":
        return str(ACTS.get(value, value))
    if name == "role":
        return str(ROLES.get(value, value))
    if isinstance(value, str) and (at := _moment(value)):
        return date_format(at, "j F Y, H:i")
    return str(value)


def _moment(text: str) -> datetime | None:
    if len(text) < 19 or text[10:11] != "T":
        return None
    try:
        return parse_datetime(text)
    except ValueError:
        return None
