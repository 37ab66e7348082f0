"""The universal machine, running tag systems, against the tag systems themselves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, islice, pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from construction.compiling.compiler import compile_rule
from construction.errors import MachineError
from construction.executors.event.executor import EventExecutor
from construction.machines.machine import Halt
from construction.machines.one_tape import OneTapeRun, TapeConfiguration
from construction.machines.tag_system import PAIR, TagSystem, Word, restricted, without_pairs
from construction.machines.universal import TagTape, universal_machine
from construction.rules.tape_rule import read_grid, tape_grid, tape_rule
from construction.sources.files import read_machine_file

EXAMPLE = Path(__file__).parents[2] / "examples" / "machines" / "universal.yaml"

#: De Mol's tag system for Collatz' problem: from n letters a to n / 2 of them, or to (3 n + 1) / 2.
COLLATZ = TagSystem({"a": ("b", "c"), "b": ("a",), "c": ("a", "a", "a")}, "!")

#: Is the number of x's even? The word is x..x e o; an o that is left alone is the sign of an odd one.
PARITY = TagSystem(
    {"x": (), "e": ("!", "!", "even"), "o": ("e", "!", "!", "odd"), "even": (), "odd": ()}, "!"
)


@st.composite
def tag_systems(draw: DrawFn) -> TagSystem:
    """A tag system with one to three letters and the halting letter."""
    letters = draw(st.sampled_from(["a", "ab", "abc"]))
    word = st.lists(st.sampled_from([*letters, "H"]), max_size=3)
    return TagSystem({letter: tuple(draw(word)) for letter in letters}, "H")


def boundaries(run: OneTapeRun, tape: TagTape, max_steps: int) -> Iterator[Word]:
    """The words on the universal machine's tape, whenever there is one."""
    was = None
    for _ in range(max_steps):
        if was in (None, "q3") and run.state == "q1":
            word = tape.decode(run.configuration())
            if word is not None:
                yield word
        was = run.state
        if not run.step():
            return


def start(tape: TagTape, word: Word) -> OneTapeRun:
    return OneTapeRun(universal_machine(), tape.program + tape.data(word), len(tape.program))


def test_the_table_is_the_published_one_in_numbers() -> None:
    machine = universal_machine()
    halts = {pair for pair, each in machine.transitions.items() if isinstance(each, Halt)}
    assert halts == {("q3", "<"), ("q4", "<")}
    assert len(machine.transitions) - len(halts) == 22


def test_the_example_file_is_this_machine_with_a_program() -> None:
    file = read_machine_file(EXAMPLE)
    assert file.machine == universal_machine()
    tape = TagTape(restricted(TagSystem({"a": ("b",), "b": ("H", "H", "a")}, "H")))
    assert file.input == tape.program + tape.data("bb")
    assert file.head == len(tape.program)
    run = OneTapeRun(file.machine, file.rows[0], file.head)
    assert run.run(1_000_000) == Halt(0)
    assert without_pairs(tape.result(run.configuration())) == ("a",)


@settings(max_examples=30)
@given(tag_systems(), st.data())
def test_it_runs_tag_systems(system: TagSystem, data: st.DataObject) -> None:
    letters = [*system.productions]
    word = tuple(data.draw(st.lists(st.sampled_from(letters), min_size=2, max_size=4)))
    fixed = restricted(system)
    tape = TagTape(fixed)
    run = start(tape, word)
    seen = list(boundaries(run, tape, 40_000))
    expected = list(islice(fixed.words(word), len(seen) + 1))
    assert seen == expected[: len(seen)]
    if run.halted:
        assert len(expected) == len(seen)
        assert seen[-1][0] == "H"
        assert tape.result(run.configuration()) == seen[-1][2:]


@given(tag_systems(), st.data())
def test_the_restricted_form_goes_through_the_same_words(
    system: TagSystem, data: st.DataObject
) -> None:
    word = tuple(data.draw(st.lists(st.sampled_from([*system.productions]), max_size=6)))
    original = list(islice(system.words(word), 12))
    aligned = []
    is_open = False
    for each in islice(restricted(system).words(word), 300):
        if not is_open:
            aligned.append(without_pairs(each))
        is_open ^= each[:2].count(PAIR) == 1
    # A step that leaves the word as it was cannot be told from a pair that goes to the end.
    seen, steps = ([each for each, _ in groupby(words)] for words in (aligned, original))
    if len(original[-1]) < 2:
        seen = seen[: len(steps)]
    assert seen[: len(steps)] == steps[: len(seen)]
    assert len(seen) >= min(len(steps), 6)


