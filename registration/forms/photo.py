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


class PhotoForm(forms.Form):
    """`instead_of` is the photo that the new one replaces, if any. What the file is worth is found by looking at it."""

    foto = forms.FileField(
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
        error_messages={
            "required": _("Take or choose a photo first."),
            "empty": _("The file is empty. Take the photo once more."),
        },
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

    def clean_foto(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["foto"]
        if file.size is not None and file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(size)s MB. Take the photo again with a lower resolution."),
                params={"size": MAX_BYTES // 1_000_000},
            )
        return file
