"""Pages about what the family states and wishes: the six questions of the law, programmes, names of mothers."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from eligibility.programmes import PROGRAMMES
from eligibility.rules import questions_on
from identity.formfields import NameField
from registration.codes import Relation
from registration.forms.base import PageForm, yes_no
from registration.forms.fields import SeveralField
from registration.questionnaire.question import NONE_OF_THESE


class DeclarationForm(PageForm):
    """The questions that a family can answer itself, as the rules of the phase's day ask them."""

    def build(self) -> None:
        for question in questions_on(self.state.draft.phase.rules_on):
            self.fields[question.key] = yes_no(question.text, help_text=question.help)


class ProgrammeForm(PageForm):
    """For which programmes the family asks to be proposed. The office may still propose it for others."""

    def build(self) -> None:
        day = self.state.draft.phase.rules_on
        running = [(programme.key, programme.name) for programme in PROGRAMMES if programme.is_running(day)]
        self.fields["program"] = SeveralField(
            label=_("For which programmes do you ask to be proposed?"),
            help_text=_("Asking is not a promise. Each programme has its own conditions and decisions."),
            choices=[*running, (NONE_OF_THESE, _("No particular one: the office may choose"))],
            widget=forms.CheckboxSelectMultiple,
        )

    def in_words(self) -> list[tuple[str, str]]:
        words = dict(super().in_words())
        label = str(self.fields["program"].label)
        return [(label, words.get(label) or str(_("No particular one: the office may choose")))]


class MothersForm(PageForm):
    """Birth names of mothers, asked last. SIKS-NG needs that of whoever is proposed, so of every head of family."""

    def build(self) -> None:
        for person in self.state.people():
            name = self.state.name_of(person)
            is_head = self.state.answer("orang", "hubungan", person) == Relation.HEAD
            self.fields[mother_of(person)] = NameField(
                label=_("Mother of %(name)s") % {"name": name or _("the person without a name yet")},
                required=is_head,
                error_messages={"required": _("Write the mother's name, without titles.")},
            )


def mother_of(person: str) -> str:
    """The input in which the name of a person's mother is typed."""
    return f"ibu-{person}"
