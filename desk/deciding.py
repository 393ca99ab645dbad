"""The form of every decision at the desk that is one of a few answers with a reason in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from identity.free_text import refuse_numbers

FOUND_OUT = _("What have you found out?")
SEEN_OR_HEARD = _("What you saw or heard, in a sentence. Do not write NIK or KK numbers.")


class DecisionForm(forms.Form):
    """`keputusan`, one of `choices`, and `alasan`, which holds no number of a person."""

    keputusan = forms.ChoiceField(widget=forms.RadioSelect)
    alasan = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[refuse_numbers],
    )

    def __init__(
        self,
        data: Any = None,
        *,
        choices: Sequence[tuple[str, Promise]],
        question: Promise = FOUND_OUT,
        hint: Promise = SEEN_OR_HEARD,
    ) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["keputusan"].choices, fields["keputusan"].label = choices, question
        fields["alasan"].help_text = hint

    @property
    def said(self) -> tuple[str, str]:
        """(answer, reason) of a valid form."""
        return self.cleaned_data["keputusan"], self.cleaned_data["alasan"]
