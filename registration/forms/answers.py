"""Pages that are made of a table: the dwelling, and the six questions of the law."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from eligibility.rules import questions_on
from registration.dwelling import DwellingQuestion, questions_of
from registration.forms.base import PageForm, one_of, yes_no


class DwellingForm(PageForm):
    """The questions of one topic about the dwelling (`registration.dwelling`)."""

    def build(self) -> None:
        for question in questions_of(self.topic):
            self.fields[question.key] = field_for(question)

    def in_words(self) -> list[tuple[str, str]]:
        units = {str(question.label): str(question.unit) for question in questions_of(self.topic)}
        return [(label, f"{words} {units.get(label, '')}".rstrip()) for label, words in super().in_words()]


def field_for(question: DwellingQuestion) -> forms.Field:
    if question.choices:
        return one_of(question.label, question.choices, help_text=question.help)
    return forms.IntegerField(
        label=question.label,
        help_text=question.help,
        min_value=question.low,
        max_value=question.high,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": len(str(question.high))}),
        error_messages={
            "required": _("Write a number."),
            "invalid": _("Write a whole number in digits, such as 24."),
        },
    )


class DeclarationForm(PageForm):
    """The questions that a family can answer itself, as the rules of the phase's day ask them."""

    def build(self) -> None:
        for question in questions_on(self.state.draft.phase.rules_on):
            self.fields[question.key] = yes_no(question.text, help_text=question.help)
