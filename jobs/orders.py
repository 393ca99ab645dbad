"""What an admin may tell a run to do, as one table: each order is asked on a page of its own and given by POST."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.services import Actor
from identity.free_text import refuse_numbers
from jobs.models import Run
from jobs.services import (
    abort_run,
    doubt_about,
    objection_to,
    pause_run,
    resume_run,
    sign_off_run,
    withdraw_sign_off,
)


class ReasonForm(forms.Form):
    """The reason people read later."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        validators=[refuse_numbers],
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@dataclass(frozen=True)
class Order:
    """One order; `give(run=, by=, …)` carries it out, with the fields of `form`."""

    verb: str
    button: Promise
    explanation: Promise
    give: Callable[..., Any]
    is_offered: Callable[[Run, Actor], bool]
    form: type[forms.Form] = forms.Form
    is_grave: bool = False


def why_not_signed(run: Run, by: Actor) -> str:
    """Why this person may not sign off a run that waits for a signature, or ""."""
    return doubt_about(run) or objection_to(run, by)


ORDERS: Mapping[str, Order] = {
    order.verb: order
    for order in (
        Order(
            "pause",
            _("Pause this run"),
            _("Workers put the run down at once. What is done stays, and the run keeps its place until it goes on."),
            pause_run,
            lambda run, by: run.is_live,
        ),
        Order(
            "resume",
            _("Go on with this run"),
            _("Workers go on with what is not done yet. Nothing is done twice."),
            resume_run,
            lambda run, by: run.can_go_on,
        ),
        Order(
            "abort",
            _("Stop this run"),
            _("The run ends here. What is done stays, and another run may be started; this one can still go on later."),
            abort_run,
            lambda run, by: run.is_under_way,
            is_grave=True,
        ),
        Order(
            "sign_off",
            _("Sign off this run"),
            _("You take responsibility for this result: the stages rely on it."),
            sign_off_run,
            lambda run, by: run.awaits_signature and not why_not_signed(run, by),
        ),
        Order(
            "withdraw",
            _("Withdraw the signature"),
            _("Nobody answers for this result then, and no stage can be left with it. Who had signed stays on record."),
            withdraw_sign_off,
            lambda run, by: run.is_signed_off,
            form=ReasonForm,
            is_grave=True,
        ),
    )
}


class ShardOrder(forms.Form):
    """What to do with rows that were set aside; the reason is needed to leave them without a result."""

    verb = forms.ChoiceField(choices=[(verb, verb) for verb in ("resolve", "retry")])
    shard = forms.IntegerField(min_value=1, max_value=2**62)
    reason = forms.CharField(required=False, max_length=500, validators=[refuse_numbers])
