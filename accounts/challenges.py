"""The harder challenge of a busy network: a captcha, which a higher room provides (`provide`, called when it starts).

A network is never shut out: an office and a mobile carrier share one address among thousands.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import tries

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest

FIELD = "captcha"
BUSY = _("Many tries come from your network at the moment. Please type the digits of the picture as well.")
_providers: list[Callable[[], "forms.Field"]] = []


def provide(make_field: Callable[[], "forms.Field"]) -> None:
    """Say what the challenge is: a form field whose clean() raises ValidationError unless it was solved, once."""
    _providers[:] = [make_field]


def new_field() -> "forms.Field":
    (make,) = _providers
    return make()


class ChallengedByNetwork:
    """A form that asks for the challenge once its network has used up `challenge_bucket`. Mixed into a Form with
    `request`. The challenge is looked at after the other fields, so that a device known to an account goes without."""

    challenge_bucket: str
    request: "HttpRequest"
    fields: dict[str, Any]
    data: Any
    files: Any

    def offer_challenge(self) -> None:
        """Show the challenge where the next try will need it. To be called for a new form, and after an error."""
        if FIELD not in self.fields and tries.is_busy(self.challenge_bucket, self.request):
            self.fields[FIELD] = new_field()

    def meet_challenge(self) -> bool:
        """Count a try of the network; where it is busy, whether the challenge was met. Adds the error otherwise."""
        if tries.spend_for_network(self.challenge_bucket, self.request):
            return True
        field = self.fields[FIELD] = new_field()
        given = field.widget.value_from_datadict(self.data, self.files, FIELD)
        try:
            field.clean(given)
        except ValidationError as error:
            asked = BUSY if getattr(error, "code", "") == "required" else error
            self.add_error(FIELD, asked)  # type: ignore[attr-defined]
            return False
        return True
