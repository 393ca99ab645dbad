"""PostgreSQL and Valkey for a developer, the tests and the demo: nothing to install, nothing left running.

The first process that needs the services starts a detached supervisor. Every such process holds a shared file lock
for as long as it lives; when nobody holds it any more, however the last one died, the supervisor stops the servers.
"""

from dtks_portal.embedded.client import Services, ensure_services
from dtks_portal.embedded.errors import ServiceError

__all__ = ["ServiceError", "Services", "ensure_services"]
