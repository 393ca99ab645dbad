"""The step of signing in that sends a code, for citizens who have asked for it."""

import contextlib
from typing import Any

from allauth.account.stages import LoginStage
from django.shortcuts import redirect

from accounts import codes
from accounts.models import Purpose


class MessageCodeStage(LoginStage):  # type: ignore[misc]
    """Staff have their app instead. A message that cannot be sent leaves the recovery codes, and the kelurahan."""

    key = "message_code"
    urlname = "accounts:sign_in_code_check"

    def handle(self) -> tuple[Any, bool]:
        user = self.login.user
        if user is None or not user.sign_in_code or user.needs_second_factor:
            return None, True
        with contextlib.suppress(codes.TooManyMessages, codes.NoWay):
            codes.send_code(user=user, purpose=Purpose.SIGN_IN, kind=user.sign_in_code)
        return redirect(self.urlname), True
