"""The receipt: a reference code in the hands of the family, and a code that tells it from a forged one."""

from __future__ import annotations

import base64
import hmac
import io
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.addressing import words_by_email
from identity.indexes import keyed_index, keyed_indexes
from identity.keyring import index_keys
from jobs import outbox
from jobs.models import Channel
from registration.models import Household, Receipt, Submission

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # base 32: no 0, 1, 8, 9
SECRET_LETTERS = 20  # 100 random bits
MARK_LETTERS = 8  # 40 bits that only the portal can compute
_CODE = re.compile(rf"[A-Z2-7]{{{SECRET_LETTERS + MARK_LETTERS}}}")
_check_page = ""


def send_receipt(*, household: Household) -> None:
    """Queue the receipt to the contact phone, else to the account's e-mail; families with neither have the print.

    The text names nobody and holds no number but the code, since phones are shared and lost. An e-mail that nobody has
    verified gets less (`accounts.addressing`).
    """
    account = household.account
    with translation.override(account.language if account else settings.LANGUAGE_CODE):
        text = _(
            "%(registry)s: your registration has been received. Reference code: %(reference)s. Keep this code: it shows"
            " the stage of your registration at any time. Registration is free of charge."
        ) % {"registry": household.phase.registry_name, "reference": household.reference}
        subject = _("Receipt of registration %(reference)s") % {"reference": household.reference}
    about = household.pk
    if household.contact_phone:
        outbox.enqueue(channel=Channel.SMS, recipient=household.contact_phone, body=text, about_id=about)
    elif account and account.email:
        with translation.override(account.language):
            subject, text = words_by_email(account, subject=subject, body=text, reference=household.reference)
        outbox.enqueue(channel=Channel.EMAIL, recipient=account.email, subject=subject, body=text, about_id=about)


class State(Enum):
    """What the holder of a genuine receipt learns. Only the newest receipt of a registration that stands is CURRENT."""

    CURRENT = "current"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Checked:
    """A genuine receipt: no names, no numbers but the reference code that stands on the paper anyway."""

    state: State
    reference: str
    registry: str
    phase: str
    submitted_at: datetime
    people: int
    families: int
    kelurahan: str
    changed_at: datetime | None


def receipt_for(household: Household) -> Receipt:
    """The receipt of the household's newest submission; made when it is first shown."""
    newest = Submission.objects.filter(household=household).order_by("-number").defer("payload").first()
    number = newest.number if newest else 1
    found = Receipt.objects.filter(household=household, number=number).first()
    if found is not None:
        return found
    secret = "".join(secrets.choice(ALPHABET) for _letter in range(SECRET_LETTERS))
    receipt = Receipt(
        household=household,
        number=number,
        submitted_at=newest.submitted_at if newest else household.submitted_at or timezone.now(),
        people=household.members.count(),
        families=household.families.count(),
        secret=secret,
        secret_index=keyed_index("receipt", secret),
    )
    Receipt.objects.bulk_create([receipt], ignore_conflicts=True)  # two pages at once: the first one stands
    return Receipt.objects.get(household=household, number=number)


def code_of(receipt: Receipt) -> str:
    """What stands in the QR: the secret and its mark, 28 letters and digits."""
    secret: str = receipt.secret
    return secret + _mark(secret, index_keys().current_id)


def in_groups(code: str) -> str:
    """ "ABCDEFGH" → "ABCD EFGH", for reading aloud and typing."""
    return " ".join(code[place : place + 4] for place in range(0, len(code), 4))


def tidy_code(text: str) -> str | None:
    """The code in anything people type or scan, or None if it cannot be one."""
    letters = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text).upper())
    return letters if _CODE.fullmatch(letters) else None


def check(text: str) -> Checked | None:
    """What a code proves; None for one that is not ours. A wrong mark is told without asking the database."""
    code = tidy_code(text)
    if code is None or not is_marked(code):
        return None
    secret = code[:SECRET_LETTERS]
    rows = Receipt.objects.filter(secret_index__in=keyed_indexes("receipt", secret))
    receipt = rows.select_related("household__phase", "household__kelurahan").first()
    if receipt is None:
        return None
    household = receipt.household
    state, changed_at = _state_of(receipt)
    return Checked(
        state=state,
        reference=household.reference,
        registry=household.phase.registry_name,
        phase=household.phase.name,
        submitted_at=receipt.submitted_at,
        people=receipt.people,
        families=receipt.families,
        kelurahan=household.kelurahan.name,
        changed_at=changed_at,
    )


def is_marked(code: str) -> bool:
    """Whether the mark of a code was made by us, under any active key."""
    secret, mark = code[:SECRET_LETTERS], code[SECRET_LETTERS:]
    return any(hmac.compare_digest(mark, _mark(secret, key_id)) for key_id in index_keys().keys)


def _mark(secret: str, key_id: str) -> str:
    digest = keyed_index("receipt_mark", secret, key_id=key_id)
    return base64.b32encode(digest).decode()[:MARK_LETTERS]


def _state_of(receipt: Receipt) -> tuple[State, datetime | None]:
    household = receipt.household
    if household.withdrawn_at is not None:
        return State.WITHDRAWN, household.withdrawn_at
    newer = (
        Submission.objects.filter(household=household, number__gt=receipt.number)
        .order_by("-number")
        .defer("payload")
        .first()
    )
    return (State.CHANGED, newer.submitted_at) if newer else (State.CURRENT, None)


def checked_at(page: str) -> None:
    """The room that serves the public check says the name of its page; it stands to the right of this one."""
    global _check_page
    _check_page = page


def check_address(receipt: Receipt, *, origin: str) -> str:
    """The address the QR carries, without a language: whoever scans it reads it in their own."""
    with translation.override(settings.LANGUAGE_CODE):
        path = reverse(_check_page, kwargs={"code": code_of(receipt)})
    return f"{origin.rstrip('/')}{path}"


def qr_svg(text: str) -> bytes:
    """A QR code as SVG on a white ground of its own, so that cameras read it in dark mode too."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", scale=4, border=4, light="#fff", dark="#000")
    return out.getvalue()
