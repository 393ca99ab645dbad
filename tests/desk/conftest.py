"""The browser of the pages that are walked in one."""

from tests.browser import browser, page

__all__ = ["browser", "page"]
