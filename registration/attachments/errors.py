"""Why a photo cannot be taken, kept or changed now. The messages are for people."""

from __future__ import annotations

from registration.errors import RegistrationError


class PhotoRefused(RegistrationError):
    """Something about photos that their sender can be told; `str()` says it."""


class Frozen(PhotoRefused):
    """The registration window is closed, or the registration was withdrawn: the photos stay as they are."""


class Full(PhotoRefused):
    """There are as many photos of this kind as there may be."""


class AlreadyThere(PhotoRefused):
    """The very same file has been kept before."""


class TooOften(PhotoRefused):
    """More photos in an hour than one account may send."""


class UploadGone(PhotoRefused):
    """The upload has expired or was given up."""


class WrongOffset(PhotoRefused):
    """A piece that does not follow what has arrived; `received` says how many bytes have."""

    def __init__(self, received: int) -> None:
        super().__init__(received)
        self.received = received


class Garbled(PhotoRefused):
    """What arrived is not what was announced."""
