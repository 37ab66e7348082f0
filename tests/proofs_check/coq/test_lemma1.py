"""Lemma 1 in Coq, for the weights of a network file."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from construction.cli.main import main
from construction.network.files import save_network
from construction.network.rcnn import RCNN
from construction.sources.names import compilable
from proofs_check.coq.generate import PROOFS
from proofs_check.coq.proof import CLOSED, file_names, prove, statement
from tests.docs.documents import ROOT
from tests.proofs_check.coq.compiling import FOLDER, coqc, order

PROGRAM = "systolic-row-reduction"
MACHINE = "row-reduction-machine"
ONLINE = "online-row-reduction"


@pytest.fixture(scope="module")
def network_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("network") / "network.safetensors"
    save_network(path, *compilable(PROGRAM).compiled())
    return path


@pytest.mark.parametrize("program", PROOFS)
def test_the_page_quotes_the_theorem(program: str) -> None:
    quoted = f"```coq\n{statement(PROOFS[program])}\n```"
    assert quoted in (ROOT / "docs" / "coq.md").read_text()


def test_every_file_belongs_to_a_proof() -> None:
    assert set(order()) == {name for proof in PROOFS.values() for name in file_names(proof)}
    assert {path.stem for path in FOLDER.glob("*.v")} == set(order())


def test_no_proof_is_left_out() -> None:
    for name in order():
        text = (FOLDER / f"{name}.v").read_text()
        assert not re.search(r"\b(Admitted|admit|Axiom|Parameter|Conjecture)\b", text), name


@pytest.mark.parametrize("program", PROOFS)
def test_what_theorems_rest_on_is_printed(program: str) -> None:
    """Of the last theorem of every file that is no means to another; that it is nothing is tested by compiling."""
    proof = PROOFS[program]
    for name in (proof.theorem, *proof.besides):
        text = (FOLDER / f"{name}.v").read_text()
        theorem = re.findall(r"^Theorem (\w+)", text, re.M)[-1]
        assert theorem == proof.name or name in proof.besides
        assert re.findall(r"^Print Assumptions (\w+)\.$", text, re.M) == [theorem]


@pytest.mark.parametrize("program", [PROGRAM, MACHINE])
def test_the_statement_is_the_files(program: str) -> None:
    proof = PROOFS[program]
    assert statement(proof).startswith("Theorem lemma_1 : forall (data : list (list bool * bool))")
    assert statement(proof).endswith("-> explains theta data).")
    assert f"{statement(proof)}\nProof." in (FOLDER / f"{proof.theorem}.v").read_text()


@pytest.mark.coq
@pytest.mark.slow
def test_coq_proves_it(capsys: pytest.CaptureFixture[str]) -> None:
    """All that there are, one after the other; a file that several build on is compiled once."""
    coqc()
    assert main(["verify", "--coq", "--json"]) == 0
    proofs = json.loads(capsys.readouterr().out)["proofs"]
    assert [proof["program"] for proof in proofs] == list(PROOFS)
    for proof in proofs:
        assert proof["assumptions"] == CLOSED == "Closed under the global context"
        assert (proof["theorem"], proof["failure"]) == (PROOFS[proof["program"]].name, "")
        assert proof["holds"]


def _second_weight(network: RCNN) -> RCNN:
    first, second, third = network.convolution
    weights = second.weights.copy()
    weights[1, weights[1].nonzero()[0][0]] *= -1
    return replace(network, convolution=(first, replace(second, weights=weights), third))


def _first_bias(network: RCNN) -> RCNN:
    """Moved so that the unit is at its kink where the patch shows 47 to the north."""
    first, *rest = network.convolution
    biases = first.biases - 3 * np.eye(1, first.width, 6, dtype=np.int64)[0]
    return replace(network, convolution=(replace(first, biases=biases), *rest))


def _last_bias(network: RCNN) -> RCNN:
    *rest, last = network.convolution
    changed = replace(last, biases=last.biases + last.scale)
    return replace(network, convolution=(*rest, changed))


def _answer_weight(network: RCNN) -> RCNN:
    """The gate of the answer adds one too many."""
    *rest, last = network.convolution
    weights = last.weights + np.eye(1, last.inputs, last.inputs - 1, dtype=np.int64)
    return replace(network, convolution=(*rest, replace(last, weights=weights)))


def _head_weight(network: RCNN) -> RCNN:
    hidden, last = network.head
    weights = last.weights.copy()
    weights[0, -1] -= 1
    return replace(network, head=(hidden, replace(last, weights=weights)))


@pytest.mark.long
@pytest.mark.parametrize(
    ("program", "file"), [(PROGRAM, "SystolicNetwork"), (MACHINE, "Machine"), (ONLINE, "Online")]
)
@pytest.mark.parametrize(
    ("damage", "where"),
    [
        (_second_weight, r"\w*.v, line \d+, \w+: Unable to unify"),
        (_first_bias, r"\w*.v, line \d+, fit: Unable to unify"),
        (_last_bias, r"\w*.v, line \d+, \w+: Unable to unify"),
        (_answer_weight, r"\w*.v, line \d+, \w+: Unable to unify"),
        (_head_weight, r"\w*.v, line \d+, \w+: Unable to unify"),
    ],
)
def test_damaged_weights_have_no_proof(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    program: str,
    file: str,
    damage: Callable[[RCNN], RCNN],
    where: str,
) -> None:
    coqc()
    network, certificate = compilable(program).compiled()
    path = tmp_path / "network.safetensors"
    save_network(path, damage(network), certificate)
    assert main(["verify", "--coq", "--network", str(path)]) == 1
    shown = capsys.readouterr().out
    assert re.search(f"not proved for these weights: {file}{where}", shown), shown


@pytest.mark.coq
@pytest.mark.slow
def test_a_damaged_certificate_of_a_machine_has_no_proof(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The network does what its own table says, and not what another one does."""
    coqc()
    network, certificate = compilable(MACHINE).compiled()
    for entry in certificate["machine"]["transitions"]:
        if (entry["state"], entry["symbol"]) == ("south", "1"):
            entry["write"] = "0"
    path = tmp_path / "network.safetensors"
    save_network(path, network, certificate)
    assert main(["verify", "--coq", "--network", str(path)]) == 1
    assert re.search(r"not proved .*: Machine\w+.v, line", capsys.readouterr().out)


