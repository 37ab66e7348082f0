"""Runs and patches of a small machine, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from construction.rules.patch import POSITIONS
from proofs_check.lemma1 import machine_runs
from proofs_check.lemma1.machine import (
    IMPOSSIBLE,
    MachineTable,
    Transition,
    patches,
    read_machine,
    tape,
)
from proofs_check.lemma1.machine_runs import LONG, End, end_of_run, run_machine
from proofs_check.patterns.codes import CodeBook
from proofs_check.plain_data import Place
from proofs_check.verdict import RefutedError

#: It goes east over 0, turns south at a 1, and says -1 at the wall, +1 on what is blank.
SYMBOLS = {"_": 3, "0": 5, "1": 6}
CODES = {("go", "_"): 10, ("go", "0"): 11, ("go", "1"): 12, ("end", "0"): 13, ("end", "1"): 14}
BOOK = CodeBook(
    {
        **{("symbol", (("symbol", name),)): code for name, code in SYMBOLS.items() if name != "_"},
        **{("head", (("state", q), ("symbol", s))): code for (q, s), code in CODES.items()},
    },
    -1,
)
DATA: dict[str, Any] = {
    "start": "go",
    "blank": "_",
    "bits": ["0", "1"],
    "symbols": SYMBOLS,
    "transitions": [
        {"state": "go", "symbol": "_", "code": 10, "output": 1},
        {"state": "go", "symbol": "0", "code": 11, "write": "1", "move": "E", "to": "go", "blocked": "end"},
        {"state": "go", "symbol": "1", "code": 12, "write": "0", "move": "S", "to": "go", "blocked": "end"},
        {"state": "end", "symbol": "0", "code": 13, "output": -1},
        {"state": "end", "symbol": "1", "code": 14, "write": "1", "move": "stay", "to": "go", "blocked": "go"},
    ],
}  # fmt: skip


def machine(**changes: Any) -> MachineTable:
    return read_machine(Place({**DATA, **changes}), BOOK)


def test_it_is_read() -> None:
    found = machine()
    assert found.states == {"go", "end"}
    assert found.start_codes == (11, 12)
    assert found.bits == ("0", "1")
    assert found.transitions["go", "_"] == Transition("go", "_", 10, output=1)
    assert found.transitions["end", "1"] == Transition("end", "1", 14, "1", "stay", "go", "go")


def changed(index: int, **changes: Any) -> list[dict[str, Any]]:
    entries = [dict(each) for each in DATA["transitions"]]
    entries[index] |= changes
    return entries


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"bits": ["0"]}, "two different symbols"),
        ({"bits": ["0", "1", "_"]}, "two different symbols"),
        ({"bits": ["1", "1"]}, "two different symbols"),
        ({"bits": ["0", "2"]}, "a transition on the bit '2'"),
        ({"start": "end2"}, "a transition on the bit '0'"),
        ({"blank": "#"}, "the code of that symbol"),
        (
            {"symbols": {"0": 5, "1": 6}, "transitions": DATA["transitions"][1:]},
            "blank is '_'; it should be one of the symbols",
        ),
        ({"symbols": {**SYMBOLS, "_": 4}}, "the code of that symbol, 3"),
        ({"symbols": {**SYMBOLS, "0": 6}}, "the code of that symbol, 5"),
        ({"transitions": [*DATA["transitions"], DATA["transitions"][0]]}, "the only transition"),
        ({"transitions": changed(1, code=12)}, "the code of that head"),
        ({"transitions": changed(1, move="NE")}, "N, S, E, W or stay"),
        ({"transitions": changed(1, write="2")}, "one of the symbols"),
        ({"transitions": changed(0, write="1")}, "which nothing reads"),
    ],
)
def test_what_is_no_machine_is_refuted(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(RefutedError, match=reason):
        machine(**changes)


@pytest.mark.parametrize(
    ("rows", "output", "steps"),
    [
        ([(0, 0), (0, 0)], 1, 2),  # east to the blank column
        ([(1, 0), (0, 0)], 1, 3),  # south, then east
        ([(1, 0), (1, 0)], -1, 2),  # south, and blocked there
        ([(0, 1), (0, 1)], -1, 3),
    ],
)
def test_runs(rows: list[tuple[int, ...]], output: int, steps: int) -> None:
    assert run_machine(machine(), rows, 1, steps) == (output, steps)
    with pytest.raises(RefutedError, match=f"more than {steps - 1} steps"):
        run_machine(machine(), rows, 1, steps - 1)


def test_runs_to_every_side_and_to_pairs_that_it_leaves_out() -> None:
    entries = changed(1, move="N", blocked="end", write="1")
    entries[4] |= {"write": "1", "move": "W", "to": "go", "blocked": "nowhere"}
    found = machine(transitions=entries)
    with pytest.raises(RefutedError, match=r"meets the pair \('nowhere', '1'\)"):
        run_machine(found, [(0, 0)], 1, 9)
    assert end_of_run(found, [(0, 0)], 1) is End.LEFT_OUT
    assert end_of_run(machine(), [(0, 0)], 1) is End.HALTED
    assert end_of_run(machine(), [(0, 0)], 1, 2) is End.HALTED
    staying = machine(transitions=changed(1, move="stay", write="0"))
    assert end_of_run(staying, [(0, 0)], 1) is End.RUNNING
    with pytest.raises(RefutedError, match="more than 5 steps"):
        end_of_run(staying, [(0, 0)], 1, 5)


@pytest.mark.parametrize(("cells", "end"), [(2, End.RUNNING), (3, End.HALTED)])
def test_how_long_a_run_is_waited_for(
    cells: int, end: End, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For each cell of the data, without the work columns."""

    def takes(of: object, rows: object, work: int, limit: int) -> None:
        if limit < 3 * LONG:
            raise RefutedError("more")

    monkeypatch.setattr(machine_runs, "run_machine", takes)
    assert end_of_run(machine(), [(0,) * cells], 1) is end


