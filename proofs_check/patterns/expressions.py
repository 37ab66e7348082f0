"""The language of invariants: what a variable or a field is, in terms of other instances.

An expression is written in Python's syntax: instances of variables with linear indices, such as
``A[a, b, w-1]``; whole numbers; words, such as ``leave``, in quotes or not; ``x if c else y``, ``==``, ``!=``,
``and``, ``or``, ``not``, ``^``, ``*``, ``+`` and ``-``. Truth is 1 and 0. Nothing else is understood.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

from proofs_check.patterns.linear import Linear, variable
from proofs_check.verdict import RefutedError

Value = int | str
LONGEST = 600  #: characters of an expression
DEEPEST = 100  #: levels of an expression: each takes some of Python's stack
LARGEST_NUMBER = 2**31  #: of an expression's numbers and values
LARGEST_TABLE = 2**16  #: combinations of values of one expression's instances


@dataclass(frozen=True)
class Ref:
    """An instance of a variable: its indices are linear forms."""

    variable: str
    index: tuple[Linear, ...]

    def put(self, values: Mapping[str, Linear]) -> Ref:
        return Ref(self.variable, tuple(form.put(values) for form in self.index))

    def __str__(self) -> str:
        return f"{self.variable}[{', '.join(map(str, self.index))}]"


@dataclass(frozen=True)
class Expression:
    """A parsed expression. ``refs`` are its instances, each once."""

    text: str
    refs: tuple[Ref, ...]
    tree: ast.expr = field(repr=False, compare=False)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words that it compares with or can have as a value."""
        found = {_word(node) for node in _values(self.tree)}
        return frozenset(word for word in found if word is not None)

    def value(self, values: Mapping[Ref, Value]) -> Value:
        """With values for its instances."""
        return _evaluate(self.tree, values, self.text)

    def table(self, domains: Sequence[Sequence[Value]]) -> list[tuple[tuple[Value, ...], Value]]:
        """Every combination of values of ``refs``, with the expression's value."""
        size = 1
        for domain in domains:
            size *= len(domain)
        if size > LARGEST_TABLE:
            raise RefutedError(f"{self.text!r} speaks of too many instances to list their values")
        return [
            (given, self.value(dict(zip(self.refs, given, strict=True))))
            for given in product(*domains)
        ]


def parse(text: object, where: str) -> Expression:
    """An expression from a certificate; ``where`` says at which place it stands."""
    if isinstance(text, bool) or not isinstance(text, int | str):
        raise RefutedError(f"{where} is {text!r}; it should be an expression")
    if len(str(text)) > LONGEST:
        raise RefutedError(f"{where}: an expression of {len(str(text))} characters is too long")
    if not str(text).isprintable():
        raise RefutedError(f"{where}: {text!r} should have printable characters alone")
    try:
        tree = ast.parse(str(text), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise RefutedError(f"{where}: {text!r} is no expression") from None
    if _depth(tree) > DEEPEST:
        raise RefutedError(f"{where}: an expression with more than {DEEPEST} levels is too deep")
    refs: dict[Ref, None] = {}
    for node in _values(tree):
        if isinstance(node, ast.Subscript):
            refs[_ref(node, where)] = None
        elif not isinstance(node, _ALLOWED):
            raise RefutedError(f"{where}: {ast.unparse(node)!r} is not understood")
        elif (word := _word(node)) is not None and not word.isprintable():
            raise RefutedError(f"{where}: the word {word!r} should have printable characters alone")
    return Expression(str(text), tuple(refs), tree)


_ALLOWED = (ast.IfExp, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.Constant, ast.Name)


def _values(tree: ast.expr) -> list[ast.expr]:
    """The parts of an expression that have a value: not what is inside of an index."""
    if isinstance(tree, ast.Subscript):
        return [tree]
    inner = [node for node in ast.iter_child_nodes(tree) if isinstance(node, ast.expr)]
    return [tree, *(each for node in inner for each in _values(node))]


def _word(node: ast.expr) -> str | None:
    """The word that a part of an expression is, in quotes or not."""
    if isinstance(node, ast.Name):
        return node.id
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _depth(tree: ast.expr) -> int:
    """How many levels an expression has, counted without recursion."""
    depth, level = 0, list[ast.AST]([tree])
    while level:
        inner = [each for node in level for each in ast.iter_child_nodes(node)]
        depth, level = depth + 1, [each for each in inner if isinstance(each, ast.expr)]
    return depth


def _ref(node: ast.Subscript, where: str) -> Ref:
    if not isinstance(node.value, ast.Name):
        raise RefutedError(f"{where}: {ast.unparse(node)!r} is no instance of a variable")
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    return Ref(node.value.id, tuple(_linear(part, where) for part in parts))


def _linear(node: ast.expr, where: str) -> Linear:
    match node:
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            return Linear((), number)
        case ast.Name(id=name):
            return variable(name)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return _linear(inner, where) * -1
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _linear(left, where) + _linear(right, where)
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return _linear(left, where) - _linear(right, where)
        case ast.BinOp(left=ast.Constant(value=int(factor)), op=ast.Mult(), right=right):
            return _linear(right, where) * factor
    raise RefutedError(f"{where}: the index {ast.unparse(node)!r} is not linear")


_ARITHMETIC: Mapping[type[ast.operator], Callable[[int, int], int]] = {
    ast.BitXor: lambda x, y: x ^ y,
    ast.Mult: lambda x, y: x * y,
    ast.Add: lambda x, y: x + y,
    ast.Sub: lambda x, y: x - y,
}


def _evaluate(node: ast.expr, values: Mapping[Ref, Value], text: str) -> Value:
    def number(inner: ast.expr) -> int:
        value = _evaluate(inner, values, text)
        if not isinstance(value, int):
            raise RefutedError(f"{text!r} computes with the word {value!r}")
        if abs(value) > LARGEST_NUMBER:
            raise RefutedError(f"{text!r} computes with numbers that are too large")
        return value

    match node:
        case ast.Subscript():
            return values[_ref(node, text)]
        case ast.Constant(value=int() as value) if abs(value) > LARGEST_NUMBER:
            raise RefutedError(f"{text!r} has a number that is too large")
        case ast.Constant(value=int() | str() as value):
            return int(value) if isinstance(value, int) else value
        case ast.Name(id=name):
            return name
        case ast.IfExp(test=test, body=body, orelse=other):
            return _evaluate(body if number(test) else other, values, text)
        case ast.BoolOp(op=ast.And(), values=parts):
            return min(int(bool(number(part))) for part in parts)
        case ast.BoolOp(op=ast.Or(), values=parts):
            return max(int(bool(number(part))) for part in parts)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return int(not number(inner))
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -number(inner)
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as op], comparators=[right]):
            same = _evaluate(left, values, text) == _evaluate(right, values, text)
            return int(same == isinstance(op, ast.Eq))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            return _ARITHMETIC[type(op)](number(left), number(right))
    raise RefutedError(f"{text!r}: {ast.unparse(node)!r} is not understood")
