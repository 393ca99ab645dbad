"""Drafts and households as the person asking may see them; anything else does not exist (404)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.http import Http404, HttpRequest

from accounts.access import signed_in_user
from accounts.models import User
from audit.models import Act
from audit.services import record
from registration.models import Channel, Draft, Handover, Household
from registration.models.draft import in_the_hands_of_an_officer
from registration.pages import PAGE_BY_KEY, Page, Repeats
from registration.state import DraftState

LOOK: Final = "registration.view_draft"
ONE_LOOK: Final = timedelta(hours=1)


def visible_draft(request: HttpRequest, draft_id: uuid.UUID) -> Draft:
    """`handed`: a kelurahan has taken the draft over for the citizen; `was_handed`: it has, or one had before."""
    ever = Handover.objects.filter(draft=OuterRef("pk"), taken_at__isnull=False)
    drafts = Draft.objects.visible_to(signed_in_user(request))
    drafts = drafts.annotate(handed=Exists(in_the_hands_of_an_officer()), was_handed=Exists(ever))
    draft = drafts.select_related("phase", "kelurahan", "household", "edits", "owner").filter(pk=draft_id).first()
    if draft is None:
        raise Http404
    user = signed_in_user(request)
    if draft.owner_id != user.pk and draft.channel == Channel.ONLINE and request.method == "GET":
        _record_look(draft, user)
    return draft


def _record_look(draft: Draft, user: User) -> None:
    """Whoever handed the draft over reads in "Data saya" who has looked at it: one act for all pages of an hour."""
    acts = Act.objects.about(draft).by_actor(user.pk).filter(verb=LOOK, at__gte=Now() - ONE_LOOK)
    if not acts.exists():
        places = Handover.objects.taken().filter(draft=draft).values_list("kelurahan", flat=True)
        record(by=user, verb=LOOK, subject=draft, area_code=places.first() or "")


def visible_household(request: HttpRequest, reference: str) -> Household:
    households = Household.objects.visible_to(signed_in_user(request)).submitted()
    found = households.select_related("phase", "kelurahan", "ktp_kelurahan").filter(reference=reference).first()
    if found is None:
        raise Http404
    return found


def page_of(state: DraftState, key: str, item: uuid.UUID | None) -> Page:
    """A page of the form that exists and applies to this draft and item; 404 otherwise."""
    page = PAGE_BY_KEY.get(key)
    if page is None or not page.applies(state, str(item or "")) or (page.repeats is Repeats.ONCE) != (item is None):
        raise Http404
    if page.repeats is Repeats.PERSON and not state.families():
        raise Http404
    if page.repeats is Repeats.PERSON and page.key != "orang" and str(item) not in state.items("orang"):
        raise Http404
    return page