def test_a_certificate_without_its_machine_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    coqc()
    network, certificate = compilable(MACHINE).compiled()
    del certificate["machine"]
    path = tmp_path / "network.safetensors"
    save_network(path, network, certificate)
    assert main(["verify", "--coq", "--network", str(path)]) == 2
    assert "the depth should count each of a machine's steps once" in capsys.readouterr().err


def test_another_program_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    coqc()
    assert main(["verify", "--coq", "majority"]) == 2
    assert "the Coq proofs are about 'systolic-row-reduction'" in capsys.readouterr().err


def test_a_missing_coq_is_said_to_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["verify", "--coq"]) == 2
    assert "there is no coqc on the PATH" in (shown := capsys.readouterr().err)
    assert "tested with Coq 8.16, Debian's package coq (apt install coq)" in shown


@pytest.mark.parametrize("version", ["8.160.1", "8.20.0", "9.0"])
def test_another_version_of_coq_is_refused(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    version: str,
) -> None:
    fake = tmp_path / "coqc"
    fake.write_text(f"#!/bin/sh\necho The Coq Proof Assistant, version {version}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["verify", "--coq"]) == 2
    assert (
        f"{fake} is Coq {version}; the proofs are tested with Coq 8.16" in capsys.readouterr().err
    )


def test_what_proofs_share_is_compiled_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And other weights again, with all that comes after them."""
    fake, log = tmp_path / "coqc", tmp_path / "log"
    fake.write_text(
        f'#!/bin/sh\nfor last; do :; done\necho "$last" >> {log}\necho version 8.16.1\n'
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    network, certificate = compilable(PROGRAM).compiled()
    sound, damaged = (network, certificate), (_head_weight(network), certificate)
    prove([sound, compilable(MACHINE).compiled(), sound, damaged], lambda *_: None)
    times = Counter(log.read_text().split())
    names = file_names(PROOFS[PROGRAM])
    weights = names.index("Weights")
    assert {times[f"{name}.v"] for name in names[:weights]} == {1}
    assert {times[f"{name}.v"] for name in names[weights:]} == {2}
    assert times["MachineLemma1.v"] == 1


@pytest.mark.parametrize(
    ("does", "words"),
    [
        (
            "exit 0",
            "not proved for these weights: the proof rests on assumptions that coqc did not",
        ),
        (r"printf '\377' >&2; exit 1", "Network.v: \N{REPLACEMENT CHARACTER}"),
        ("kill -9 $$", ".v: coqc stopped without a word"),
    ],
)
def test_a_coq_that_goes_wrong_gets_a_sentence(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    does: str,
    words: str,
) -> None:
    """It is found by a relative path, too."""
    fake = tmp_path / "bin" / "coqc"
    fake.parent.mkdir()
    fake.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && {{ echo version 8.16.1; exit 0; }}\n{does}\n'
    )
    fake.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"bin:{os.environ['PATH']}")
    assert main(["verify", "--coq", ONLINE]) == 1
    assert words in capsys.readouterr().out


def test_a_network_without_a_work_column_is_not_what_the_theorem_is_about(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network, certificate = compilable(PROGRAM).compiled()
    path = tmp_path / "none.safetensors"
    save_network(path, replace(network, work_columns=0), certificate)
    assert main(["verify", "--coq", "--network", str(path)]) == 2
    assert "has no work column; the theorem is about one or more" in capsys.readouterr().err


def _write(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "proofs_check.coq", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_folder_with_all_that_coq_needs(network_file: Path, tmp_path: Path) -> None:
    for _ in range(2):
        done = _write(str(network_file), "-o", str(tmp_path / "proof"))
        assert (done.returncode, done.stderr) == (0, "")
    for name in file_names(PROOFS[PROGRAM]):
        assert (tmp_path / "proof" / f"{name}.v").read_text() == (FOLDER / f"{name}.v").read_text()


def test_a_folder_that_cannot_be_written_is_bad_input(network_file: Path) -> None:
    done = _write(str(network_file), "-o", str(network_file))
    assert done.returncode == 2
    assert f"{network_file}: cannot be written: File exists" in done.stderr


def test_a_file_that_is_no_network_is_bad_input(tmp_path: Path) -> None:
    done = _write(str(tmp_path / "nothing"), "-o", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "nothing: cannot be read: No such file or directory" in done.stderr