class Tables:
    """What patches ask of a network's tables."""

    padding = -1

    def at(self, position: int) -> tuple[int, ...]:
        return (3,) if POSITIONS[position] == "C" else (-1,)


def test_patches_of_steps() -> None:
    tables: Any = Tables()
    found = {
        tuple(patch[[POSITIONS.index(p) for p in "NWCES"]]): int(code)
        for whole, expected in patches(machine(), (), tables)
        for patch, code in zip(whole, expected.tolist(), strict=True)
    }
    wall = -1
    # North, west, centre, east, south: moves are E and S, so heads come from W and N.
    assert found[5, 5, 6, 5, 5] == 6  # no head
    assert found[5, 5, 11, 5, 5] == 6  # the head goes east and leaves a 1
    assert found[5, 5, 11, wall, 5] == 14  # blocked: state end on the 1
    assert found[5, 5, 12, 5, 5] == 5  # it goes south and leaves a 0
    assert found[5, 5, 12, 5, wall] == 13
    assert found[5, 5, 14, 5, 5] == 12  # it stays, in state go on a 1
    assert found[5, 5, 10, 5, 5] == 10  # halted heads stay
    assert found[5, 5, 13, 5, 5] == 13
    assert found[5, 11, 6, 5, 5] == 12  # from the west onto a 1
    assert found[5, 11, 3, 5, 5] == 10
    assert found[12, 5, 5, 5, 5] == 11  # from the north onto a 0
    assert found[12, 5, 6, 5, wall] == 12
    assert found[5, 12, 6, 5, 5] == 6  # a head beside it that goes elsewhere
    assert found[11, 5, 6, 5, 5] == 6
    assert found[5, 5, 6, 11, 5] == 6
    assert found[5, 5, 6, 5, 12] == 6
    assert found[5, 10, 6, 5, 5] == 6  # one that has halted
    heads = set(CODES.values())
    assert all(sum(code in heads for code in patch) <= 1 for patch in found)
    assert len(found) == 4**4 * (3 + 5) + 4 * 5 * 3 * 4**3


def test_a_pair_that_is_left_out_is_no_patch() -> None:
    assert IMPOSSIBLE not in range(-(2**15), 2**15)  # a code has 16 bits
    tables: Any = Tables()
    lost = machine(transitions=changed(1, to="nowhere"))
    every = [patch for whole, _ in patches(lost, (), tables) for patch in whole.tolist()]
    west, centre = POSITIONS.index("W"), POSITIONS.index("C")
    assert not [patch for patch in every if patch[west] == 11]
    assert [patch for patch in every if patch[centre] == 11]
    assert [patch for patch in every if patch[west] == 12]


def test_the_tape_at_the_start() -> None:
    """The cells of two examples of one feature, and the test example, with two work columns."""
    shown = tape(machine(), BOOK)

    def code(a: int, b: int, sign: int) -> object:
        place = {"a": a, "b": b, "m": 2, "d": 1}
        here = [each for each in shown if all(form.at(place) >= 0 for form in each.where)][-1]
        (table,) = [here.code.table([(1, -1)] * len(here.code.refs))]
        names = {ref.variable for ref in here.code.refs}
        value = {given[0] if given else None: found for given, found in table}
        return names, value.get(sign, value.get(None))

    assert code(1, 1, 1) == ({"x"}, 11)
    assert code(1, 1, -1) == ({"x"}, 12)
    assert code(2, 1, 1) == ({"x"}, 5)
    assert code(2, 1, -1) == ({"x"}, 6)
    assert code(1, 2, -1) == ({"y"}, 6)
    assert code(3, 1, -1) == ({"z"}, 6)
    assert code(3, 2, 1) == ({"z"}, 5)
    assert code(1, 3, 1) == (set(), 3)
    assert code(3, 4, 1) == (set(), 3)
