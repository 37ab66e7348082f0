"""Runs Coq on a program's theorem about the weights of a network file.

A folder gets the hand-written files and the weights, and ``coqc`` compiles them in order. What is
believed is Coq's own word: that every file compiled, and what ``Print Assumptions`` printed of each theorem.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from construction.errors import ConstructionError, NetworkError
from construction.network.rcnn import RCNN
from proofs_check.coq.generate import Proof, generated_files, proof_of
from proofs_check.verdict import RefutedError

VERSION: Final = "8.16"  #: the version of Coq that the proofs are tested with
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


def file_names(proof: Proof) -> list[str]:
    """The proof's files in the order in which they build on each other: up to the theorem's."""
    lines = (files("proofs_check.coq") / "_CoqProject").read_text().splitlines()
    order = [line.removesuffix(".v") for line in lines if line.endswith(".v")]
    needed: set[str] = set()
    waiting = [proof.theorem, *proof.besides]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            lists = re.findall(
                r"^From RCNN Require (?:Import )?(.*?)\.$", _text(name), re.MULTILINE
            )
            waiting += [each for names in lists for each in names.split()]
    return [name for name in order if name in needed]


def _text(name: str) -> str:
    return (files("proofs_check.coq") / f"{name}.v").read_text()


def statement(proof: Proof) -> str:
    """The theorem, word for word from its file."""
    found = re.search(
        rf"^Theorem {proof.name} .*?\.(?=\nProof\.)", _text(proof.theorem), re.MULTILINE | re.DOTALL
    )
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
    # Coq is run in another folder, where a relative path leads nowhere.
    path = str(Path(path).absolute())
    done = _run([path, "--version"], Path())
    found = re.search(r"version (\S+)", done.stdout)
    version = found[1] if found else "of an unknown version"
    if not f"{version}.".startswith(f"{VERSION}."):
        raise CoqError(f"{path} is Coq {version}; {advice}")
    return path, version


def write_sources(folder: Path, network: RCNN, certificate: Mapping[str, Any]) -> None:
    """Write everything that Coq needs into ``folder``: the hand-written files, and the generated ones.

    Raises :class:`~construction.errors.NetworkError` when the network is of another program or has no work
    column, the certificate is not one of it, or the folder cannot be written.
    """
    if not network.work_columns:
        raise NetworkError(
            f"network {network.name!r} has no work column; the theorem is about one or more"
        )
    try:
        generated = generated_files(network, certificate)
    except RefutedError as error:
        raise NetworkError(f"network {network.name!r}: {error}") from None
    names = file_names(proof_of(network))
    texts = {f"{name}.v": generated.get(name) or _text(name) for name in names}
    texts["_CoqProject"] = "-Q . RCNN\n\n" + "".join(f"{name}.v\n" for name in names)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text)
    except OSError as error:
        raise NetworkError(f"{folder}: cannot be written: {error.strerror}") from None


def prove(subjects: Iterable[tuple[RCNN, Mapping[str, Any]]], progress: Callback) -> list[Outcome]:
    """Let Coq prove the theorems for these networks, each with its certificate.

    What several proofs build on is compiled once.

    Raises :class:`CoqError` without a suitable Coq, and
    :class:`~construction.errors.NetworkError` for a network that the proof is not about.
    """
    with TemporaryDirectory() as folder:
        compiled: dict[str, tuple[str, str]] = {}
        return [_prove(Path(folder), compiled, *subject, progress) for subject in subjects]


def _prove(
    folder: Path,
    compiled: dict[str, tuple[str, str]],
    network: RCNN,
    certificate: Mapping[str, Any],
    progress: Callback,
) -> Outcome:
    proof = proof_of(network)
    coqc, version = find_coqc()
    start = time.monotonic()
    write_sources(folder, network, certificate)
    printed, failure = _compile(coqc, folder, file_names(proof), compiled, progress)
    return Outcome(
        program=network.name,
        theorem=proof.name,
        statement=statement(proof),
        coq=version,
        assumptions=printed,
        failure=failure,
        seconds=time.monotonic() - start,
    )


def _compile(
    coqc: str,
    folder: Path,
    names: Sequence[str],
    compiled: dict[str, tuple[str, str]],
    progress: Callback,
) -> tuple[str, str]:
    """Compile all files: what Coq printed of their theorems, and where it failed, if it did.

    ``compiled`` has the text of each file that is compiled already, and what Coq printed.
    """
    printed: dict[str, None] = {}
    for number, name in enumerate(names):
        progress("coqc", number, len(names))
        text = (folder / f"{name}.v").read_text()
        if name in compiled and compiled[name][0] != text:
            compiled.clear()  # and with it what builds on the other text
        if name not in compiled:
            command = [coqc, "-q", "-Q", ".", "RCNN", f"{name}.v"]
            done = _run(command, folder)
            if done.returncode:
                return "", _failure(folder, name, done.stderr)
            compiled[name] = text, done.stdout
        printed |= dict.fromkeys(compiled[name][1].splitlines())
    return "\n".join(printed), ""


def _run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run it in a folder; bytes of its output that are no text are replaced."""
    return subprocess.run(
        command, cwd=folder, capture_output=True, encoding="utf-8", errors="replace", check=False
    )


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