@pytest.mark.parametrize("number", range(2))
def test_it_tells_even_from_odd(number: int) -> None:
    tape = TagTape(restricted(PARITY))
    run = start(tape, ("x",) * number + ("e", "o"))
    assert run.run(2_000_000) == Halt(0)
    answer = without_pairs(tape.result(run.configuration()))
    assert answer == ("odd" if number % 2 else "even",)


def test_what_it_cannot_take_is_refused() -> None:
    with pytest.raises(MachineError, match="the production of the last letter, 'a', is"):
        TagTape(TagSystem({"a": ("a",)}, "H"))
    with pytest.raises(MachineError, match=r"the production of 'a' is .*should begin with"):
        TagTape(TagSystem({"a": ("b",), "b": ("b", "b")}, "H"))
    with pytest.raises(MachineError, match="too short"):
        TagTape(restricted(TagSystem({"a": ("a",)}, "H"))).data(("a",))
    with pytest.raises(MachineError, match="the word has the letter 'z'; it should be one of 'a'"):
        list(TagSystem({"a": ("a",)}, "H").words("az"))
    with pytest.raises(MachineError, match="the production of 'a' has the letter 'b'"):
        TagSystem({"a": ("b",)}, "H")
    with pytest.raises(MachineError, match="the halting letter 'a' has a production"):
        TagSystem({"a": ()}, "a")


def test_one_network_runs_different_programs() -> None:
    """The same weights, for every program: only the tape differs."""
    machine = universal_machine()
    executor = EventExecutor(compile_rule(tape_rule(machine)))
    for system, word in (
        (TagSystem({"a": ("H",)}, "H"), "aa"),
        (TagSystem({"a": ("H", "a")}, "H"), "aa"),
        (TagSystem({"a": ("b",), "b": ("H", "a")}, "H"), "bb"),
    ):
        tape = TagTape(restricted(system))
        run = start(tape, tuple(word))
        assert run.run(100_000) == Halt(0)
        first, last = run.span
        assert first == 0
        cells = (tape.program + tape.data(tuple(word))).ljust(last + 1, machine.blank)
        grid = tape_grid(machine, [cells], 0, len(tape.program))
        result = executor.run(grid[None], run.steps + 10)
        assert result.computed == run.steps
        end = read_grid(machine, result.grids[0], run.steps)
        assert end.tape == (run.configuration().cells,)
        assert (
            tape.result(TapeConfiguration(run.steps, end.state, end.column, 0, end.tape[0]))
            == (list(tape.system.words(tuple(word)))[-1][2:])
        )


def test_the_network_computes_a_collatz_step() -> None:
    """From a a a to a a a a a: at each layer where the machine has a word, the network has it."""
    machine = universal_machine()
    tape = TagTape(restricted(COLLATZ))
    run = start(tape, ("a",) * 3)
    times: list[tuple[int, Word]] = []
    for word in boundaries(run, tape, 2_000_000):
        times.append((run.steps, word))
        if without_pairs(word) == ("a",) * 5:
            break
    assert [word for _, word in times] == list(islice(tape.system.words("aaa"), len(times)))
    _, last = run.span
    cells = (tape.program + tape.data("aaa")).ljust(last + 2, machine.blank)
    executor = EventExecutor(compile_rule(tape_rule(machine)))
    grid: npt.NDArray[np.integer] = tape_grid(machine, [cells], 0, len(tape.program))[None]
    for (before, _), (steps, word) in pairwise(times):
        grid = executor.run(grid, steps - before).grids
        end = read_grid(machine, grid[0], steps)
        assert tape.decode(TapeConfiguration(steps, end.state, end.column, 0, end.tape[0])) == word
    assert without_pairs(times[-1][1]) == ("a",) * 5
