"""Sessions in the database whose contents are sealed.

Sign-in libraries put phones and posted forms into sessions, so the payload is sealed for the key of its own row:
a copy of the table tells nothing, and a payload moved to another row does not open.
"""

import base64
import binascii
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore

from identity.sealing import SealError, seal, unseal


class SessionStore(DatabaseSessionStore):
    def encode(self, session_dict: dict[str, Any]) -> str:
        plain = self.serializer().dumps(session_dict)
        return base64.b64encode(seal(plain, context=self._context())).decode("ascii")

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """The contents; none when they cannot be opened, as if the session had ended."""
        try:
            plain = unseal(base64.b64decode(session_data, validate=True), context=self._context())
        except (SealError, binascii.Error, ValueError):
            return {}
        contents = self.serializer().loads(plain)
        return contents if isinstance(contents, dict) else {}

    def cycle_key(self) -> None:
        """A new key; the list of open sessions follows it."""
        before = self.session_key
        super().cycle_key()
        from accounts.models import OpenSession  # this module is imported before there are models

        if before and self.session_key:
            OpenSession.objects.filter(session_key=before).update(session_key=self.session_key)

    def _context(self) -> str:
        return f"django_session.session_data:{self._get_or_create_session_key()}"  # type: ignore[attr-defined]
