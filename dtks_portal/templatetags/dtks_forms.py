"""What the form templates of the pack "dtks" ask of a field."""

from typing import TYPE_CHECKING, Any, Final

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

register = template.Library()
# Short names above the boxes of a date; each box has a longer aria-label that begins with the same word.
BOX_LABELS: "Final[dict[str, StrPromise]]" = {"day": _("Day"), "month": _("Month"), "year": _("Year")}


@register.filter
def error_target(field: BoundField) -> str:
    """The id of the control an error summary jumps to: the field itself, or the first box or choice of a group."""
    if not field.use_fieldset:
        return field.id_for_label or field.auto_id
    if isinstance(field.field.widget, forms.SelectDateWidget):
        return field.field.widget.id_for_label(field.auto_id)
    return f"{field.auto_id}_0"


@register.filter
def shown_after(field: BoundField) -> SafeString:
    """Attributes of a question that follows from another one: what calls for it, and that it is hidden until then."""
    question, answers = getattr(field.form, "follows", {}).get(field.name, ("", ()))
    if not question:
        return SafeString("")
    asked = field.form.add_prefix(question)
    attributes = format_html(' data-after="{}" data-answers="{}"', asked, " ".join(sorted(answers)))
    return format_html(
        "{}{}", attributes, SafeString(" hidden" if field.name in getattr(field.form, "dormant", ()) else "")
    )


@register.filter
def is_choice_list(field: BoundField) -> bool:
    """Radios or checkboxes, one card per choice."""
    return isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


@register.filter
def is_single_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_password(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.PasswordInput)


@register.filter
def box_label(box: dict[str, Any]) -> "StrPromise | str":
    """The visible label of one box of a grouped input, by the end of its name; empty where the box has none."""
    return BOX_LABELS.get(str(box.get("name", "")).rpartition("_")[2], "")
