"""The row about learners of one class: whatever machine it accepts is right, and it refuses what is not."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from functools import cache
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest

from construction.search.discovered import load_discovered
from construction.sources.names import compilable
from proofs_check.certificate import Learns
from proofs_check.lemma1.machine import MachineTable
from proofs_check.lemma1.machine_runs import run_machine
from proofs_check.lemma1.row_by_row import Met, check_learner, learner_for_every_m
from proofs_check.patterns.linear import variable
from proofs_check.statement import check
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError

ROW = "Lemma 1, A, every m"
M = variable("m")
#: The values on all inputs of what each learns.
TARGETS = {
    "found-learn-x": ("00", "01"),
    "found-learn-x-or-not": ("01", "10"),
    "found-learn-one-bit": ("00", "11", "01", "10"),
    "found-learn-x1-or-x2": ("0011", "0101"),
    "found-learn-nonzero-parity": ("0011", "0101", "0110"),
    "found-learn-literal": ("0011", "1100", "0101", "1010"),
    "found-learn-parity": ("0000", "0011", "0101", "0110"),
}
ONE_FEATURE = Learns(1, ("00", "01"), M * 3 + 3)


@cache
def found(name: str) -> Subject:
    return Subject(*compilable(name).compiled())


def claiming(name: str, **changes: Any) -> Subject:
    """A subject that claims something else of what is learned; its scenes are as they were."""
    subject = found(name)
    claims = deepcopy(subject.data["claims"])
    claims["learns"] |= changes
    return playing(Subject(subject.network, {**subject.data, "claims": claims}))


def playing(subject: Subject) -> Subject:
    """A subject whose scene is not asked again; :func:`test_the_row` asks."""
    subject._outcomes = {"predicting": found("found-learn-x").outcome("predicting")}
    return subject


def inputs(learns: Learns, m: int) -> Iterator[tuple[list[tuple[int, ...]], int]]:
    """Rows and answers, of data sets that a target explains, by definition."""
    every = list(product((0, 1), repeat=learns.features))
    values = [dict(zip(every, map(int, target), strict=True)) for target in learns.targets]
    for examples in product(every, repeat=m):
        for labels in product((0, 1), repeat=m):
            pairs = list(zip(examples, labels, strict=True))
            left = [each for each in values if all(each[x] == label for x, label in pairs)]
            for test in every:
                answers = {each[test] for each in left}
                if len(answers) == 1:
                    yield [*((*x, label) for x, label in pairs), (*test, 0)], answers.pop()


def ways_to_enter(met: Met) -> set[tuple[int, str, tuple[int, ...]]]:
    """Column, state and the targets that are left, wherever a row below an example is entered."""
    return {(*way, met.rows.kinds[kind].left) for kind, way in met.rows.entered[1:]}


def is_right(machine: MachineTable, learns: Learns, most: int) -> bool:
    for m in range(1, most + 1):
        for rows, answer in inputs(learns, m):
            try:
                output, _ = run_machine(machine, rows, 1, 100 * m)
            except RefutedError:
                return False
            if output != 1 - 2 * answer:
                return False
    return True


def changes(machine: MachineTable) -> Iterator[MachineTable]:
    """Every machine that differs from this one in one part of one entry, or lacks the entry."""
    for key, transition in machine.transitions.items():
        rest = {other: each for other, each in machine.transitions.items() if other != key}
        yield replace(machine, transitions=rest)
        if transition.output is not None:
            changed = [replace(transition, output=-transition.output)]
        else:
            changed = [
                *(replace(transition, write=symbol) for symbol in machine.symbols),
                *(replace(transition, move=move) for move in ("N", "S", "E", "W", "stay")),
                *(replace(transition, to=state) for state in machine.states),
                *(replace(transition, blocked=state) for state in machine.states),
            ]
        for each in changed:
            yield replace(machine, transitions={**rest, key: each})


@pytest.mark.parametrize(
    ("name", "kinds", "entered", "steps"),
    [
        ("found-learn-x", 3, 3, (3, 3)),
        ("found-learn-x-or-not", 10, 4, (2, 28)),
        ("found-learn-one-bit", 16, 12, (2, 4)),
        ("found-learn-x1-or-x2", 3, 4, (6, 6)),
        ("found-learn-nonzero-parity", 7, 8, (13, 24)),
        ("found-learn-literal", 8, 10, (19, 30)),
        ("found-learn-parity", 11, 16, (23, 29)),
    ],
)
def test_the_learners_that_were_found(
    name: str, kinds: int, entered: int, steps: tuple[int, int]
) -> None:
    claim = found(name).claims.learns
    assert claim is not None
    assert (claim.features, claim.targets) == (len(TARGETS[name][0]) // 2, TARGETS[name])
    met = check_learner(found(name).machine, claim, 1)
    assert (len(met.rows.kinds) - 1, len(met.rows.entered) - 1) == (kinds, entered)
    assert (met.slope, met.constant) == steps
    # The steps that the file claims, by which the network's depth goes.
    formula = load_discovered(name).steps
    assert formula is not None
    assert all(claim.steps.at({"m": m}) == formula(m, claim.features) for m in range(1, 9))


@pytest.mark.parametrize(
    ("name", "said", "most"),
    [
        ("found-learn-x", ("00, 01", 3, 3), "3 m + 3"),
        ("found-learn-x-or-not", ("01, 10", 10, 4), "2 m + 28"),
        pytest.param(
            "found-learn-one-bit",
            ("00, 11, 01, 10", 16, 12),
            "2 m + 4",
            marks=pytest.mark.long,
        ),
        pytest.param(
            "found-learn-x1-or-x2",
            ("0011, 0101", 3, 4),
            "6 m + 6",
            marks=pytest.mark.long,
        ),
    ],
)
def test_the_row(name: str, said: tuple[str, int, int], most: str) -> None:
    (row,) = (each for each in of_network(found(name)) if each.id == ROW)
    features = len(TARGETS[name][0]) // 2
    assert row.text.startswith(f"for d = {features} and every m: the machine halts")
    done = check(row)
    assert done.holds
    assert done.constants == {"steps, where they agree": f"at most {most}"}
    targets, kinds, ways = said
    assert done.covered == (
        f"the values {targets} on all inputs; {kinds} kinds of rows above, by the targets that are left and by what they do; "
        f"{ways} ways to come to a row below them; work columns: 1"
    )


def test_all_ways_to_enter_a_row() -> None:
    """It believes in x2 until an example says x1."""
    claim = found("found-learn-x1-or-x2").claims.learns
    assert claim is not None
    assert ways_to_enter(check_learner(found("found-learn-x1-or-x2").machine, claim, 1)) == {
        (2, "C", (0, 1)),
        (2, "C", (1,)),
        (0, "C", (0,)),
        (1, "C", (0,)),
    }


def most_taken(machine: MachineTable, learns: Learns, m: int) -> int:
    """The most steps on data sets of this size on which all targets that are left agree."""
    return max(run_machine(machine, rows, 1, 100 * m)[1] for rows, _ in inputs(learns, m))


def test_what_it_accepts_is_right_and_what_it_refuses_is_wrong() -> None:
    accepted = refused = 0
    machine = found("found-learn-x").machine
    for other in changes(machine):
        try:
            check_learner(other, ONE_FEATURE, 1)
        except RefutedError as refutation:
            refused += 1
            if "machine halts" not in str(refutation):
                assert not is_right(other, ONE_FEATURE, 4)
        else:
            accepted += 1
            assert is_right(other, ONE_FEATURE, 5)
    assert (accepted, refused) == (21, 35)


def test_what_it_accepts_for_two_features_is_right() -> None:
    claim = found("found-learn-x1-or-x2").claims.learns
    assert claim is not None
    accepted = refused = 0
    for other in changes(found("found-learn-x1-or-x2").machine):
        try:
            check_learner(other, claim, 1)
        except RefutedError:
            refused += 1
        else:
            accepted += 1
            assert is_right(other, claim, 2)
    assert (accepted, refused) == (117, 134)


@pytest.mark.parametrize(
    ("name", "m", "steps", "accepted"),
    [("found-learn-x-or-not", 5, (1, 2), 40), ("found-learn-one-bit", 4, (0, 1, 4), 139)],
)
def test_machines_that_move_up(name: str, m: int, steps: tuple[int, ...], accepted: int) -> None:
    """It accepts just those that are right; the steps are nearly as few as it can say."""
    claim = found(name).claims.learns
    assert claim is not None
    spare = []
    for other in changes(found(name).machine):
        try:
            met = check_learner(other, claim, 1)
        except RefutedError:
            assert not is_right(other, claim, m)
        else:
            assert is_right(other, claim, m)
            spare.append(met.slope * m + met.constant - most_taken(other, claim, m))
    assert set(spare) == set(steps)
    assert len(spare) == accepted


@pytest.mark.parametrize(
    ("name", "targets"),
    [
        ("found-learn-x", ("00", "11")),
        ("found-learn-x", ("00", "10")),
        ("found-learn-x", ("00",)),
        ("found-learn-x1-or-x2", ("0011", "0110")),
        ("found-learn-x1-or-x2", ("0011", "0101", "0110")),
        ("found-learn-nonzero-parity", ("0011", "0101", "0110", "0000")),
    ],
)
def test_another_class_is_refused(name: str, targets: tuple[str, ...]) -> None:
    with pytest.raises(RefutedError, match=r"targets that are left say|the machine halts"):
        learner_for_every_m(claiming(name, targets=list(targets)))


def test_the_order_of_the_targets_does_not_matter() -> None:
    learner_for_every_m(claiming("found-learn-x", targets=["01", "00"]))


def test_another_number_of_features_is_refused() -> None:
    targets = ["00001111", "00110011"]
    with pytest.raises(RefutedError, match="entered in column"):
        learner_for_every_m(claiming("found-learn-x1-or-x2", features=3, targets=targets))


def test_a_second_work_column_is_asked_for() -> None:
    """With two the head is not blocked where this machine counts on it; so it is no learner there."""
    subject = found("found-learn-nonzero-parity")
    claim = subject.claims.learns
    assert claim is not None
    with pytest.raises(RefutedError, match="the machine says 1; all targets that are left say -1"):
        check_learner(subject.machine, claim, 2)
    rows = [(0, 0, 0), (1, 0, 0)]
    assert any(
        run_machine(subject.machine, data, 2, 200)[0] != 1 - 2 * answer
        for m in (1, 2, 3)
        for data, answer in inputs(claim, m)
    ), rows
    other = playing(Subject(replace(subject.network, work_columns=2), subject.data))
    with pytest.raises(RefutedError, match="targets that are left say"):
        learner_for_every_m(other)


@pytest.mark.parametrize(
    ("steps", "enough"),
    [
        ({"m": 3, "1": 3}, True),
        ({"m": 4, "1": 2}, True),
        ({"m": 3, "1": 2}, False),
        ({"m": 2, "1": 99}, False),
        ({"m": 99}, True),
        ({"1": 99}, False),
    ],
)
def test_steps_that_are_claimed(steps: dict[str, int], *, enough: bool) -> None:
    subject = claiming("found-learn-x", steps=steps)
    if enough:
        learner_for_every_m(subject)
    else:
        with pytest.raises(RefutedError, match=r"steps; the machine may take 3 m \+ 3"):
            learner_for_every_m(subject)


def test_of_whom_there_is_no_such_row() -> None:
    for name in ("found-parity", "row-reduction-machine"):
        assert ROW not in [each.id for each in of_network(found(name))]
    subject: Any = SimpleNamespace(
        check_prediction=lambda: None, claims=SimpleNamespace(learns=None)
    )
    with pytest.raises(RefutedError, match="does not say what the machine learns"):
        learner_for_every_m(subject)
