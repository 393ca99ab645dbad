"""What keeps rows long enough works as the tables' owner."""

from tests.audit.retaining import owner as owner
