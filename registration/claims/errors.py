"""Why a claim cannot be opened or decided. The messages are for people and name nobody."""

from registration.errors import RegistrationError


class NothingContested(RegistrationError):
    """No number of the draft is registered elsewhere, so it can simply be sent."""


class ClaimClosed(RegistrationError):
    """The claim has been decided or taken back in the meantime."""


class HolderChanged(RegistrationError):
    """A number has changed hands since the officer was shown who has it; look again before deciding."""


class HasResults(RegistrationError):
    """The earlier registration carries results of later stages; its people cannot be taken out any more."""
