"""Made-up households enter the portal the way people do: page by page through the form, then submit."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dtks_portal.made_up.households import MadeUpHousehold
from dtks_portal.made_up.typing import typed_pages
from registration.models import Draft, Household, Phase
from registration.pages import PAGE_BY_KEY
from registration.services import HardStop, open_draft, save_page, submit

if TYPE_CHECKING:
    from accounts.models import User
    from areas.models import Area


@dataclass(frozen=True)
class Entered:
    """`household` is None where the household's own statements met a hard rule: its draft is kept."""

    draft: Draft
    household: Household | None


class PageRefused(AssertionError):
    """A made-up page was not accepted; the message names page and fields, never what was typed."""


def enter(
    made_up: MadeUpHousehold, *, by: "User", phase: Phase, today: date, seed: int, kelurahan: "Area | None" = None
) -> Entered:
    """Open a draft (at the counter when `kelurahan` is given), type every page, submit."""
    draft = open_draft(by=by, phase=phase, kelurahan=kelurahan)
    fill(draft, made_up, by=by, today=today, seed=seed)
    try:
        return Entered(draft, submit(draft=draft, by=by))
    except HardStop:
        return Entered(draft, None)


def fill(draft: Draft, made_up: MadeUpHousehold, *, by: "User", today: date, seed: int) -> None:
    for typed in typed_pages(made_up, today=today, seed=seed, edition=draft.phase.questionnaire):
        page = PAGE_BY_KEY[typed.page]
        saved = save_page(draft=draft, page=page, item=typed.item, posted=typed.posted, version=0, by=by)
        if not saved.entry.complete:
            raise PageRefused(f"{typed.page}: {sorted(saved.form.errors)} {saved.form.errors.as_text()}")
