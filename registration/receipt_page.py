"""What a receipt says: the same for the page, its print and the PDF. Names are shown, numbers are masked."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.translation import get_language

from accounts.models import User
from identity.kk import mask_kk
from identity.nik import mask_nik
from jobs.models import Document
from jobs.printing.making import NothingToPrint, Paper
from registration.models import Family, Household, Member
from registration.receipts import check_address, code_of, in_groups, qr_svg, receipt_for
from registration.stage import Stage

if TYPE_CHECKING:
    from datetime import datetime

KIND = "registration.receipt"


@dataclass(frozen=True)
class Person:
    name: str
    nik: str  # masked; empty for an infant without one
    relation: str


@dataclass(frozen=True)
class FamilyLines:
    number: int
    kk: str  # masked
    people: tuple[Person, ...]


def context_for(household: Household) -> dict[str, Any]:
    """`receipt` and `code` prove the paper; `may_change` says whether the window is still open."""
    receipt = receipt_for(household)
    phase = household.phase
    families = household.families.prefetch_related("members").order_by("number")
    return {
        "household": household,
        "phase": phase,
        "receipt": receipt,
        "code": in_groups(code_of(receipt)),
        "families": [_family(family) for family in families],
        "last_day": _last_moment(household),
        "version": receipt.number,
    }


def _family(family: Family) -> FamilyLines:
    people = sorted(family.members.all(), key=lambda member: member.number)
    return FamilyLines(family.number, mask_kk(family.kk), tuple(_person(member) for member in people))


def _person(member: Member) -> Person:
    return Person(member.name, mask_nik(member.nik) if member.nik else "", member.get_relation_display())


def _last_moment(household: Household) -> datetime | None:
    """Until when the answers may still be changed; None once that is over."""
    phase = household.phase
    is_open = phase.stage == Stage.PENDAFTARAN and not household.is_withdrawn
    return phase.closes_at if is_open else None


def paper_of(document: Document) -> Paper:
    """The receipt as a document, for who may still see the household."""
    user = User.objects.filter(pk=document.asked_by_id, is_active=True).first()
    household = _visible(user, document) if user else None
    if household is None:
        raise NothingToPrint
    context = context_for(household)
    address = check_address(context["receipt"], origin=document.params["origin"])
    picture = base64.b64encode(qr_svg(address)).decode()
    html = render_to_string(
        "registration/receipt_pdf.html",
        {**context, "language": get_language(), "qr": f"data:image/svg+xml;base64,{picture}", "address": address},
    )
    return Paper(html, f"tanda-terima-{household.reference}.pdf")


def _visible(user: User, document: Document) -> Household | None:
    rows = Household.objects.visible_to(user).submitted().select_related("phase", "kelurahan")
    return rows.filter(pk=document.about_id).first()
