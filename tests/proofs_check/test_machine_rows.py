"""The rows about machines, on machines made by hand: each condition refutes what only it would see."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from proofs_check.certificate import Gate
from proofs_check.lemma1 import machine as steps
from proofs_check.lemma1.last_row import Left, check_parity, cross, parity_of_the_test_example
from proofs_check.lemma1.machine import (
    MachineTable,
    Transition,
    check_steps,
    machine_is_rule,
    patches,
    runs_that_are_covered,
)
from proofs_check.lemma1.machine_runs import End, of_covered_runs, run_machine
from proofs_check.verdict import RefutedError
from tests.proofs_check.test_machine_steps import machine

Pairs = dict[tuple[str, str], Transition]


@pytest.mark.parametrize("has_machine", [True, False])
def test_a_row_about_a_machine_says_which_of_its_runs_it_is_about(has_machine: bool) -> None:
    subject: Any = SimpleNamespace(has_machine=has_machine)
    text = of_covered_runs("a text", subject)
    assert text.startswith("a text; on runs that meet no pair" if has_machine else "a text")
    assert (text == "a text") != has_machine


def moving(state: str, symbol: str, move: str, to: str, blocked: str = "") -> Transition:
    return Transition(state, symbol, 0, symbol, move, to, blocked)


def table(*transitions: Transition) -> MachineTable:
    pairs = {(each.state, each.symbol): each for each in transitions}
    return MachineTable("even", "_", ("0", "1"), {"_": 3, "0": 5, "1": 6}, pairs)


#: It goes down the first column; in the last row its state is the parity so far.
PARITY = table(
    moving("even", "0", "S", "even", "turn"),
    moving("even", "1", "S", "even", "turn"),
    moving("turn", "0", "E", "even"),
    moving("turn", "1", "E", "odd"),
    moving("odd", "0", "E", "odd"),
    moving("odd", "1", "E", "even"),
    moving("odd", "_", "S", "lost", "said"),
    Transition("even", "_", 0, output=1),
    Transition("said", "_", 0, output=-1),
)


def with_entries(machine: MachineTable, **changes: Any) -> MachineTable:
    """A machine with other entries of some transitions, each named by its state and symbol joined with an underscore."""
    pairs: Pairs = dict(machine.transitions)
    for name, entries in changes.items():
        state, symbol = name.split("_", 1)
        key = state, symbol or "_"
        if entries is None:
            del pairs[key]
        else:
            pairs[key] = replace(pairs[key], **entries)
    return replace(machine, transitions=pairs)


changed = partial(with_entries, PARITY)


def test_the_parity_is_said() -> None:
    assert check_parity(PARITY) == (2, 2, 1)
    assert check_parity(changed(odd_={"output": -1})) == (2, 2, 0)
    rows = [(1, 0, 1), (1, 1, 0, 1), (1, 0, 0, 1)]
    for test, output in (((1, 0, 1), 1), ((1, 1, 1), -1), ((0, 0, 0), 1)):
        assert run_machine(PARITY, [*rows[1:], (*test, 0)], 1, 20)[0] == output


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"even_0": {"to": "odd"}}, "on '0' the machine does not walk down"),
        ({"even_1": {"move": "E"}}, "on '1' the machine does not walk down"),
        ({"even_1": None}, "on '1' the machine does not walk down"),
        ({"even_": {"output": -1}}, "in 'even', the machine should halt with the parity 0"),
        ({"said_": {"output": 1}}, "in 'odd', the machine should halt with the parity 1"),
        ({"odd_": {"move": "E", "to": "odd"}}, "should halt with the parity 1"),
        ({"odd_1": {"output": 1}}, "the machine halts in the last row on a bit, in 'odd'"),
        ({"odd_1": {"to": "odd"}}, "should halt with the parity"),
        ({"turn_1": {"to": "even"}}, "should halt with the parity"),
        ({"odd_0": {"move": "N"}}, "moves N in 'odd'"),
        ({"odd_0": {"move": "W"}}, "moves W in 'odd'"),
        ({"odd_0": {"move": "stay"}}, "moves stay in 'odd'"),
        ({"odd_0": {"move": "S", "blocked": "odd"}}, "never leaves a cell that it met in 'odd'"),
        ({"odd_0": None}, r"meets \('odd', '0'\), which it has not"),
        ({"said_": None}, r"meets \('said', '_'\), which it has not"),
    ],
)
def test_what_does_not_say_the_parity(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(RefutedError, match=reason):
        check_parity(changed(**changes))


def test_how_a_cell_is_left() -> None:
    assert cross(PARITY, "even", "1") == Left(2, "odd")
    assert cross(PARITY, "odd", "1") == Left(1, "even")
    assert cross(PARITY, "odd", "_") == Left(1, output=-1)
    assert cross(PARITY, "even", "_") == Left(0, output=1)
    writing = changed(even_1={"write": "0"})
    assert cross(writing, "even", "1") == Left(2, "even")


def asked(claimed: dict[tuple[int, int], int] | None, *, scene: bool = True) -> Any:
    """A subject that claims steps; what its network does in a prediction is looked at, and holds or not."""

    def check_prediction() -> None:
        looked.append(scene)
        if not scene:
            raise RefutedError("no scene says")

    looked: list[bool] = []
    return SimpleNamespace(
        check_prediction=check_prediction,
        machine=PARITY,
        claims=SimpleNamespace(steps=claimed),
        looked=looked,
    )


def test_the_steps_of_the_parity() -> None:
    subject = asked({(1, 1): 6, (2, 3): 11})
    found = parity_of_the_test_example(subject)
    assert subject.looked == [True]
    assert found.constants == {"steps": "at most m + 2 (d + 1) + 1"}
    assert found.covered.startswith("2 pairs of a state")
    assert parity_of_the_test_example(asked(None)) == found
    assert parity_of_the_test_example(asked({(1, 1): 7, (2, 3): 99})) == found
    for few in ({(1, 1): 5}, {(1, 1): 6, (2, 3): 10}):
        with pytest.raises(RefutedError, match="the machine may take more"):
            parity_of_the_test_example(asked(few))
    with pytest.raises(RefutedError, match="no scene says"):
        parity_of_the_test_example(asked({}, scene=False))


@pytest.mark.parametrize(
    ("move", "row", "column"), [("N", 0, 1), ("S", 2, 1), ("E", 1, 2), ("W", 1, 0)]
)
def test_moves(move: str, row: int, column: int) -> None:
    """To the middle of a grid of three rows and columns, and on to the only cell that shows 1."""
    walk = [
        moving("even", "0", "S", "right"),
        moving("right", "0", "E", "ask"),
        moving("ask", "0", move, "tell", "stuck"),
        Transition("tell", "0", 0, output=1),
        Transition("tell", "1", 0, output=-1),
    ]
    marked = [[int((a, b) == (row, column)) for b in range(3)] for a in range(3)]
    entries = [*walk, moving("right", "1", "E", "ask")]
    assert run_machine(table(*entries), marked, 0, 3) == (-1, 3)


def test_a_move_that_is_blocked() -> None:
    for move in "NW":
        entries = [
            moving("even", "0", move, "lost", "stuck"),
            Transition("stuck", "0", 0, output=1),
        ]
        assert run_machine(table(*entries), [(0, 0), (0, 0)], 0, 1) == (1, 1)
    for move in "SE":
        entries = [
            moving("even", "0", move, "even", "stuck"),
            Transition("stuck", "0", 0, output=1),
        ]
        assert run_machine(table(*entries), [(0, 0), (0, 0)], 0, 2) == (1, 2)
        with pytest.raises(RefutedError, match="more than 1 steps"):
            run_machine(table(*entries), [(0, 0), (0, 0)], 0, 1)


class Network:
    """Tables and a head that do what the machine says, but perhaps on one patch or of one code."""

    padding, scale = -1, 4
    positions: tuple[int, ...] = (4,)
    tables: Any
    head: Any

    def __init__(self, of: MachineTable) -> None:
        self.machine = of
        self.wrong: int | None = None
        self.kink: int | None = None
        self.changed: dict[int, int] = {}
        self.gates: list[Any] = []
        self.tables = self
        self.head = self
        self.known = {
            tuple(patch): code * self.scale
            for whole, expected in patches(of, self.positions, self.tables)
            for patch, code in zip(whole.tolist(), expected.tolist(), strict=True)
        }

    @property
    def machine_steps(self) -> int:
        return check_steps(self.machine, self.tables, self.head, self.gates)

    def check_prediction(self) -> None:
        """A scene leads to its tape."""

    def at(self, position: int) -> tuple[int, ...]:
        return (3,) if position == 4 else (-1,)

    def inputs(self, whole: Any) -> Any:
        return whole

    def outputs(self, whole: Any) -> Any:
        found = [self.known[tuple(patch)] for patch in whole.tolist()]
        return np.array(
            [each + (self._at(k, self.wrong)) for each, k in zip(found, whole, strict=True)]
        )

    def at_kink(self, whole: Any, _: Any) -> Any:
        return np.array([bool(self._at(patch, self.kink)) for patch in whole])

    def _at(self, patch: Any, centre: int | None) -> int:
        return int(patch[4] == centre)

    def value(self, code: int) -> Fraction:
        halted = {t.code: t.output for t in self.machine.transitions.values()}
        return Fraction(self.changed.get(code, halted.get(code) or 0))


def test_a_layer_is_a_step() -> None:
    subject: Any = Network(machine())
    found = machine_is_rule(subject)
    count = 4**4 * (3 + 5) + 4 * 5 * 3 * 4**3
    assert found.covered == f"5 transitions, 8 codes, {count} patches with at most one head"
    assert found.constants == {"states": "2", "symbols": "3"}
    for code in (5, 12):
        subject.wrong, subject.kink = code, None
        with pytest.raises(
            RefutedError, match=r"the network gives [0-9]+/4; a step of the machine"
        ):
            machine_is_rule(subject)
        subject.wrong, subject.kink = None, code
        with pytest.raises(RefutedError, match="on the patch"):
            machine_is_rule(subject)
    subject.kink = None
    nothing, six = frozenset[int](), frozenset({6})
    for may in (nothing, six):
        subject.gates = [Gate("open", {4: nothing}, {4: may}, {4: six}, 4, None, {}, 1)]
        if not may:
            assert machine_is_rule(subject) == found
            continue
        with pytest.raises(RefutedError, match="'open' says neither that it holds on the patch"):
            machine_is_rule(subject)
    subject.gates = []
    for code, output in ((5, 1), (11, 1), (10, -1), (13, 1), (10, 0)):
        subject.changed = {code: output}
        with pytest.raises(RefutedError, match=f"gives code {code} another output than"):
            machine_is_rule(subject)


def test_codes_that_are_shared_are_refused() -> None:
    subject: Any = Network(machine())
    key = "go", "0"
    twice = {**subject.machine.transitions, key: replace(subject.machine.transitions[key], code=6)}
    subject.machine = replace(subject.machine, transitions=twice)
    with pytest.raises(RefutedError, match="two symbols or heads of the machine share a code"):
        machine_is_rule(subject)


def test_runs_that_come_to_pairs_that_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = ((1, 1), (1, 2))
    monkeypatch.setattr(steps, "SMALL_SIZES", sizes)
    asked_for = []

    lost: list[Any] = [lambda rows: End.LEFT_OUT if rows[0] == (1, 1) else End.HALTED]

    def ends(of: MachineTable, rows: Any, work: int, limit: int | None) -> End:
        asked_for.append((len(rows), len(rows[0]), work, limit))
        end: End = lost[0](rows)
        return end

    monkeypatch.setattr(steps, "end_of_run", ends)
    left_out, running = (
        "come to a pair that it leaves out",
        "do not halt in 20 steps for each cell",
    )
    assert runs_that_are_covered(PARITY, 3, {(1, 2): 7}) == (
        f"; on small sizes 2 of 40 runs {left_out}"
    )
    assert set(asked_for) == {(2, 2, 3, None), (2, 3, 3, 7)}
    lost[0] = lambda rows: End.HALTED
    assert runs_that_are_covered(PARITY, 1, None) == ""
    lost[0] = lambda rows: End.RUNNING if rows[0] == (1, 1) else End.HALTED
    assert runs_that_are_covered(PARITY, 1, None) == f"; on small sizes 2 of 40 runs {running}"
    none = "no run of the machine on small data sets halts"
    for end, way in ((End.LEFT_OUT, left_out), (End.RUNNING, running)):
        lost[0] = lambda rows, end=end: end
        with pytest.raises(RefutedError, match=f"{none}.*: 40 of 40 runs {way}$"):
            runs_that_are_covered(PARITY, 1, None)
    lost[0] = lambda rows: End.RUNNING if rows[0] == (1, 1) else End.LEFT_OUT
    with pytest.raises(RefutedError, match=f": 38 of 40 runs {left_out}, 2 of 40 runs {running}$"):
        runs_that_are_covered(PARITY, 1, None)


def test_what_stands_where_nothing_reads_is_a_code() -> None:
    """A network may read a position at a number that is no code; it does not matter only if that never stands there."""
    tables: Any = SimpleNamespace(padding=-2, at=lambda place: (3, 5) if place == 4 else (-2, 3))
    corners = (0, 2, 6, 8)
    every = [code for whole, _ in patches(PARITY, (1, 4, 7), tables) for code in whole[:, corners]]
    assert {tuple(codes) for codes in every} == {(-2, -2, -2, -2)}
