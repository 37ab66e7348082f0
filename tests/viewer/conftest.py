"""The browser of the session, for every test of the page."""

from tests.viewer.browser import browser

__all__ = ["browser"]
