"""No flaw but a fate: the process is killed at the step of a submission that the name of its phase says.

"mati:_freeze" dies before the frozen copy, "mati:commit" when everything is written and nothing committed,
"mati:answer" when everything is committed and nobody has been told.
"""

import os
import signal
from collections.abc import Callable
from typing import Any

from django.db import connection

from registration import services, submitting

STEPS = ("_store", "close_draft", "_freeze", "record", "send_receipt")
fate = ""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying_before(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any, **about: Any) -> Any:
        if fate == f"mati:{name}":
            die()
        answer = step(*args, **about)
        if name == STEPS[-1] and fate == "mati:commit":
            die()
        return answer

    return run


def submit(**about: Any) -> Any:
    global fate
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM registration_phase WHERE id = %s", [about["draft"].phase_id])
        fate = cursor.fetchone()[0]
    household = honest(**about)
    if fate == "mati:answer":
        die()
    return household


for one in STEPS:
    setattr(submitting, one, dying_before(one, getattr(submitting, one)))
honest = submitting.submit
services.submit = submit
