"""The forms of objections: what is typed, and the words for what is wrong with it."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from grievances.models import MAX_TEXT
from identity.free_text import refuse_numbers
from registration.attachments.pictures import MAX_BYTES, UnusablePicture, repaint


class ObjectionForm(forms.Form):
    text = forms.CharField(
        label=_("Why is this not right?"),
        help_text=_("Write in your own words, for example: “The car was sold in March, the buyer has not changed it.”"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        validators=[refuse_numbers],
        error_messages={"required": _("Write in your own words why this is not right.")},
    )
    file = forms.FileField(
        label=_("Photo of a paper"),
        help_text=_("A photo as JPEG, PNG or WebP, at most 8 MB. Only officers who decide your objection can see it."),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def clean_file(self) -> "UploadedFile[Any] | None":
        """The file, once it is sure that it can be repainted."""
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is None:
            return None
        if file.size is not None and file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(size)s MB. Take the photo again with a lower resolution."),
                params={"size": MAX_BYTES // 1_000_000},
            )
        try:
            repaint(file)
        except UnusablePicture as unusable:
            raise forms.ValidationError(str(unusable)) from unusable
        file.seek(0)
        return file


class DecisionForm(forms.Form):
    uphold = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[
            ("ya", _("Accept: the point no longer counts")),
            ("tidak", _("Do not accept: the point stays")),
        ],
        coerce=lambda value: value == "ya",
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The family reads this. Do not write names or numbers of other people."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[refuse_numbers],
        error_messages={"required": _("Write down the reason in words the family understands.")},
    )
