"""A submission commits what it has stored before its frozen copy is written."""

from typing import Any

from django.db import connection

from registration import submitting

store = submitting._store


def commit_after(*args: Any, **about: Any) -> None:
    store(*args, **about)
    connection.connection.commit()


submitting._store = commit_after
