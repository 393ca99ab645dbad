"""One page of the form: shown, kept, and left for the next one. The same view for every page."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import carrying
from accounts.access import citizen_required, signed_in_user
from accounts.carrying import keeps_typed
from areas.choice import KelurahanChoiceField
from registration import conflicts, services
from registration.forms.base import PageForm
from registration.models import Draft, DraftPage
from registration.pages import PAGE_BY_KEY, PAGES, Page, Repeats, pages_of_person, part_of
from registration.state import DraftState, Entry, new_item
from registration.views.access import page_of, visible_draft
from registration.views.people import who_saved

SEEN_AT_ONCE = "langsung"  # posted by static/js/form.js


@keeps_typed
@never_cache
@citizen_required
@require_http_methods(["GET", "HEAD", "POST"])
def page_edit(request: HttpRequest, draft_id: uuid.UUID, key: str, item: uuid.UUID | None = None) -> HttpResponse:
    draft = visible_draft(request, draft_id)
    if draft.household is not None:
        return _after_sending(request, draft, key, item)
    state = DraftState.load(draft)
    page = page_of(state, key, item)
    if request.method == "POST":
        return _save(request, state, page, str(item or ""))
    entry = state.entry(page.key, str(item or ""))
    brought = carrying.carried(request, signed_in_user(request))
    if brought is not None:
        return _show_brought(request, page, entry, state, brought)
    form = page.build(state, entry.item, MultiValueDict(entry.typed) if entry.is_saved else None)
    if not entry.is_saved and "kk" in request.GET:
        form.initial["kk"] = request.GET["kk"]
    return _show(request, page, form, version=entry.version)


def _save(request: HttpRequest, state: DraftState, page: Page, item: str) -> HttpResponse:
    user, draft = signed_in_user(request), state.draft
    posted: MultiValueDict[str, str] = request.POST
    if conflicts.MARK in posted:
        entry = state.entry(page.key, item)
        settled = conflicts.settle(page.build(state, item, posted), entry, posted)
        if settled is None:
            return show_conflict(request, page, page.build(state, item, posted), entry, is_missing=True)
        posted = settled
    try:
        saved = services.save_page(
            draft=draft, page=page, item=item, posted=posted, version=version_in(request.POST), by=user
        )
    except services.Conflict as conflict:
        return show_conflict(request, page, conflict.form, conflict.stored)
    except services.TooMany:
        messages.error(request, _("This registration cannot hold more entries. Please ask the kelurahan for help."))
        return redirect("registration:families_edit", draft_id=draft.pk)
    except services.AlreadySubmitted:
        return _after_sending(request, Draft.objects.get(pk=draft.pk), page.key, uuid.UUID(item) if item else None)
    carrying.let_go(request, user)
    if "cari" in request.POST:  # the button beside a kelurahan: kept like everything, and nothing is called wrong yet
        saved.form.errors.clear()
        return _show(request, page, saved.form, version=saved.entry.version)
    if "daftar" in request.POST:
        return redirect("registration:draft_detail", draft_id=draft.pk)
    if not saved.entry.complete or calls_for_more(page, state, saved.form, posted):
        return _show(request, page, saved.form, version=saved.entry.version)
    notes = saved.form.notes()
    if not {note.code for note in notes} <= set(request.POST.getlist("confirmed")):
        return _show(request, page, saved.form, version=saved.entry.version, asks_to_confirm=True)
    return redirect(next_url(saved.state, page, item))


def calls_for_more(page: Page, before: DraftState, form: PageForm, posted: MultiValueDict[str, str]) -> bool:
    """Whether this answer calls for questions that nobody has seen. A script shows them at once, and says so."""
    if SEEN_AT_ONCE in posted or not form.follows:
        return False
    entry = before.entry(page.key, form.item)
    awake = page.build(before, form.item, MultiValueDict(entry.typed)).dormant - form.dormant
    return any(not form.cleaned_data.get(name) for name in awake)


def version_in(posted: MultiValueDict[str, str]) -> int:
    """The version the page was opened with; 0 for anything that is no number."""
    try:
        return int(posted.get("version", "0")[:9])
    except ValueError:
        return 0


def _after_sending(request: HttpRequest, draft: Draft, key: str, item: uuid.UUID | None) -> HttpResponse:
    """The draft has been sent from another tab. What was typed here since is brought into a change of what was sent."""
    user, household = signed_in_user(request), draft.household
    assert household is not None  # noqa: S101
    receipt = redirect("registration:receipt_show", reference=household.reference)
    if request.method != "POST":
        return receipt
    messages.info(request, _("This registration had been sent already. What was sent stands as it was."))
    try:
        change = services.open_edit(household=household, by=user)
    except (services.NotOpen, services.NotEditable, PermissionDenied):
        return receipt
    page = PAGE_BY_KEY.get(key)
    if page is None:
        return receipt
    return carrying.carry_to(request, user, page_url(DraftState(change, []), page, str(item or "")))


def _show_brought(
    request: HttpRequest, page: Page, entry: Entry, state: DraftState, brought: MultiValueDict[str, str]
) -> HttpResponse:
    """What could not be taken before: back in the form, to be saved. Older than what is stored, it stands beside it."""
    form = page.build(state, entry.item, brought)
    stored = {name: values for name, values in entry.typed.items() if name != "confirmed"}
    if version_in(brought) != entry.version and form.typed(brought) != stored:
        return show_conflict(request, page, form, entry)
    return _show(request, page, form, version=entry.version, is_brought=True)


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
        "asks_for_area": any(isinstance(field, KelurahanChoiceField) for field in form.fields.values()),
        "place": place_in_words(form.state, page, form.item),
        "part": part_in_words(form.state, page),
        "can_remove": page.key in ("kk", "orang") and version > 0,
        "brought": carrying.parameter_of(request),
        **more,
    }
    return render(request, "registration/page_edit.html", context)


def show_conflict(
    request: HttpRequest, page: Page, typed: PageForm, stored: Entry, *, is_missing: bool = False
) -> HttpResponse:
    """What was typed and what is stored, side by side; nothing has been overwritten."""
    state = typed.state
    kept = page.build(state, stored.item, MultiValueDict(stored.typed))
    data = typed.data if isinstance(typed.data, MultiValueDict) else MultiValueDict()
    rows = DraftPage.objects.filter(draft=state.draft, page=stored.page, item=stored.item)
    saved = rows.select_related("saved_by").first()
    context = {
        "draft": state.draft,
        "page": page,
        "version": stored.version,
        "place": place_in_words(state, page, stored.item),
        "differences": conflicts.differences(typed, kept, data),
        "hidden": conflicts.hidden_inputs(typed, data),
        "sides": list(conflicts.Side),
        "saved": saved,
        "saver": who_saved(saved.saved_by, state.draft, signed_in_user(request)) if saved else "",
        "is_missing": is_missing,
        "brought": carrying.parameter_of(request),
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "registration/page_conflict.html", context, status=status)


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


def part_in_words(state: DraftState, page: Page) -> str:
    """How far into the form this page is, such as "Part 3 of 17"; conditional parts count as soon as they apply."""
    number, total = part_of(state, page)
    return _("Part %(number)s of %(total)s") % {"number": number, "total": total}


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


@keeps_typed
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
