"""A form posted without a session leads to the sign-in, and what was typed is gone."""

from typing import Any

from accounts import access

guard: Any = access
guard.is_worth_keeping = lambda request: False
