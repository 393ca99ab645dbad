"""The pre-check's form: the six questions, nothing preselected. Nothing of it is ever stored."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from eligibility.facts import HouseholdFacts
from eligibility.questions import ANSWERS
from eligibility.rules import questions_on

NOT_KNOWN = "belum_tahu"
CHOICES = (*ANSWERS, (NOT_KNOWN, _("I do not know yet")))


class PrecheckForm(forms.Form):
    """One field per question of the day. Every question needs an answer, of which "not known yet" is one."""

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions_on(on):
            self.fields[question.key] = forms.ChoiceField(
                label=question.text,
                help_text=question.help,
                choices=CHOICES,
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("Choose Yes, No or “I do not know yet”."),
                    "invalid_choice": _("Choose Yes, No or “I do not know yet”."),
                },
            )

    def facts(self) -> HouseholdFacts:
        """The answers as facts; "not known yet" is no answer."""
        answers = {key: None if value == NOT_KNOWN else value for key, value in self.cleaned_data.items()}
        return HouseholdFacts.from_declarations(answers)
