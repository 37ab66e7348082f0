"""The project as a package: built, installed somewhere else, and used there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
import yaml

import construction
from construction.extras import missing_extra
from tests.docs.documents import ROOT
from tests.extras import optional


def run(*command: str | Path, cwd: Path) -> str:
    """What the command prints; it must succeed."""
    # Another test of the same process may have named the checkout, which would be found first.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_sdist_and_wheel_install_and_work(tmp_path: Path) -> None:
    """The wheel is built from the source distribution. Other packages are those of this environment."""
    optional("build")
    source = tmp_path / "source"
    run("git", "clone", "--quiet", ROOT, source, cwd=tmp_path)
    build = (sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path / "dist", source)
    run(*build, cwd=tmp_path)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    (_,) = (tmp_path / "dist").glob("*.tar.gz")
    place = tmp_path / "venv"
    venv.create(place, with_pip=True)
    binaries = place / "bin"
    run(binaries / "pip", "install", "--quiet", "--no-deps", wheel, cwd=tmp_path)
    (packages,) = place.glob("lib/python3*/site-packages")
    assert (packages / "construction" / "py.typed").exists()
    (packages / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    assert run(binaries / "rcnn", "--version", cwd=tmp_path) == f"rcnn {construction.__version__}\n"
    where = "import construction; print(construction.__file__)"
    assert str(packages) in run(binaries / "python", "-c", where, cwd=tmp_path)
    data = tmp_path / "data.csv"
    data.write_text("a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
    learned = run(
        binaries / "rcnn", "learn", data, "--train", "3", "--executor", "reference",
        "--json", cwd=tmp_path,
    )  # fmt: skip
    assert json.loads(learned)["memorised_exactly"]
    for name in construction.PROGRAMS:
        assert name in run(binaries / "rcnn", "show", name, cwd=tmp_path)
    # From a wheel no extra can be named to pip, so the hint names the packages.
    hint = "from construction.extras import missing_extra; print(missing_extra('x', 'sklearn'))"
    assert "pip install 'scikit-learn" in run(binaries / "python", "-c", hint, cwd=tmp_path)


def test_a_hint_to_install_an_extra_works_from_a_checkout() -> None:
    """No package index has the project, so its name alone installs nothing."""
    assert str(missing_extra("PyTorch", "torch")).endswith(
        f"install it with pip install -e '.[torch]' in {ROOT}"
    )


def test_the_citation_is_of_this_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == construction.__version__
    assert citation["cff-version"] == "1.2.0"
    assert citation["references"][0]["url"] == "https://arxiv.org/abs/2209.00735"
