"""Runs Coq on the proof of Lemma 1 for the weights of a network file.

A folder gets the hand-written files and the weights, and ``coqc`` compiles them in order. What is
believed is Coq's own word: that every file compiled, and what ``Print Assumptions`` printed at the end.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from construction.errors import ConstructionError, NetworkError
from construction.network.rcnn import RCNN
from proofs_check.coq.generate import PROGRAM, WEIGHTS, weights_file

VERSION: Final = "8.16"  #: the version of Coq that the proofs are tested with
THEOREM: Final = "lemma_1"  #: in the file ``Lemma1.v``
CLOSED: Final = "Closed under the global context"  #: what Coq prints of a proof without axioms

Callback = Callable[[str, int, int | None], object]  #: called with what, how much, and of how much


class CoqError(ConstructionError):
    """Coq is missing, or of a version that the proofs are not tested with."""


@dataclass(frozen=True)
class Outcome:
    """What came of it: ``failure`` says where the proof does not go through, if it does not."""

    program: str
    theorem: str
    statement: str
    coq: str
    assumptions: str
    failure: str
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether the theorem is proved, without axioms."""
        return not self.failure and self.assumptions == CLOSED

    def as_json(self) -> dict[str, Any]:
        """The fields, and whether it holds."""
        return {**asdict(self), "holds": self.holds}


def file_names() -> list[str]:
    """The proof's files in the order in which they build on each other: up to the theorem's."""
    lines = (files("proofs_check.coq") / "_CoqProject").read_text().splitlines()
    names = [line.removesuffix(".v") for line in lines if line.endswith(".v")]
    return names[: names.index("Lemma1") + 1]


def statement() -> str:
    """The theorem, word for word from its file."""
    text = (files("proofs_check.coq") / "Lemma1.v").read_text()
    found = re.search(rf"^Theorem {THEOREM} .*?\.(?=\nProof\.)", text, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[0]


def find_coqc() -> tuple[str, str]:
    """Where ``coqc`` is, and its version.

    Raises :class:`CoqError` when there is none, or one of another version.
    """
    advice = f"the proofs are tested with Coq {VERSION}, Debian's package coq (apt install coq)"
    path = shutil.which("coqc")
    if path is None:
        raise CoqError(f"there is no coqc on the PATH; {advice}")
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"version (\S+)", done.stdout)
    version = found[1] if found else "of an unknown version"
    if not f"{version}.".startswith(f"{VERSION}."):
        raise CoqError(f"{path} is Coq {version}; {advice}")
    return path, version


def write_sources(folder: Path, network: RCNN) -> None:
    """Write everything that Coq needs into ``folder``: the hand-written files, and the weights.

    Raises :class:`~construction.errors.NetworkError` when the network is not of the program, or the
    folder cannot be written.
    """
    weights = weights_file(network)
    here = files("proofs_check.coq")
    texts = {f"{name}.v": (here / f"{name}.v").read_text() for name in file_names()}
    texts |= {f"{WEIGHTS}.v": weights, "_CoqProject": (here / "_CoqProject").read_text()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text)
    except OSError as error:
        raise NetworkError(f"{folder}: cannot be written: {error.strerror}") from None


def prove(network: RCNN, progress: Callback) -> Outcome:
    """Let Coq prove the theorem for this network.

    Raises :class:`CoqError` without a suitable Coq, and
    :class:`~construction.errors.NetworkError` for a network that the proof is not about.
    """
    coqc, version = find_coqc()
    start = time.monotonic()
    with TemporaryDirectory() as folder:
        write_sources(Path(folder), network)
        printed, failure = _compile(coqc, Path(folder), progress)
    return Outcome(
        program=PROGRAM,
        theorem=THEOREM,
        statement=statement(),
        coq=version,
        assumptions=printed,
        failure=failure,
        seconds=time.monotonic() - start,
    )


def _compile(coqc: str, folder: Path, progress: Callback) -> tuple[str, str]:
    """Compile all files: what Coq printed of the last one, and where it failed, if it did."""
    printed = ""
    names = file_names()
    for number, name in enumerate(names):
        progress("coqc", number, len(names))
        command = [coqc, "-q", "-Q", ".", "RCNN", f"{name}.v"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            return "", _failure(folder, name, done.stderr)
        printed = done.stdout.strip()
    return printed, ""


def _failure(folder: Path, name: str, message: str) -> str:
    """Which statement of which file does not go through, and what Coq says."""
    text = " ".join(message.split())
    found = re.search(r'File "\./(\S+)", line (\d+), .*?: Error: ?(.*)', text)
    if found is None:
        return f"{name}.v: {text or 'coqc stopped without a word'}"
    lines = (folder / found[1]).read_text().splitlines()[: int(found[2])]
    heads = [re.match(r"(?:Lemma|Theorem|Definition) (\w+)", line) for line in lines]
    head = next((each[1] for each in reversed(heads) if each), "")
    return f"{found[1]}, line {found[2]}{f', {head}' if head else ''}: {found[3].strip()}"
