"""Receiving an upload: straight from the request into a private file, never into memory, up to a size."""

import os
import secrets
from pathlib import Path
from typing import IO, Any

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminDateWidget
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.models import Snapshot
from matching.snapshots import uploads
from matching.snapshots.reading import BLOCK


class ReceivedFile(UploadedFile):  # type: ignore[type-arg]  # takes type parameters in the stubs only
    """A file in the private folder. What the sender called it is not kept: names of files hold names of people."""

    def __init__(self, path: Path, size: int) -> None:
        super().__init__(name=path.name, size=size)
        self.path = path


class PrivateFileHandler(FileUploadHandler):
    """Writes the one file of a form. `refusal` says why it was not kept."""

    chunk_size = BLOCK

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.path: Path | None = None
        self.refusal = ""
        self._out: IO[bytes] | None = None
        self._size = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.path is not None:
            self._refuse("second")
        try:
            self.path = uploads.folder() / secrets.token_hex(16)
            self._out = os.fdopen(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
        except OSError:
            self._refuse("disk")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._size += len(raw_data)
        if self._size > settings.DTKS_EXTRACT_UPLOAD_BYTES:
            self._refuse("large")
        try:
            if self._out is not None:
                self._out.write(raw_data)
        except OSError:
            self._refuse("disk")

    def file_complete(self, file_size: int) -> ReceivedFile | None:
        try:
            self._close()
        except OSError:
            self._refuse("disk")
        return ReceivedFile(self.path, file_size) if self.path is not None else None

    def upload_interrupted(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Remove the file: it did not arrive whole, or the form has errors."""
        try:
            self._close()
        except OSError:
            self._out = None
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._out is not None:
            self._out.close()
            self._out = None

    def _refuse(self, why: str) -> None:
        self.refusal = why
        self.forget()
        raise StopUpload(connection_reset=False)


REFUSALS = {
    "large": _("The file is larger than %(limit)d MB. Compress it with gzip, or load it with import_extract."),
    "disk": _("The server has no room for this file now. Nothing of it was kept."),
    "second": _("Send one file at a time."),
}


class UploadForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a person says about an extract and the file itself."""

    file = forms.FileField(
        label=_("file"), help_text=_("CSV, also compressed with gzip. Its first line names the columns.")
    )

    class Meta:
        model = Snapshot
        fields = ["source", "as_of"]
        widgets = {"as_of": AdminDateWidget}

    handler: PrivateFileHandler | None = None  # set on the class of one request

    def clean_as_of(self) -> Any:
        as_of = self.cleaned_data["as_of"]
        if as_of > timezone.localdate():
            raise forms.ValidationError(_("An extract cannot be of a day that is still to come."))
        return as_of

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.handler is not None and self.handler.refusal:
            self.errors.pop("file", None)
            limit = settings.DTKS_EXTRACT_UPLOAD_BYTES // 1_000_000
            self.add_error("file", forms.ValidationError(REFUSALS[self.handler.refusal], params={"limit": limit}))
        return cleaned
