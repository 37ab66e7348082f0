"""Machines in YAML: what turingmachine.io takes, what is added, round trips, and errors."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from construction.errors import MachineError
from construction.formats.text import EXCERPT, FormatError
from construction.formats.yaml_reader import read_yaml
from construction.formats.yaml_writer import write_yaml
from construction.machines.interpreter import MachineRun
from construction.machines.machine import Halt, Machine, Step
from construction.machines.on_tape import MachineOnTape
from construction.machines.one_tape import OneTapeRun, has_unbounded_tape
from construction.programs.row_reduction_machine import row_reduction_machine
from construction.sources.files import read_machine_file
from construction.strategies import machines

MALFORMED = Path(__file__).parent / "malformed"
EXAMPLES = Path(__file__).parents[2] / "examples" / "machines"

EVERY_FEATURE = """
# The syntax of turingmachine.io, all of it.
input: 10+1
blank: ' '
start state: look
synonyms:
  skip: R
  finish: {write: ' ', R: end}
table:
  look:
    [0, 1]: R         # a list as a key, a move alone
    '+': {L}          # a move without a state, in braces
    ' ': {R: look}
    '-': N
    x: skip
    y: {N: end}
    n: finish
  unused: {[0, 1]: L, +: {write: 0, L}}
  end:
