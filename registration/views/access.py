"""Drafts and households as the person asking may see them; anything else does not exist (404)."""

from __future__ import annotations

import uuid

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest

from accounts.access import signed_in_user
from registration.models import Draft, Handover, Household
from registration.models.draft import in_the_hands_of_an_officer
from registration.pages import PAGE_BY_KEY, Page, Repeats
from registration.state import DraftState


def visible_draft(request: HttpRequest, draft_id: uuid.UUID) -> Draft:
    """`handed`: a kelurahan has taken the draft over for the citizen; `was_handed`: it has, or one had before."""
    ever = Handover.objects.filter(draft=OuterRef("pk"), taken_at__isnull=False)
    drafts = Draft.objects.visible_to(signed_in_user(request))
    drafts = drafts.annotate(handed=Exists(in_the_hands_of_an_officer()), was_handed=Exists(ever))
    draft = drafts.select_related("phase", "kelurahan", "household", "edits", "owner").filter(pk=draft_id).first()
    if draft is None:
        raise Http404
    return draft


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
