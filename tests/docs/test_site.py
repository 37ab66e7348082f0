"""The documentation site builds without a warning, and its reference has every public name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import construction
from tests.docs.documents import ROOT
from tests.extras import optional

DOCS = ROOT / "docs"
REFERENCE = (DOCS / "api.md").read_text()


@pytest.mark.slow
def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    for package in ("sphinx", "myst_parser", "furo", "sphinx_copybutton", "sklearn", "onnx"):
        optional(package)
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", DOCS, tmp_path],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shown = (tmp_path / "api.html").read_text()
    missing = [name for name in construction.PUBLIC if f'id="construction.{name}"' not in shown]
    assert not missing


def test_the_reference_lists_the_public_names_and_no_others() -> None:
    listed = re.findall(r"^\.\. auto\w+:: (\w+)$", REFERENCE, re.MULTILINE)
    assert sorted(listed) == sorted(construction.PUBLIC)


def test_every_page_is_in_the_table_of_contents() -> None:
    linked = re.findall(r"^[\w/-]+$", (DOCS / "index.md").read_text(), re.MULTILINE)
    pages = {page.relative_to(DOCS).with_suffix("").as_posix() for page in DOCS.glob("**/*.md")}
    assert pages - {"index"} == set(linked)
