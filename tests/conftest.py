from __future__ import annotations

import os
import secrets
from pathlib import Path

import pytest
from hypothesis import settings

# Numba's cache of compiled kernels is not safe when several processes fill it at once (two of them
# can give different kernels the same file), so each pytest-xdist worker has its own. Numba reads
# the variable when it is imported, and so do the processes that tests start.
os.environ.setdefault(
    "NUMBA_CACHE_DIR",
    str(
        Path(__file__).parent.parent
        / ".pytest_cache"
        / "numba"
        / os.environ.get("PYTEST_XDIST_WORKER", "main")
    ),
)

# No deadline: the first call of a kernel compiles it.
settings.register_profile("tests", deadline=None, print_blob=True, max_examples=30)
settings.register_profile("thorough", settings.get_profile("tests"), max_examples=2000)
settings.load_profile("tests")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """One seed for the whole run, drawn here so that the header can print it."""
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(secrets.randbits(32))


def pytest_report_header(config: pytest.Config) -> str:
    return f"random seed: repeat this run with --hypothesis-seed={config.option.hypothesis_seed}"
