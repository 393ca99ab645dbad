"""The form that opens a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from areas.formfields import KelurahanField

if TYPE_CHECKING:
    from registration.models import Draft


class ClaimForm(forms.Form):
    """At which kelurahan the papers will be shown; at a counter that is settled."""

    kelurahan = KelurahanField(
        label=_("At which kelurahan will you show your papers?"),
        help_text=_("Best where you live: its officers know the RT and RW."),
    )
    asli = forms.BooleanField(
        label=_("The people on this form are my family or asked me to help, and we can show the original KTP and KK."),
        error_messages={"required": _("Without the original papers the kelurahan cannot decide.")},
    )

    def __init__(self, *args: Any, draft: Draft, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        if draft.is_at_counter:
            del self.fields["kelurahan"]
