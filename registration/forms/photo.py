"""One photo, chosen or taken with the phone's camera."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from registration.attachments.kinds import Rule
from registration.attachments.pictures import MAX_BYTES

EMPTY = {"empty": _("The file is empty. Take the photo once more.")}


class PhotoForm(forms.Form):
    """`foto` opens the camera, `galeri` what is on the phone already; many phones offer only one of the two at a time.

    `instead_of` is the photo that the new one replaces, if any. What the file is worth is found by looking at it.
    """

    hide_optional = True  # one of the two is needed

    foto = forms.FileField(
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
        error_messages=EMPTY,
    )
    galeri = forms.FileField(
        label=_("Or a photo that is on your phone already"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*"}),
        error_messages=EMPTY,
    )
    instead_of = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, UploadedFile[Any]] | None = None,
        *,
        rule: Rule,
    ) -> None:
        super().__init__(data, files, label_suffix="")
        self.fields["foto"].label = rule.title
        self.fields["foto"].help_text = rule.how

    def clean_foto(self) -> UploadedFile[Any] | None:
        return _not_too_large(self.cleaned_data["foto"])

    def clean_galeri(self) -> UploadedFile[Any] | None:
        return _not_too_large(self.cleaned_data["galeri"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and self.photo is None:
            self.add_error("foto", _("Take or choose a photo first."))
        return cleaned

    @property
    def photo(self) -> UploadedFile[Any] | None:
        """What was sent, once the form is valid: the newly taken one where both are."""
        found: UploadedFile[Any] | None = self.cleaned_data.get("foto") or self.cleaned_data.get("galeri")
        return found

    @property
    def chosen(self) -> str:
        """The field beside which something about the photo is said."""
        return "galeri" if self.cleaned_data.get("galeri") and not self.cleaned_data.get("foto") else "foto"


def _not_too_large(file: UploadedFile[Any] | None) -> UploadedFile[Any] | None:
    if file is not None and file.size is not None and file.size > MAX_BYTES:
        raise forms.ValidationError(
            _("The file is larger than %(size)s MB. Take the photo again with a lower resolution."),
            params={"size": MAX_BYTES // 1_000_000},
        )
    return file
