"""One page of the form: shown, kept, and left for the next one. The same view for every page."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import citizen_required, signed_in_user
from registration import services
from registration.forms.base import PageForm
from registration.models import Draft
from registration.pages import PAGES, Page, Repeats, pages_of_person
from registration.state import DraftState, new_item
from registration.views.access import page_of, visible_draft


@never_cache
@citizen_required
@require_http_methods(["GET", "HEAD", "POST"])
def page_edit(request: HttpRequest, draft_id: uuid.UUID, key: str, item: uuid.UUID | None = None) -> HttpResponse:
    draft = visible_draft(request, draft_id)
    if draft.household is not None:
        return redirect("registration:receipt_show", reference=draft.household.reference)
    state = DraftState.load(draft)
    page = page_of(state, key, item)
    if request.method == "POST":
        return _save(request, draft, page, str(item or ""))
    entry = state.entry(page.key, str(item or ""))
    form = page.build(state, entry.item, MultiValueDict(entry.typed) if entry.is_saved else None)
    if not entry.is_saved and "kk" in request.GET:
        form.initial["kk"] = request.GET["kk"]
    return _show(request, page, form, version=entry.version)


def _save(request: HttpRequest, draft: Draft, page: Page, item: str) -> HttpResponse:
    try:
        version = int(request.POST.get("version", "0")[:9])
    except ValueError:
        version = 0
    try:
        saved = services.save_page(
            draft=draft, page=page, item=item, posted=request.POST, version=version, by=signed_in_user(request)
        )
    except services.Conflict as conflict:
        return _show_conflict(request, page, conflict)
    except services.TooMany:
        messages.error(request, _("This registration cannot hold more entries. Please ask the kelurahan for help."))
        return redirect("registration:families_edit", draft_id=draft.pk)
    except services.AlreadySubmitted:
        return redirect("registration:draft_detail", draft_id=draft.pk)
    if "daftar" in request.POST:
        return redirect("registration:draft_detail", draft_id=draft.pk)
    if not saved.entry.complete:
        return _show(request, page, saved.form, version=saved.entry.version)
    notes = saved.form.notes()
    if not {note.code for note in notes} <= set(request.POST.getlist("confirmed")):
        return _show(request, page, saved.form, version=saved.entry.version, asks_to_confirm=True)
    return redirect(next_url(saved.state, page, item))


def _show(
    request: HttpRequest, page: Page, form: PageForm, *, version: int, asks_to_confirm: bool = False, **more: Any
) -> HttpResponse:
    notes = form.notes() if form.is_bound and form.is_valid() else []
    context = {
        "draft": form.state.draft,
        "page": page,
        "form": form,
        "version": version,
        "notes": notes,
        "asks_to_confirm": asks_to_confirm,
        "place": place_in_words(form.state, page, form.item),
        "can_remove": page.key in ("kk", "orang") and version > 0,
        **more,
    }
    return render(request, "registration/page_edit.html", context)


def _show_conflict(request: HttpRequest, page: Page, conflict: services.Conflict) -> HttpResponse:
    """What was typed stays in the form, what is stored stands beside it; saving again is a knowing choice."""
    stored = page.build(conflict.state, conflict.stored.item, MultiValueDict(conflict.stored.typed))
    stored.is_valid()
    response = _show(
        request, page, conflict.form, version=conflict.stored.version, is_conflict=True, stored=stored.in_words()
    )
    response.status_code = 409
    return response


def place_in_words(state: DraftState, page: Page, item: str) -> str:
    """Whose page this is, such as "KK 1" or "KK 2 · Siti"."""
    if page.repeats is Repeats.FAMILY:
        return _("KK %(number)s") % {"number": state.family_number(item)}
    if page.repeats is Repeats.PERSON and len(state.families()) > 1 and state.name_of(item):
        number = state.family_number(state.family_of(item))
        return f"{_('KK %(number)s') % {'number': number}} · {state.name_of(item)}"
    if page.repeats is Repeats.PERSON:
        return state.name_of(item)
    return str(page.section.title)


def next_url(state: DraftState, page: Page, item: str) -> str:
    """Where "Save and continue" leads: the next page of the form, or the list of families and people."""
    draft_id = state.draft.pk
    if page.repeats is Repeats.FAMILY and not state.people(item):
        url = reverse("registration:item_add", kwargs={"draft_id": draft_id, "key": "orang"})
        return f"{url}?kk={item}"
    if page.repeats is Repeats.PERSON:
        pages = pages_of_person(state, item)
        following = pages[pages.index(page) + 1 :]
        if following:
            return page_url(state, following[0], item)
    if page.repeats is not Repeats.ONCE:
        return reverse("registration:families_edit", kwargs={"draft_id": draft_id})
    return url_after(state, page)


def url_after(state: DraftState, page: Page) -> str:
    """The page after one that is asked once; families come in one place, the check at the end."""
    draft_id = state.draft.pk
    for following in PAGES[PAGES.index(page) + 1 :]:
        if following.repeats is not Repeats.ONCE:
            return reverse("registration:families_edit", kwargs={"draft_id": draft_id})
        if following.applies(state):
            return page_url(state, following)
    return reverse("registration:draft_check", kwargs={"draft_id": draft_id})


def page_url(state: DraftState, page: Page, item: str = "") -> str:
    kwargs = {"draft_id": state.draft.pk, "key": page.key}
    if item:
        return reverse("registration:item_edit", kwargs={**kwargs, "item": item})
    return reverse("registration:page_edit", kwargs=kwargs)


@citizen_required
@require_GET
def item_add(request: HttpRequest, draft_id: uuid.UUID, key: str) -> HttpResponse:
    """An address for a new KK or person. Nothing is kept until its page is saved."""
    draft = visible_draft(request, draft_id)
    state = DraftState.load(draft)
    item = new_item()
    page = page_of(state, key, uuid.UUID(item))
    query = f"?kk={request.GET['kk']}" if request.GET.get("kk") in state.families() else ""
    return redirect(page_url(state, page, item) + query)


@never_cache
@citizen_required
@require_http_methods(["GET", "HEAD", "POST"])
def item_remove(request: HttpRequest, draft_id: uuid.UUID, key: str, item: uuid.UUID) -> HttpResponse:
    """Ask, then take a KK or a person out of the draft."""
    draft = visible_draft(request, draft_id)
    state = DraftState.load(draft)
    page = page_of(state, key, item)
    if request.method == "POST":
        try:
            services.remove_item(draft=draft, page=page, item=str(item), by=signed_in_user(request))
        except services.AlreadySubmitted:
            return redirect("registration:draft_detail", draft_id=draft.pk)
        return redirect("registration:families_edit", draft_id=draft.pk)
    people = state.people(str(item)) if page.repeats is Repeats.FAMILY else [str(item)]
    context = {
        "draft": draft,
        "page": page,
        "item": item,
        "place": place_in_words(state, page, str(item)),
        "names": [state.name_of(person) for person in people if state.name_of(person)],
        "is_family": page.repeats is Repeats.FAMILY,
    }
    return render(request, "registration/item_remove.html", context)
