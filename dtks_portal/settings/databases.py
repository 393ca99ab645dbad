"""The database connection, from the environment or from the embedded services."""

from typing import Any

import environ

from dtks_portal.database_role import connects_as_owner

OPTIONS = {
    "connect_timeout": 5,
    # A hung query or lock ends that page, never the site (milliseconds).
    "options": "-c lock_timeout=4000 -c idle_in_transaction_session_timeout=60000",
}


def connection_settings(*, app_url: str, owner_url: str, max_age: int = 0) -> dict[str, Any]:
    """Django's settings of one connection; the role is the process's (`database_role`)."""
    url = owner_url if connects_as_owner() else app_url
    parsed = dict(environ.Env.db_url_config(url))
    parsed["ENGINE"] = "django.db.backends.postgresql"
    parsed["CONN_MAX_AGE"] = max_age
    parsed["CONN_HEALTH_CHECKS"] = max_age > 0
    options = dict(parsed.get("OPTIONS", {}))
    parsed["HOST"] = options.pop("host", parsed.get("HOST", ""))  # the folder of a Unix socket is given as ?host=
    parsed["OPTIONS"] = {**OPTIONS, **options}
    return parsed


def role_name(url: str) -> str:
    return str(environ.Env.db_url_config(url).get("USER", ""))
