"""A submission takes no slots: whoever comes second is registered, too."""

from registration import submitting

submitting._slots = lambda *rows: []
