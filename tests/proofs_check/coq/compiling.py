"""The proofs' files, compiled in a folder of a test's own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

import proofs_check

FOLDER: Final = Path(proofs_check.__file__).parent / "coq"


def coqc() -> str:
    """The Coq compiler; a skip without it, or a failure where RCNN_REQUIRED lists coq."""
    found = shutil.which("coqc")
    if found is not None:
        return found
    if "coq" in os.environ.get("RCNN_REQUIRED", "").split():
        pytest.fail("RCNN_REQUIRED lists coq, but there is no coqc")
    pytest.skip("there is no coqc")


def order() -> list[str]:
    """The files in the order of ``_CoqProject``, which is one in which they compile."""
    lines = (FOLDER / "_CoqProject").read_text().splitlines()
    return [line.removesuffix(".v") for line in lines if line.endswith(".v")]


def compile_file(folder: Path, name: str) -> subprocess.CompletedProcess[str]:
    """Run the compiler on one file of ``folder``."""
    command = [coqc(), "-Q", ".", "RCNN", f"{name}.v"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def compile_all(folder: Path, names: Sequence[str]) -> str:
    """Copy those of ``names`` that ``folder`` lacks and compile all; what the compiler printed."""
    printed = []
    for name in names:
        if not (folder / f"{name}.v").exists():
            shutil.copy(FOLDER / f"{name}.v", folder)
        done = compile_file(folder, name)
        assert done.returncode == 0, f"{name}.v: {done.stderr}"
        printed.append(done.stdout)
    return "".join(printed)


def evaluate(folder: Path, imports: Sequence[str], terms: Sequence[str]) -> list[str]:
    """The values of Coq terms, each on one line, without its type or the scopes of its numbers."""
    lines = [
        "From Coq Require Import List ZArith.",
        f"From RCNN Require Import {' '.join(imports)}.",
        "Import ListNotations.",
        "Set Printing Width 100000.",
        *(f"Eval vm_compute in ({term})." for term in terms),
    ]
    (folder / "Evaluated.v").write_text("\n".join(lines))
    done = compile_file(folder, "Evaluated")
    assert done.returncode == 0, done.stderr
    values = re.sub("%(nat|Z)", "", done.stdout).split("     = ")[1:]
    return [" ".join(value.rsplit("\n     : ", 1)[0].split()) for value in values]
