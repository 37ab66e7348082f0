"""A plugin of pytest: no trial learns from another's failing examples."""

from hypothesis import settings


def pytest_collection_modifyitems() -> None:
    """After every ``conftest.py`` has loaded its profile."""
    settings.register_profile("trial", settings.get_profile("tests"), database=None)
    settings.load_profile("trial")
