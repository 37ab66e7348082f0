"""Reads machines in the YAML of turingmachine.io, and two-dimensional ones in the same style.

What turingmachine.io takes is taken unchanged: ``input``, ``blank``, ``start state``, ``synonyms`` and
``table``, with lists as keys, moves ``L``, ``R`` and ``N`` (stay), and a machine that halts where its
table says nothing. Documents that the site exports (``source code``) are read as well. Added here:

* moves ``U`` and ``D``, up and down, and ``wall: STATE`` in an instruction: the state of a head whose
  move a wall blocked. With any of these the tape is a walled rectangle, one line of ``input`` a row;
* ``{halt: +1}`` and ``{halt: -1}``: halt with a verdict; ``impossible``: this never happens;
* ``symbols: [..]``, the list of all symbols, which may then have more than one character;
* ``head: N``, the cell of the first row that the head starts on, counted from 1;
* ``learns: {features: D, targets: [FORMULA, ..]}``, the functions of ``D`` bits, one of which such a machine learns, whatever ``m`` is;
* ``bits: [ZERO, ONE]``, for a machine that reads a data set, and ``steps: FORMULA``, how many steps it
  takes at most on ``m`` examples with ``d`` features; ``work columns: FORMULA``, how many blank columns it
  wants to the right of the data, if it wants more than one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Final, Literal

from construction.errors import MachineError
from construction.formats.text import FormatError, Source
from construction.formats.yaml_document import REQUIRED, document
from construction.formats.yaml_nodes import Node
from construction.hints import closest
from construction.machines.bit_formula import MOST_FEATURES, TargetClass
from construction.machines.formula import SizeFormula
from construction.machines.machine import Direction, Halt, Machine, Pair, Step, Transition
from construction.machines.on_tape import MachineOnTape, symbols_of

MOVE_KEYS: Final[Mapping[str, Direction]] = {"L": "W", "R": "E", "N": "stay", "U": "N", "D": "S"}
VERDICTS: Final[Mapping[str, Literal[-1, 0, 1]]] = {"+1": 1, "1": 1, "-1": -1, "0": 0}
IMPOSSIBLE: Final = "impossible"


@dataclass(frozen=True)
class _Move:
    """An instruction that is no halt; None stands for the symbol or the state that is there."""

    write: str | None
    move: Direction
    to: str | None
    wall: str | None


_Instruction = _Move | Halt | Literal["impossible"]


def read_yaml(text: str, name: str = "machine.yaml") -> MachineOnTape:
    """The machine and the tape of a YAML text; ``name`` is the file's, for errors.

    Raises :class:`~construction.formats.text.FormatError` with file, line, column, the
    offending text and a suggestion.
    """
    source = Source(text, name)
    try:
        return _Reader(*document(source)).machine_on_tape()
    except RecursionError:
        raise FormatError(
            source.at(0, 0), "a mapping is merged into itself", "leave out the << entry"
        ) from None


class _Reader:
    """Turns the fields of a document into a machine."""

    def __init__(self, source: Source, fields: Mapping[str, Node]) -> None:
        self.source = source
        self.fields = fields
        for field, suggestion in REQUIRED.items():
            if field not in fields:
                raise FormatError(source.at(0, 0), f"the field {field!r} is missing", suggestion)
            if fields[field].is_null:
                raise fields[field].fail(f"the field {field!r} is empty", suggestion)
        self.declared = self._declared()
        self.symbols: dict[str, None] = dict.fromkeys(self.declared or ())
        self.blank = self._symbol(fields["blank"], "the blank")
        self.states = self._states()
        self.synonyms = self._synonyms()

    def machine_on_tape(self) -> MachineOnTape:
        """The machine, with every pair that the table leaves out as a halt without a verdict."""
        fields = self.fields
        start = self._state(fields["start state"], "the start state")
        table = {
            (state, symbol): self._complete(state, symbol, instruction)
            for state, node in self.states.items()
            for symbol, instruction in self._row(state, node)
        }
        bits = self._bits()
        text = "" if "input" not in fields or fields["input"].is_null else self._input()
        impossible = {pair for pair, each in table.items() if each == IMPOSSIBLE}
        transitions: dict[Pair, Transition] = {
            (state, symbol): Halt(0) for state in self.states for symbol in self.symbols
        }
        transitions |= {pair: each for pair, each in table.items() if not isinstance(each, str)}
        machine = Machine(
            name=fields["name"].shown("the name") if "name" in fields else self._stem(),
            states=tuple(self.states),
            symbols=tuple(self.symbols),
            start=start,
            blank=self.blank,
            transitions={
                pair: each for pair, each in transitions.items() if pair not in impossible
            },
            impossible=frozenset(impossible),
            bits=bits,
        )
        try:
            file = MachineOnTape(machine, text)
        except MachineError as error:
            problem, _, suggestion = str(error).partition("; ")
            raise fields["input"].fail(problem, suggestion) from None
        file = replace(
            file,
            head=self._head(file),
            steps=self._formula("steps"),
            work=self._formula("work columns"),
        )
        return self._learning(file) if "learns" in fields else file

    def _stem(self) -> str:
        return PurePath(self.source.name).stem

    def _declared(self) -> tuple[str, ...] | None:
        if "symbols" not in self.fields:
            return None
        nodes = self.fields["symbols"].items("the list of symbols")
        names: list[str] = []
        for node in nodes:
            name = node.shown("a symbol")
            if name in names:
                raise node.fail(f"the symbol {name!r} is listed twice", "leave one of them")
            if len(name) != 1 and (not name or any(each.isspace() for each in name)):
                raise node.fail(
                    f"the symbol {name!r} is empty or holds a space",
                    "a symbol is one character, or several without spaces",
                )
            names.append(name)
        if not names:
            raise self.fields["symbols"].fail("the list of symbols is empty", "leave it out")
        return tuple(names)

    def _symbol(self, node: Node, what: str) -> str:
        symbol = node.shown(what)
        if self.declared is not None:
            if symbol not in self.declared:
                raise node.fail(f"{what} is {symbol!r}", closest(symbol, self.declared))
        elif len(symbol) != 1:
            raise node.fail(
                f"{what} is {symbol!r}",
                "a symbol is one character, unless the field 'symbols' lists longer ones",
            )
        self.symbols[symbol] = None
        return symbol

    def _state(self, node: Node, what: str) -> str:
        state = node.shown(what)
        if state not in self.states:
            hint = closest(state, self.states)
            raise node.fail(
                f"{what} is {state!r}, which the table does not have",
                f"{hint} A state that halts needs an entry too, an empty one"
                if hint.endswith("?")
                else f"{hint}; a state that halts needs an entry too, an empty one",
            )
        return state

    def _states(self) -> dict[str, Node]:
        table = self.fields["table"]
        states = {name: value for name, _, value in table.pairs("the field 'table'")}
        if not states:
            raise table.fail("the table has no states", REQUIRED["table"])
        return states

    def _synonyms(self) -> dict[str, _Instruction]:
        if "synonyms" not in self.fields:
            return {}
        result: dict[str, _Instruction] = {}
        for name, _, value in self.fields["synonyms"].pairs("the field 'synonyms'"):
            result[name] = self._instruction(value, f"the synonym {name!r}", {})
        return result

    def _row(self, state: str, node: Node) -> list[tuple[str, _Instruction]]:
        row = []
        for symbol, key, value in node.pairs(f"the entry of state {state!r}"):
            self._symbol(key, f"a symbol of state {state!r}")
            where = f"the instruction of state {state!r} on symbol {symbol!r}"
            row.append((symbol, self._instruction(value, where, self.synonyms)))
        return row

    def _instruction(
        self, node: Node, where: str, synonyms: Mapping[str, _Instruction]
    ) -> _Instruction:
        if node.is_null:
            raise node.fail(f"{where} is missing", "write a move, like R, or {write: 1, L: state}")
        if node.is_mapping:
            return self._mapping(node, where)
        if node.is_list:
            raise node.fail(f"{where} is a list", "write a move, like R, or {write: 1, L: state}")
        word = node.text(where)
        # As on the site, a synonym cannot give L and R another meaning; it may be called N, U or D.
        if word in ("L", "R") or (word in MOVE_KEYS and word not in synonyms):
            return _Move(None, MOVE_KEYS[word], None, None)
        if word in synonyms:
            return synonyms[word]
        if word == IMPOSSIBLE:
            return "impossible"
        known = (*MOVE_KEYS, *synonyms, IMPOSSIBLE)
        raise node.fail(f"{where} is {word!r}", closest(word, known))

    def _mapping(self, node: Node, where: str) -> _Instruction:
        entries = {key: (key_node, value) for key, key_node, value in node.pairs(where)}
        known = ("write", *MOVE_KEYS, "wall", "halt")
        for key, (key_node, _) in entries.items():
            if key not in known:
                raise key_node.fail(f"{where} has {key!r}", closest(key, known))
        moves = [key for key in entries if key in MOVE_KEYS]
        if "halt" in entries:
            return self._halt(entries, where)
        if not moves:
            raise node.fail(f"{where} has no move", "add one of L, R, N, U and D, like R: state")
        if len(moves) > 1:
            raise entries[moves[1]][0].fail(
                f"{where} has two moves, {moves[0]} and {moves[1]}", "leave one of them"
            )
        key, target = moves[0], entries[moves[0]][1]
        to = None if target.is_null else self._state(target, f"{where}: the next state")
        write = wall = None
        if "write" in entries:
            write = self._symbol(entries["write"][1], f"{where}: the symbol to write")
        if "wall" in entries:
            if key == "N":
                raise entries["wall"][0].fail(
                    f"{where} stays, so no wall can block it", "leave out 'wall'"
                )
            wall = self._state(entries["wall"][1], f"{where}: the state at a wall")
        return _Move(write, MOVE_KEYS[key], to, wall)

    def _halt(self, entries: Mapping[str, tuple[Node, Node]], where: str) -> Halt:
        for key, (key_node, _) in entries.items():
            if key != "halt":
                raise key_node.fail(f"{where} halts, and has {key!r}", "a halt does nothing else")
        value = entries["halt"][1]
        verdict = value.text(f"{where}: the verdict")
        if verdict not in VERDICTS:
            raise value.fail(f"{where} halts with {verdict!r}", "it should be +1, -1 or 0")
        return Halt(VERDICTS[verdict])

    def _complete(
        self, state: str, symbol: str, instruction: _Instruction
    ) -> Transition | Literal["impossible"]:
        if not isinstance(instruction, _Move):
            return instruction
        write = symbol if instruction.write is None else instruction.write
        to = state if instruction.to is None else instruction.to
        return Step(write, instruction.move, to, instruction.wall)

    def _bits(self) -> tuple[str, str] | None:
        if "bits" not in self.fields:
            return None
        node = self.fields["bits"]
        nodes = node.items("the field 'bits'")
        names = [self._symbol(each, "a bit") for each in nodes]
        if len(names) != 2 or len({*names, self.blank}) < 3:
            raise node.fail(
                f"the bits are {', '.join(map(repr, names))}",
                f"they should be two symbols, for 0 and 1, and neither the blank {self.blank!r}",
            )
        return names[0], names[1]

    def _head(self, file: MachineOnTape) -> int:
        if "head" not in self.fields:
            return 0
        node = self.fields["head"]
        text = node.text("the field 'head'")
        width = len(file.rows[0])
        inside = text.isascii() and text.isdigit() and 1 <= int(text) <= width
        if not inside:
            raise node.fail(
                f"the head is to start on cell {text!r}",
                f"it should be a cell of the input's first row, 1 to {width}",
            )
        return int(text) - 1

    def _formula(self, field: str) -> SizeFormula | None:
        if field not in self.fields:
            return None
        node = self.fields[field]
        try:
            return SizeFormula(node.text(f"the field {field!r}"))
        except FormatError:
            raise
        except MachineError as error:
            problem, _, suggestion = str(error).partition("; ")
            raise node.fail(problem, suggestion) from None

    def _learning(self, file: MachineOnTape) -> MachineOnTape:
        """The same with what it is claimed to learn."""
        node, what = self.fields["learns"], "the field 'learns'"
        like = "it should be like {features: 2, targets: [x1, not x1]}"
        entries = {key: (key_node, value) for key, key_node, value in node.pairs(what)}
        known = ("features", "targets")
        for key, (key_node, _) in entries.items():
            if key not in known:
                raise key_node.fail(f"{what} has {key!r}", closest(key, known))
        for key in known:
            if key not in entries:
                raise node.fail(f"{what} has no {key!r}", like)
        count = entries["features"][1]
        text = count.text("the number of features")
        if not (text.isascii() and text.isdigit() and len(text) == 1):
            raise count.fail(
                f"the number of features is {text!r}", f"it should be 1 to {MOST_FEATURES}"
            )
        targets = [each.shown("a target") for each in entries["targets"][1].items("the targets")]
        try:
            return replace(file, learns=TargetClass(int(text), tuple(targets)))
        except MachineError as error:
            problem, _, suggestion = str(error).partition("; ")
            raise node.fail(problem, suggestion) from None

    def _input(self) -> str:
        node = self.fields["input"]
        text = node.text("the input")
        if self.declared is None:
            self.symbols |= dict.fromkeys(symbols_of(text, ()))
            return text
        words = text.split() if any(len(name) > 1 for name in self.declared) else list(text)
        for word in words:
            if word not in (*self.declared, "\n"):
                raise node.fail(f"the input holds {word!r}", closest(word, self.declared))
        return text
