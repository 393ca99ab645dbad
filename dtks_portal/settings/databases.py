"""The database connection, from the environment or from the embedded services."""

import os
from typing import Any

import environ

from dtks_portal.database_role import connects_as_owner

STATEMENT_TIMEOUT = "DTKS_STATEMENT_TIMEOUT_MS"  # set by the web process (wsgi.py): no page waits longer
LINE_OPTIONS = {
    "connect_timeout": 5,
    # A line that was cut without a word is noticed within seconds.
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


def session_options() -> str:
    """A hung query or lock ends that page, never the site (milliseconds; 0 is without end, for batches)."""
    statement = int(os.environ.get(STATEMENT_TIMEOUT, "0"))
    limits = {"lock_timeout": 4000, "idle_in_transaction_session_timeout": 60_000, "statement_timeout": statement}
    return " ".join(f"-c {name}={value}" for name, value in limits.items())


def connection_settings(*, app_url: str, owner_url: str, max_age: int = 0) -> dict[str, Any]:
    """Django's settings of one connection; the role is the process's (`database_role`)."""
    url = owner_url if connects_as_owner() else app_url
    parsed = dict(environ.Env.db_url_config(url))
    parsed["ENGINE"] = "django.db.backends.postgresql"
    parsed["CONN_MAX_AGE"] = max_age
    parsed["CONN_HEALTH_CHECKS"] = max_age > 0
    options = dict(parsed.get("OPTIONS", {}))
    parsed["HOST"] = options.pop("host", parsed.get("HOST", ""))  # the folder of a Unix socket is given as ?host=
    parsed["OPTIONS"] = {**LINE_OPTIONS, "options": session_options(), **options}
    return parsed


def role_name(url: str) -> str:
    return str(environ.Env.db_url_config(url).get("USER", ""))
