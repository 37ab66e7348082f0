"""The row about learners that never move up: whatever machine it accepts is right, and it refuses what is not."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from functools import cache
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest

from construction.search.discovered import LEARNS, load_discovered
from construction.sources.names import compilable
from proofs_check.certificate import Learns
from proofs_check.lemma1.machine import MachineTable, Transition
from proofs_check.lemma1.machine_runs import LeftOutError, run_machine
from proofs_check.lemma1.row_by_row import (
    Entered,
    Left,
    check_learner,
    learner_for_every_m,
    through_a_row,
)
from proofs_check.patterns.linear import variable
from proofs_check.statement import check
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.proofs_check.test_machine_rows import moving, table

ROW = "Lemma 1, A, every m"
M = variable("m")
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
    ("name", "cases", "ways", "steps", "last"),
    [
        ("found-learn-x", 3, 2, 3, 3),
        ("found-learn-x1-or-x2", 4, 3, 6, 6),
        ("found-learn-nonzero-parity", 8, 4, 13, 24),
    ],
)
def test_the_learners_that_were_found(
    name: str, cases: int, ways: int, steps: int, last: int
) -> None:
    claim = found(name).claims.learns
    assert claim is not None
    assert (claim.features, claim.targets) == (LEARNS[name].features, LEARNS[name].targets)
    met = check_learner(found(name).machine, claim, 1)
    assert (len(met.entered), met.steps, met.last) == (cases, steps, last)
    assert len({(each.column, each.state) for each in met.entered}) == ways
    # The steps that the file claims, by which the network's depth goes.
    formula = load_discovered(name).steps
    assert formula is not None
    assert all(claim.steps.at({"m": m}) == formula(m, claim.features) for m in range(1, 9))


@pytest.mark.parametrize(
    ("name", "said", "most"),
    [
        ("found-learn-x", "00, 01 on all inputs; 3 cases: 2 ways", "3 m + 3"),
        pytest.param(
            "found-learn-x1-or-x2",
            "0011, 0101 on all inputs; 4 cases: 3 ways",
            "6 m + 6",
            marks=pytest.mark.long,
        ),
        pytest.param(
            "found-learn-nonzero-parity",
            "0011, 0101, 0110 on all inputs; 8 cases: 4 ways",
            "13 m + 24",
            marks=pytest.mark.long,
        ),
    ],
)
def test_the_row(name: str, said: str, most: str) -> None:
    (row,) = (each for each in of_network(found(name)) if each.id == ROW)
    assert row.text.startswith(f"for d = {LEARNS[name].features} and every m: the machine halts")
    done = check(row)
    assert done.holds
    assert done.constants == {"steps": f"at most {most}"}
    assert done.covered.startswith(f"the values {said} to enter a row")
    assert done.covered.endswith("work columns: 1")


def test_all_ways_to_enter_a_row() -> None:
    """It believes in x2 until an example says x1."""
    claim = found("found-learn-x1-or-x2").claims.learns
    assert claim is not None
    assert check_learner(found("found-learn-x1-or-x2").machine, claim, 1).entered == {
        Entered(2, "C", (0, 1)),
        Entered(2, "C", (1,)),
        Entered(0, "C", (0,)),
        Entered(1, "C", (0,)),
    }


def test_what_it_accepts_is_right_and_what_it_refuses_is_wrong() -> None:
    accepted = refused = 0
    machine = found("found-learn-x").machine
    for other in changes(machine):
        try:
            check_learner(other, ONE_FEATURE, 1)
        except RefutedError as refutation:
            refused += 1
            if "moves up" not in str(refutation) and "machine halts" not in str(refutation):
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
    assert (accepted, refused) == (116, 135)


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


#: It goes down the label's column if it says 1, and tells the test example's bit there, or 0.
LEARNER = table(
    moving("even", "0", "E", "label0"),
    moving("even", "1", "E", "label1"),
    moving("label0", "0", "W", "back"),
    moving("label0", "_", "S", "even", "no"),
    moving("label1", "0", "S", "zero", "yes"),
    moving("label1", "1", "W", "down"),
    moving("back", "0", "S", "even", "no"),
    moving("down", "1", "S", "even"),
    moving("zero", "0", "S", "zero", "no"),
    Transition("no", "0", 0, output=1),
    Transition("yes", "0", 0, output=-1),
)


def changed(**entries: Any) -> MachineTable:
    """Entries of one transition, by its state and symbol joined with an underscore."""
    pairs = dict(LEARNER.transitions)
    for name, each in entries.items():
        state, symbol = name.split("_")
        key = state, symbol or "_"
        if each is None:
            del pairs[key]
        else:
            pairs[key] = replace(pairs[key], **each)
    return replace(LEARNER, transitions=pairs)


def test_a_learner_by_hand() -> None:
    met = check_learner(LEARNER, ONE_FEATURE, 1)
    assert (met.steps, met.last) == (3, 3)
    assert met.entered == {
        Entered(0, "even", (0, 1)),
        Entered(0, "even", (1,)),
        Entered(1, "zero", (0,)),
    }
    assert is_right(LEARNER, ONE_FEATURE, 4)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        (
            {"back_0": {"move": "N"}},
            "in an example's row, 00, entered in column 1 in 'even': the machine moves up in 'back' on '0'",
        ),
        ({"zero_0": {"move": "N"}}, "an example's row, 00, entered in column 2 in 'zero':.* up"),
        ({"down_1": {"move": "stay", "to": "down"}}, "it is twice in 'down' in column 1"),
        ({"back_0": {"move": "W", "blocked": "even"}}, "never leaves a row: it is twice in 'even'"),
        ({"down_1": None}, r"11, entered .*: the machine meets \('down', '1'\), which it has not"),
        ({"no_0": None}, r"in the last row, 00, entered .* meets \('no', '0'\), which it has not"),
        ({"back_0": {"output": 1}}, "an example's row, 00, entered in column 1 in 'even': the ma"),
        ({"no_0": {"output": -1}}, "says -1; all targets that are left say 1"),
        ({"yes_0": {"output": 1}}, "10, entered in column 1.*says 1; all .* left say -1"),
        ({"zero_0": {"blocked": "yes"}}, "entered in column 2 in 'zero': the machine says -1"),
        ({"even_1": {"write": "0"}}, r"meets \('down', '0'\)"),
    ],
)
def test_what_is_no_learner(entries: dict[str, Any], reason: str) -> None:
    with pytest.raises(RefutedError, match=reason):
        check_learner(changed(**entries), ONE_FEATURE, 1)


def test_what_nothing_is_said_of() -> None:
    """Before the first example, and where the targets that are left differ."""
    # With x = 1 in a test row that is entered in the start state without any label 1 it may say what it likes ...
    other = changed(label1_0={"blocked": "no"})
    with pytest.raises(RefutedError, match="10, entered in column 1"):
        check_learner(other, ONE_FEATURE, 1)
    # ... unless no example can have said so.
    both = Learns(1, ("01", "10"), M)
    says = table(
        moving("even", "0", "E", "at 0"),
        moving("even", "1", "E", "at 1"),
        *(moving(f"at {x}", y, "W", "x" if x == y else "not x") for x in "01" for y in "01"),
        *(moving(state, bit, "S", f"{state} is") for state in ("x", "not x") for bit in "01"),
        moving("x is", "0", "S", "x is", "plus"),
        moving("x is", "1", "S", "x is", "minus"),
        moving("not x is", "0", "S", "not x is", "minus"),
        moving("not x is", "1", "S", "not x is", "plus"),
        *(Transition("plus", bit, 0, output=1) for bit in "01"),
        *(Transition("minus", bit, 0, output=-1) for bit in "01"),
    )
    assert check_learner(says, both, 1).entered == {
        Entered(0, "x is", (0,)),
        Entered(0, "not x is", (1,)),
    }
    assert is_right(says, both, 4)
    with pytest.raises(LeftOutError):
        run_machine(says, [(0, 0)], 1, 9)


def test_how_a_row_is_left() -> None:
    walk = through_a_row
    assert walk(LEARNER, "00_", 0, "even", last=False) == Left(3, 0, "even")
    assert walk(LEARNER, "10_", 0, "even", last=False) == Left(2, 1, "zero")
    assert walk(LEARNER, "10_", 0, "even", last=True) == Left(2, 1, "yes", -1)
    assert walk(LEARNER, "0_", 1, "label0", last=False) == Left(1, 1, "even")
    assert walk(LEARNER, "0", 0, "no", last=False) == Left(0, 0, "no", 1)
    # Blocked in the west and in the east, and where it writes before.
    west = changed(even_0={"move": "W", "blocked": "back"})
    assert walk(west, "0", 0, "even", last=False) == Left(2, 0, "even")
    east = changed(even_0={"move": "E", "blocked": "back"})
    assert walk(east, "0", 0, "even", last=False) == Left(2, 0, "even")
    assert walk(east, "0_", 0, "even", last=False) == Left(2, 1, "even")
    writes = changed(even_0={"write": "1", "blocked": "down"})
    assert walk(writes, "0", 0, "even", last=False) == Left(2, 0, "even")
    stays = changed(even_0={"move": "stay", "to": "back"})
    assert walk(stays, "0", 0, "even", last=False) == Left(2, 0, "even")
    # It comes back to a cell in the same state, but has written.
    twice = changed(even_0={"write": "1", "move": "E", "blocked": "even"}, even_1={"move": "S"})
    assert walk(twice, "0", 0, "even", last=False) == Left(2, 0, "label1")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"features": 0}, "features is 0; it should be a number of 1 to 4"),
        ({"features": 5}, "features is 5; it should be a number of 1 to 4"),
        ({"features": True}, "it should be a whole number"),
        ({"features": 2}, "targets/0 is '00'; it should be 4 bits that no target before it has"),
        ({"targets": []}, "it should be a list of 1 to 16 targets"),
        ({"targets": ["00", "00"]}, "targets/1 is '00'; it should be 2 bits that no target"),
        ({"targets": ["0x"]}, "targets/0 is '0x'; it should be 2 bits"),
        ({"targets": ["000"]}, "targets/0 is '000'; it should be 2 bits"),
        ({"targets": ["01\n"]}, "it should be 2 bits"),
        ({"targets": [1]}, "it should be a word"),
        ({"targets": "01"}, "it should be a list"),
        ({"steps": {"d": 1, "1": 9}}, "depends on 'd'; it should depend on m alone"),
        ({"steps": 9}, "it should be a mapping"),
        ({"more": 1}, "has the entry 'more', which nothing reads"),
        (
            {"features": 4, "targets": [f"{each:016b}" for each in range(17)]},
            "it should be a list of 1 to 16 targets",
        ),
    ],
)
def test_a_claim_that_cannot_be_read(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(RefutedError, match=reason):
        _ = claiming("found-learn-x", **changes).certificate


def test_as_many_targets_and_features_as_can_be_read() -> None:
    targets = [f"{each:016b}" for each in range(16)]
    claim = claiming("found-learn-x", features=4, targets=targets).claims.learns
    assert claim == Learns(4, tuple(targets), M * 3 + 5)


def test_an_empty_claim_is_none() -> None:
    """It switches nothing off: what claims to claim nothing cannot be read."""
    subject = found("found-learn-x")
    for missing in ("features", "targets", "steps"):
        claims = deepcopy(subject.data["claims"])
        del claims["learns"][missing]
        with pytest.raises(RefutedError, match=f"lacks '{missing}'"):
            _ = Subject(subject.network, {**subject.data, "claims": claims}).certificate
    claims = {**subject.data["claims"], "learns": None}
    with pytest.raises(RefutedError, match="learns is None; it should be a mapping"):
        _ = Subject(subject.network, {**subject.data, "claims": claims}).certificate


def test_who_learns_needs_a_machine_and_a_scene() -> None:
    subject = found("found-learn-x")
    data = {name: each for name, each in subject.data.items() if name != "machine"}
    data["claims"] = {**data["claims"], "depth": {"m": 1, "d": 1, "1": 2}}
    with pytest.raises(RefutedError, match="says what a machine learns, but has no machine"):
        _ = Subject(subject.network, data).certificate
    data = deepcopy(dict(subject.data))
    del data["scenes"]["predicting"]
    with pytest.raises(RefutedError, match="no scene says"):
        learner_for_every_m(Subject(subject.network, data))


def test_of_whom_there_is_no_such_row() -> None:
    for name in ("found-parity", "found-learn-one-bit"):
        assert ROW not in [each.id for each in of_network(found(name))]
    subject: Any = SimpleNamespace(
        check_prediction=lambda: None, claims=SimpleNamespace(learns=None)
    )
    with pytest.raises(RefutedError, match="does not say what the machine learns"):
        learner_for_every_m(subject)
