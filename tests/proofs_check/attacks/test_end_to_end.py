"""Files whose network and certificate were changed together, as ``rcnn verify --network FILE`` sees them.

The two worst of earlier versions are here: coefficients so large that a form wraps around in 32 bits, and a depth
below 1, with which no layer is looked at. Both made networks pass that never answer.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from construction.cli.main import main
from construction.executors.sweep.dense import DenseExecutor
from construction.network.files import save_network
from construction.network.rcnn import RCNN
from construction.programs.catalogue import load_program
from construction.rules.rule import LocalRule
from construction.training.memory import expected_memory, memory_grid, with_one
from proofs_check.lemma1.machine import runs_that_are_covered
from proofs_check.patterns.induction import Induction
from proofs_check.patterns.linear import Linear
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.proofs_check.attacks.test_stages import always_plus
from tests.proofs_check.subjects import bundled, with_rule
from tests.proofs_check.test_lemma1 import headless
from tests.proofs_check.test_toy import subject as toy

SYSTOLIC, MACHINE = "systolic-row-reduction", "row-reduction-machine"


def outputs(network: RCNN, layers: int) -> list[int]:
    """What it says of x = 1 after it was told that 1 has the label 1, as bits."""
    example, label = np.array([[-1]]), np.array([-1])
    memory = expected_memory(np.append(example, [[1]], axis=0), np.append(label, 1), 2)
    grid = memory_grid(memory, with_one(example), network.work_columns)
    return [int(each) for each in network.output(DenseExecutor(network).run(grid, layers).grids)]


def says(
    subject: Subject, folder: Path, capsys: pytest.CaptureFixture[str], *only: str
) -> tuple[int, str]:
    """The exit code of the command on a file of this subject, and what it prints."""
    path = folder / "network.safetensors"
    save_network(path, subject.network, subject.data)
    rows = [part for name in only for part in ("--only", name)]
    code = main(["verify", "--network", str(path), *rows])
    return code, capsys.readouterr().out


def never_answers() -> LocalRule:
    rule = load_program(SYSTOLIC).rule
    gates = tuple(each for each in rule.gates if not each.name.endswith("is the answer"))
    assert len(gates) == len(rule.gates) - 1
    return replace(rule, gates=gates)


@pytest.mark.parametrize(("rule", "output"), [(never_answers(), 0), (always_plus(), 1)])
@pytest.mark.parametrize("factor", [2**16 + 1, 2**31, 2**32, -(2**31), 2**63, 10**30])
def test_a_form_that_wraps_around(
    rule: LocalRule, output: int, factor: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The answer is said to be there where ``factor * (n + ...)`` is 0 or more: in 32 bits, anywhere or nowhere."""
    scenes: Any = deepcopy(load_program(SYSTOLIC).certificate["scenes"])
    stages = scenes["predicting"]["stages"]
    answer = next(each for each in stages if each["stage"] == "answer")
    time = answer["where"][-1]
    answer["where"][-1] = {name: factor * c for name, c in time.items()}
    subject = with_rule(SYSTOLIC, rule, scenes=scenes)
    assert outputs(subject.network, 7) == [output]
    assert outputs(bundled(SYSTOLIC).network, 7) == [-1]
    code, printed = says(subject, tmp_path, capsys, "Lemma 1, prediction", "Lemma 1, depth")
    assert code == 1
    assert printed.count("it should be between -65536 and 65536") == 2


