"""Pages made of a table of questions: one field for each, and answers that fall away when nothing asks for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registration.dwelling import QUESTIONS as DWELLING
from registration.forms.base import PageForm, as_json, line_of_text, one_of, yes_no
from registration.forms.fields import DigitsField, MonthField, PregnancyDayField, SeveralField
from registration.questionnaire.livelihood import QUESTIONS as LIVELIHOOD
from registration.questionnaire.person import QUESTIONS as PERSON
from registration.questionnaire.question import Kind, Question, asked_on
from registration.state import DraftState

TABLE: tuple[Question, ...] = (*DWELLING, *LIVELIHOOD, *PERSON)


def questions_for(state: DraftState, topic: str, item: str) -> tuple[Question, ...]:
    """What a topic asks in the draft's edition of the questionnaire, and of this person."""
    return asked_on(TABLE, topic=topic, edition=state.edition, circumstances=state.circumstances_of(item))


class TableForm(PageForm):
    """The questions of one topic, as the phase's edition of the questionnaire and the person's circumstances ask."""

    def build(self) -> None:
        self.ask(questions_for(self.state, self.topic, self.item))

    def ask(self, questions: Iterable[Question]) -> None:
        """Add a field for each question; one that follows from another is dormant until its answer calls for it."""
        self.questions = {question.key: question for question in questions}
        for question in self.questions.values():
            self.fields[question.key] = field_for(question)
            if question.after:
                self.follow(question.key, *question.after)

    def words_of(self, name: str, field: forms.Field, value: Any) -> str:
        question = self.questions.get(name)
        return question.in_words(as_json(value)) if question else super().words_of(name, field, value)


def field_for(question: Question) -> forms.Field:
    """The form field of a question."""
    about: dict[str, Any] = {"label": question.label, "help_text": question.help, "required": question.required}
    match question.kind:
        case Kind.ONE:
            return one_of(
                question.label,
                question.choices,
                help_text=question.help,
                required=question.required,
                compact=question.compact,
            )
        case Kind.MANY:
            return SeveralField(choices=question.choices, widget=forms.CheckboxSelectMultiple, **about)
        case Kind.YES_NO:
            return yes_no(question.label, help_text=question.help)
        case Kind.NUMBER:
            return number_field(question, about)
        case Kind.DIGITS:
            return DigitsField(shortest=question.low, longest=question.high, **about)
        case Kind.TEXT:
            return line_of_text(
                question.label,
                max_length=question.high,
                help_text=question.help,
                required=question.required,
                missing=_("Please write an answer."),
            )
        case Kind.DAY:
            return PregnancyDayField(**about)
        case Kind.MONTH:
            return MonthField(**about)


def number_field(question: Question, about: dict[str, Any]) -> forms.IntegerField:
    return forms.IntegerField(
        min_value=question.low,
        max_value=question.high,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": len(str(question.high))}),
        error_messages={
            "required": _("Write a number."),
            "invalid": _("Write a whole number in digits, such as 24."),
        },
        **about,
    )
