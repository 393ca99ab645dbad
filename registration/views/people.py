"""Who did something to a draft or a household, in words that both sides may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from accounts.models import User
    from registration.models import Draft


def who_saved(by: User | None, draft: Draft, reader: User) -> str:
    """As part of a sentence: "you (another page or phone)", "Rina Wulandari of the kelurahan", or a name."""
    if by is None:
        return _("somebody")
    if by.pk == reader.pk:
        return _("you (another page or phone)")
    if draft.is_at_counter or by.pk != draft.owner_id:
        return _("%(name)s of the kelurahan") % {"name": by.name}
    return by.name
