"""Data saya as a PDF, made by a worker."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User
from accounts.privacy import privacy
from home.my_data import gather
from home.my_data_words import sections
from jobs.models import Document
from jobs.printing.making import NothingToPrint, Paper

KIND = "home.my_data"


def paper_of(document: Document) -> Paper:
    """Only for the person whose data they are."""
    user = User.objects.filter(pk=document.about_id, is_active=True).first()
    if user is None or document.asked_by_id != user.pk:
        raise NothingToPrint
    now = timezone.localtime()
    context = {
        "sections": list(sections(gather(user, masked=True))),
        "privacy": privacy(),
        "language": get_language(),
        "now": now,
        "person": user,
        "on_paper": True,
    }
    return Paper(render_to_string("home/my_data_pdf.html", context), f"data-saya-{now:%Y-%m-%d}.pdf")
