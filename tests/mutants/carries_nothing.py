"""A form posted without a session leads to the sign-in, and what was typed is gone."""

from accounts import access

access.is_worth_keeping = lambda request: False
