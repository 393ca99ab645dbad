"""A process that serves people must connect as a role that owns nothing: a flaw in it then cannot rewrite history."""

import logging
from typing import Any

from celery.signals import worker_init
from django.conf import settings
from django.db import OperationalError, connection

from dtks_portal.database_role import connects_as_owner

log = logging.getLogger(__name__)

RIGHTS = """
SELECT current_user, rolsuper, rolbypassrls,
       EXISTS (SELECT FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
               WHERE relowner = r.oid AND relkind IN ('r', 'p') AND n.nspname = 'public')
FROM pg_roles r WHERE rolname = current_user
"""
WAY_OUT = (
    "Make a role that owns nothing (CREATE ROLE dtks_app LOGIN PASSWORD '…'), put it into DATABASE_URL, "
    "the tables' owner into DATABASE_OWNER_URL, and run manage.py migrate once."
)


def refuse_powerful_role() -> None:
    """End the process with a sentence if its role is a superuser, passes by row security, or owns tables.

    A database that cannot be reached now is no reason: pages say so until it is back.
    """
    if settings.DTKS_ALLOWS_POWERFUL_ROLE or connects_as_owner():
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(RIGHTS)
            role, is_superuser, bypasses, owns = cursor.fetchone()
    except OperationalError:
        log.warning("The database cannot be reached yet; its role was not checked")
        return
    finally:
        connection.close()
    faults = {"is a superuser": is_superuser, "passes by row-level security": bypasses, "owns tables": owns}
    found = [fault for fault, is_so in faults.items() if is_so]
    if found:
        raise SystemExit(f"The database role {role} {' and '.join(found)}, so the portal does not start. {WAY_OUT}")


@worker_init.connect(dispatch_uid="dtks_portal.role_check")
def refuse_in_worker(**kwargs: Any) -> None:
    refuse_powerful_role()
