"""What the form templates of the pack "dtks" ask of a field."""

from django import forms, template
from django.forms.boundfield import BoundField

register = template.Library()


@register.filter
def error_target(field: BoundField) -> str:
    """The id of the control an error summary jumps to: the field itself, or the first box or choice of a group."""
    if not field.use_fieldset:
        return field.id_for_label or field.auto_id
    first = f"{field.auto_id}_0"
    if isinstance(field.field.widget, forms.SelectDateWidget):
        return field.field.widget.id_for_label(field.auto_id)
    return first


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
