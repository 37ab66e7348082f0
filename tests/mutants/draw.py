"""Mutants: Cosmic Ray's operators, one of our own, and what is drawn of them."""

from __future__ import annotations

import ast
import difflib
import random
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cosmic_ray.plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Example, Operator
from parso.python.tree import Keyword

Position = tuple[int, int]


class DropRefutation(Operator):
    """``raise ...`` becomes ``pass``: a condition that is looked at, but not insisted on."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Position, Position]]:
        # Without a cause: ``raise ... from`` translates an error that there is anyway.
        if node.type == "raise_stmt" and len(node.children) == 2:
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        return Keyword("pass", node.start_pos, node.get_first_leaf().prefix)

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("if x:\n    raise E()\n", "if x:\n    pass\n"),)


OWN: Final = "DropRefutation"
#: ``==`` does not become ``is``, nor ``!=`` ``is not``: Python has one object for each small integer and word, so that asks
#: how things are kept, not what they are.
NO_CHANGE: Final = ("NoOp", "_Eq_Is", "_NotEq_IsNot")


def _operators() -> Iterator[tuple[str, Operator]]:
    yield OWN, DropRefutation()
    for name in sorted(cosmic_ray.plugins.operator_names()):
        operator = cosmic_ray.plugins.get_operator(name)
        if not operator.arguments() and not name.endswith(NO_CHANGE):
            yield name.split("/")[-1], operator()


@dataclass(frozen=True)
class Mutant:
    """A file of the checker with one change in a function; ``before`` and ``after`` are the changed lines."""

    path: Path
    line: int
    function: str
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.before!r} becomes {self.after!r}"


@dataclass(frozen=True)
class Place:
    """Where some operators of one family change a file, each in one way: their names and occurrences."""

    path: Path
    family: str
    start: Position
    ways: tuple[tuple[str, int], ...]

    def mutant(self, way: tuple[str, int]) -> Mutant:
        """The file changed in this way."""
        name, occurrence = way
        source = self.path.read_text(encoding="utf-8")
        changed = str(mutate_code(source, dict(_operators())[name], occurrence))
        old, new = source.splitlines(), changed.splitlines()
        _, first, last, begin, end = next(
            code
            for code in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
            if code[0] != "equal"
        )
        before, after = (
            " ".join(each.strip() for each in lines) for lines in (old[first:last], new[begin:end])
        )
        within = _function(source, self.start)
        return Mutant(self.path, first + 1, within, before, after, changed)


def places(path: Path) -> list[Place]:
    """Every place of a file, in order, but those that change only annotations or words.

    With ``from __future__ import annotations`` nothing evaluates an annotation; and what is inside of a ``raise`` or of
    text in braces only changes a sentence. ``strict=True`` of a zip, ``frozen=True`` and ``eq=False`` of a class assert what
    the checker knows of its own lists and values, and ``@cache`` only saves work. In the shape of a ``reshape`` any negative
    number is the size that is left.
    """
    source = path.read_text(encoding="utf-8")
    skipped = [*_annotations(source), *_words(source)]
    left = set(_sizes_that_are_left(source))
    found: dict[tuple[Position, str], list[tuple[str, int]]] = {}
    nodes = list(ast_nodes(get_ast(source)))
    for name, operator in _operators():
        positions = (each for node in nodes for each in operator.mutation_positions(node))
        for occurrence, (start, _) in enumerate(positions):
            if (name, start) in left:
                left.remove((name, start))  # a number becomes one more first, and then one less
            elif name == OWN or not any(low <= start < high for low, high in skipped):
                found.setdefault((start, name.split("_")[0]), []).append((name, occurrence))
    return [
        Place(path, family, start, tuple(ways)) for (start, family), ways in sorted(found.items())
    ]


def _span(node: ast.expr | ast.stmt) -> tuple[Position, Position]:
    end = node.end_lineno or node.lineno, node.end_col_offset or 0
    return (node.lineno, node.col_offset), end


def _words(source: str) -> Iterator[tuple[Position, Position]]:
    """Where sentences begin and end, the values of ``strict``, ``frozen`` and ``eq``, and each ``@cache``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Raise | ast.JoinedStr):
            yield _span(node)
        elif isinstance(node, ast.keyword) and node.arg in ("strict", "frozen", "eq"):
            yield _span(node.value)
        elif isinstance(node, ast.FunctionDef):
            for each in node.decorator_list:
                if isinstance(each, ast.Name) and each.id == "cache":
                    yield (each.lineno, each.col_offset - 1), _span(each)[1]


def _sizes_that_are_left(source: str) -> Iterator[tuple[str, Position]]:
    """Where ``-1`` in a ``reshape`` becomes ``-2`` or ``~1``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "reshape":
            for each in node.args:
                if isinstance(each, ast.UnaryOp) and isinstance(each.op, ast.USub):
                    (start, _), (number, _) = _span(each), _span(each.operand)
                    yield "ReplaceUnaryOperator_USub_Invert", start
                    yield "NumberReplacer", number


def _function(source: str, place: Position) -> str:
    """The innermost function around a place."""
    found = ""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            low, high = _span(node)
            if low <= place < high:
                found = node.name  # outer ones come first
    return found


def _annotations(source: str) -> list[tuple[Position, Position]]:
    """Where annotations begin and end: with ``from __future__ import annotations`` they are only text."""
    found: list[ast.expr | None] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AnnAssign | ast.arg):
            found.append(node.annotation)
        elif isinstance(node, ast.FunctionDef):
            found.append(node.returns)
    return [_span(each) for each in found if each is not None]


def draw(files: Sequence[Path], count: int | None, seed: int) -> tuple[int, list[Mutant]]:
    """The number of places in these files; and mutants: of some places or all, one at each, at random."""
    every = [place for path in files for place in places(path)]
    rng = random.Random(f"{seed} {files[0].parent}")
    chosen = every if count is None or count >= len(every) else rng.sample(every, count)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        return len(every), [place.mutant(rng.choice(place.ways)) for place in chosen]