"""


@pytest.mark.parametrize("path", sorted(MALFORMED.glob("*.yaml")), ids=lambda path: path.stem)
def test_malformed_files_are_explained(path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        read_machine_file(path)
    expected = path.with_suffix(".message").read_text(encoding="utf-8")
    assert str(caught.value).replace(str(path), "FILE") == expected.removesuffix("\n")
    assert caught.value.suggestion


def test_there_are_enough_malformed_files() -> None:
    assert len(list(MALFORMED.glob("*.yaml"))) >= 30


def test_every_feature_of_turingmachine_io() -> None:
    file = read_yaml(EVERY_FEATURE, "every.yaml")
    machine = file.machine
    assert machine.name == "every"
    assert file.input == "10+1"
    assert file.rows == (("1", "0", "+", "1"),)
    assert machine.blank == " "
    assert machine.start == "look"
    assert machine.states == ("look", "unused", "end")
    assert has_unbounded_tape(machine)
    expected = {
        ("look", "0"): Step("0", "E", "look"),
        ("look", "1"): Step("1", "E", "look"),
        ("look", "+"): Step("+", "W", "look"),
        ("look", " "): Step(" ", "E", "look"),
        ("look", "-"): Step("-", "stay", "look"),
        ("look", "x"): Step("x", "E", "look"),
        ("look", "y"): Step("y", "stay", "end"),
        ("look", "n"): Step(" ", "E", "end"),
        ("unused", "0"): Step("0", "W", "unused"),
        ("unused", "1"): Step("1", "W", "unused"),
        ("unused", "+"): Step("0", "W", "unused"),
    }
    for pair, transition in machine.transitions.items():
        assert transition == expected.get(pair, Halt(0)), pair
    assert expected.keys() < machine.transitions.keys()


@pytest.mark.parametrize("name", ["N", "U", "D", "impossible"])
def test_a_synonym_may_have_the_name_of_something_that_the_site_does_not_know(name: str) -> None:
    text = f"blank: _\nstart state: a\nsynonyms: {{{name}: {{write: 1, L}}}}\ntable: {{a: {{_: {name}}}}}\n"
    assert read_yaml(text).machine.transitions["a", "_"] == Step("1", "W", "a")


def test_a_synonym_gives_left_and_right_no_other_meaning() -> None:
    text = "blank: _\nstart state: a\nsynonyms: {R: {write: 1, L}}\ntable: {a: {_: R}}\n"
    assert read_yaml(text).machine.transitions["a", "_"] == Step("_", "E", "a")


@pytest.mark.parametrize("before", ["", "x" * 500])
def test_an_error_shows_a_part_of_a_long_line(before: str) -> None:
    text = f'blank: "{before}\x7f{"y" * 500}"\nstart state: a\ntable: {{a: }}\n'
    with pytest.raises(FormatError) as caught:
        read_yaml(text)
    *_, line, caret = str(caught.value).splitlines()
    assert len(line) <= 4 + 2 * EXCERPT
    assert line.strip().isprintable()
    assert line[: len(caret)].endswith(f"x{' '}" if before else ' "' + " ")


def test_an_exported_document_is_the_machine_inside() -> None:
    indented = "".join(f"  {line}\n" for line in EVERY_FEATURE.splitlines())
    text = f"name: the title\nsource code: |{indented}positions:\n  look: {{x: 1, y: 2}}\n"
    file = read_yaml(text)
    assert file.machine == replace(read_yaml(EVERY_FEATURE).machine, name="the title")


def test_anchors_and_merged_mappings() -> None:
    text = "blank: _\nstart state: a\ntable:\n  a: &a {0: R, 1: L}\n  b: {<<: *a, 1: {N: a}}\n"
    transitions = read_yaml(text).machine.transitions
    assert transitions["b", "0"] == Step("0", "E", "b")
    assert transitions["b", "1"] == Step("1", "stay", "a")


def test_unknown_fields_are_left_alone() -> None:
    text = "author: somebody\nblank: _\nstart state: a\ntable: {a: }\n"
    assert read_yaml(text).machine.states == ("a",)


def test_a_one_tape_machine_halts_on_symbols_that_it_does_not_know() -> None:
    file = read_yaml(EVERY_FEATURE).with_input("1z")
    run = OneTapeRun(file.machine, file.rows[0])
    assert run.run(10) == Halt(0)
    assert run.symbol == "z"


def test_a_grid_machine_does_not_take_symbols_that_it_does_not_know() -> None:
    with pytest.raises(MachineError, match="the input holds 'z'; it should be one of"):
        read_machine_file(EXAMPLES / "spiral.yaml").with_input("z")


def test_a_head_off_a_walled_tape_is_refused() -> None:
    machine = read_machine_file(EXAMPLES / "spiral.yaml").machine
    with pytest.raises(MachineError, match="start on cell 4 of the first row, which has 3"):
        MachineOnTape(machine, "...", 3)


def test_short_rows_end_in_blanks() -> None:
    file = read_machine_file(EXAMPLES / "spiral.yaml").with_input("...\n\n.\n")
    assert file.rows == ((".",) * 3,) * 3


def test_the_row_reduction_machine_in_yaml() -> None:
    machine = row_reduction_machine()
    text = write_yaml(MachineOnTape(machine, "0 1 _\n1 f0 _\n"))
    assert "{D, wall: rise}" in text
    file = read_yaml(text, "elsewhere.yaml")
    assert file.machine == machine
    assert file.rows == (("0", "1", "_"), ("1", "f0", "_"))


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_example_files_round_trip(path: Path) -> None:
    file = read_machine_file(path)
    assert read_yaml(write_yaml(file)) == file


@given(machines())
def test_machines_round_trip(machine: Machine) -> None:
    # What a wall does to a head that stays put means nothing, and is not written.
    transitions = {
        pair: replace(each, blocked=None)
        if isinstance(each, Step) and each.move == "stay"
        else each
        for pair, each in machine.transitions.items()
    }
    file = MachineOnTape(replace(machine, transitions=transitions))
    assert read_yaml(write_yaml(file)) == file


@given(machines(), st.data())
def test_names_of_any_characters_round_trip(machine: Machine, data: st.DataObject) -> None:
    # Names are printed, so only what can be shown is read.
    shown = st.characters(exclude_categories=["C"]).filter(str.isprintable)
    texts = st.text(shown, min_size=1, max_size=4)
    signs = shown
    count = len(machine.states)
    states = data.draw(st.lists(texts, min_size=count, max_size=count, unique=True))
    count = len(machine.symbols)
    symbols = data.draw(st.lists(signs, min_size=count, max_size=count, unique=True))
    state, symbol = (
        dict(zip(old, new, strict=True))
        for old, new in ((machine.states, states), (machine.symbols, symbols))
    )
    renamed = Machine(
        data.draw(texts),
        tuple(states),
        tuple(symbols),
        state[machine.start],
        symbol[machine.blank],
        {
            (state[q], symbol[a]): Step(symbol[each.write], "E", state[each.to])
            if isinstance(each, Step)
            else each
            for (q, a), each in machine.transitions.items()
        },
        frozenset((state[q], symbol[a]) for q, a in machine.impossible),
    )
    tape = "".join(data.draw(st.lists(st.sampled_from(symbols))))
    file = MachineOnTape(renamed, tape, data.draw(st.integers(0, max(0, len(tape) - 1))))
    assert read_yaml(write_yaml(file)) == file


@given(st.text(max_size=60), st.integers(0, len(EVERY_FEATURE)), st.integers(0, 30))
def test_any_text_is_a_machine_or_explained(text: str, start: int, length: int) -> None:
    for damaged in (text, EVERY_FEATURE[:start] + text + EVERY_FEATURE[start + length :]):
        with suppress(FormatError):
            assert read_yaml(damaged).machine.states


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(FormatError, match="nested too deeply"):
        read_yaml("[" * 10_000)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match=r"none\.yaml: no such file or directory"):
        read_machine_file(tmp_path / "none.yaml")
    with pytest.raises(MachineError, match="is a directory"):
        read_machine_file(tmp_path)


@pytest.mark.parametrize(
    ("text", "tape"), [("0", "1"), ("1011", "1100"), ("111", "1000"), ("", "1")]
)
def test_binary_increment(text: str, tape: str) -> None:
    file = read_machine_file(EXAMPLES / "binary-increment.yaml").with_input(text)
    run = OneTapeRun(file.machine, file.rows[0])
    assert run.run(100) == Halt(0)
    assert "".join(run.configuration().cells).strip() == tape


@given(st.text("()", max_size=10))
def test_balanced_brackets(text: str) -> None:
    file = read_machine_file(EXAMPLES / "balanced-brackets.yaml").with_input(text)
    run = OneTapeRun(file.machine, file.rows[0])
    assert run.run(1000) == Halt(0)
    rest = text
    while "()" in rest:
        rest = rest.replace("()", "")
    assert run.symbol == ("n" if rest else "y")


@pytest.mark.parametrize("rows", range(1, 6))
@pytest.mark.parametrize("columns", range(1, 6))
def test_spiral_marks_every_cell(rows: int, columns: int) -> None:
    file = read_machine_file(EXAMPLES / "spiral.yaml").with_input("\n".join(["." * columns] * rows))
    run = MachineRun(file.machine, file.rows)
    assert run.run(1000) == Halt(0)
    assert run.tape == [["o"] * columns] * rows


@pytest.mark.parametrize("place", ["name", "state", "symbol"])
def test_a_name_that_a_terminal_would_obey_is_refused(place: str) -> None:
    strange = r'"\e[31m"'
    names = {"name": "m", "state": "a", "symbol": "x"} | {place: strange}
    text = (
        f"name: {names['name']}\nblank: ' '\nsymbols: [' ', {names['symbol']}]\n"
        f"start state: {names['state']}\ntable:\n  {names['state']}:\n"
    )
    with pytest.raises(FormatError, match=r"holds the character '\\x1b'; it should hold only"):
        read_yaml(text)


def test_a_file_of_something_else_is_not_shown_whole() -> None:
    with pytest.raises(FormatError) as error:
        read_yaml("a,b,y\n" + "0,1,0\n" * 99)
    first = str(error.value).splitlines()[0]
    assert "a machine is 'a,b,y" in first
    assert "it should be a mapping with a table" in first
    assert len(first) < 120