@pytest.mark.parametrize(
    "depth",
    [
        {"t": 1},
        {"t": 1, "1": -1},
        {"t": 1, "m": 1, "d": 1, "1": -5},
        {"t": 1, "m": 1, "d": 1, "1": -1},
        {"t": 1, "m": -1, "d": 1, "1": 2},
        {"t": 1, "m": 2, "d": -1, "1": 1},
    ],
)
def test_a_machine_that_is_said_to_start_before_the_first_layer(
    depth: dict[str, int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No head is born, so nothing is ever said; but before layer 1 there is nothing to look at."""
    data: Any = headless().data
    scene = dict(data["scenes"]["predicting"])
    scene["stages"] = [each for each in scene["stages"] if each["kind"] != "head"]
    claims = {**data["claims"], "depth": depth}
    lie = {**data, "claims": claims, "scenes": {**data["scenes"], "predicting": scene}}
    subject = Subject(headless().network, lie)
    assert outputs(subject.network, 40) == [0]
    code, printed = says(subject, tmp_path, capsys, "Lemma 1, prediction", "Lemma 1, depth")
    assert code == 1
    assert printed.count("is not at least 1 on all data sets") == 2


def test_where_nothing_is_looked_at_nothing_is_proved() -> None:
    whole = toy()
    scene = whole.scene("predicting")
    never = Linear((), -1)
    with pytest.raises(RefutedError, match="no layer of predicting is looked at"):
        list(Induction(scene, whole.certificate.book, whole.tables, until=never).check())


def test_a_depth_is_read_even_if_no_row_needs_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data: Any = deepcopy(load_program("majority").certificate)
    data["claims"] |= {"depth": {"m": -3}, "computes": None}
    subject = Subject(bundled("majority").network, data)
    code, printed = says(subject, tmp_path, capsys, "Lemma 1, memorisation")
    assert code == 1
    assert "the depth - 3 m is not at least 1" in printed


def test_a_certificate_of_another_program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A network that calls itself row reduction, with the proof that it is something else."""
    whole = toy()
    network = replace(whole.network, name=SYSTOLIC)
    code, printed = says(Subject(network, whole.data), tmp_path, capsys, "network = rule")
    assert code == 1
    assert f"it should be about {SYSTOLIC!r}" in printed


def test_what_is_not_said_to_compute_anything_is_shown_as_not_claimed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a name for what it computes, nobody compares it with that: the row is there all the same."""
    rule = always_plus()
    claims = {**load_program(SYSTOLIC).certificate["claims"], "computes": None}
    subject = with_rule(SYSTOLIC, rule, claims=claims)
    code, printed = says(subject, tmp_path, capsys, "Lemma 1, A")
    assert code == 0
    assert "not claimed" in printed.splitlines()[1]


def test_steps_that_a_machine_does_not_keep_are_refuted() -> None:
    """The row *depth* asks this of every machine, also of one of which nothing else is claimed."""
    machine = bundled(MACHINE).machine
    most = bundled(MACHINE).steps(1, 1)
    with pytest.raises(RefutedError, match=f"takes more than {most - 1} steps"):
        runs_that_are_covered(machine, 1, {(1, 1): most - 1})


def test_row_reduction_itself_is_run_on_small_sizes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Were all proofs for all sizes wrong, the network would still have to answer right."""
    code, printed = says(with_rule(SYSTOLIC, always_plus()), tmp_path, capsys, "Lemma 1, A")
    assert code == 1
    assert "after layer 7 the output is 1; it should be -1" in printed


def test_a_machine_is_not_said_to_hold_the_recurrence_of_a_scan() -> None:
    """Its scene may define the scan's variables; but what the machine does has nothing to do with them."""
    data: Any = deepcopy(load_program(MACHINE).certificate)
    scan = load_program("one-literal").certificate["scenes"]["predicting"]
    data["scenes"]["predicting"] |= {
        name: scan[name] for name in ("variables", "definitions", "rank")
    }
    data["claims"]["computes"] = "one literal"
    subject = Subject(bundled(MACHINE).network, data)
    names = [each.id for each in of_network(subject)]
    assert "Lemma 1, A" in names
    assert "Lemma 1, recurrence" not in names


@pytest.mark.parametrize("code", ["asked", "answer"])
def test_a_unit_at_its_kink_in_a_wave(
    code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A hinge that no unit uses stands at its kink on a code of a prediction: what its slope is nobody says."""
    whole = toy()
    hinges, units, last = whole.network.convolution
    number = whole.certificate.book.number(code, {"sign": 1})
    row = np.zeros((1, 9), dtype=np.int64)
    row[0, 4] = 4
    more = replace(
        hinges,
        weights=np.concatenate([hinges.weights, row]),
        biases=np.append(hinges.biases, -4 * number),
        names=(*hinges.names, "idle"),
    )
    wider = replace(units, weights=np.pad(units.weights, ((0, 0), (0, 1))))
    subject = Subject(replace(whole.network, convolution=(more, wider, last)), whole.data)
    status, printed = says(subject, tmp_path, capsys, "memorisation", "Lemma 1, prediction")
    assert status == 1
    assert "1 hold, 1 fail" in printed
    assert "stands at its kink on the patch" in printed
