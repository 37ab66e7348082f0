"""Formulas of bits, which say what a class of targets has in it: ``x1``, ``not x2``, ``x1 ^ x2``."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Final

from construction.arguments import check_fields
from construction.errors import MachineError

Function = Callable[[tuple[int, ...]], int]

#: In words, for errors.
PARTS: Final = "x1, x2, ..., xd, 0, 1, and, or, not, ^ (exclusive or) and brackets"
MOST_FEATURES: Final = (
    4  #: of a class that a file claims to be learned; the checker goes through all inputs
)
MOST_TARGETS: Final = 16


def read_bit_formula(text: str) -> tuple[Function, int]:
    """A formula's function of bits, and how many features it needs. Raises ValueError when it is none."""
    try:
        return _node(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError("not a formula of bits") from error


@dataclass(frozen=True)
class TargetClass:
    """Functions of ``features`` bits, one of which a machine learns; ``targets`` are formulas.

    Raises :class:`~construction.errors.MachineError` for what is no class of 1 to 16 different functions of 1 to 4
    features.
    """

    features: int
    targets: tuple[str, ...]

    def __post_init__(self) -> None:
        check_fields(self)
        if not 1 <= self.features <= MOST_FEATURES:
            raise MachineError(f"{self.features} features; it should be 1 to {MOST_FEATURES}")
        if not 1 <= len(self.targets) <= MOST_TARGETS:
            raise MachineError(
                f"{len(self.targets)} targets; there should be 1 to {MOST_TARGETS} of them"
            )
        first: dict[str, str] = {}
        for text, values in zip(self.targets, self.values, strict=True):
            if values in first:
                raise MachineError(
                    f"the targets {first[values]} and {text} are the same for d = {self.features}; leave one "
                    f"of them"
                )
            first[values] = text

    @property
    def values(self) -> tuple[str, ...]:
        """Of each target its values on all inputs in lexicographic order, such as ``0011`` for ``x1`` of two features."""
        return tuple(map(self._values, self.targets))

    def _values(self, text: str) -> str:
        try:
            function, needed = read_bit_formula(text)
        except ValueError as error:
            raise MachineError(
                f"the target {text[:80]!r} is no formula; it should consist of {PARTS}"
            ) from error
        if needed > self.features:
            raise MachineError(
                f"the target {text[:80]!r} needs x{needed}; there should be {needed} features then, not "
                f"{self.features}"
            )
        return "".join(str(function(x)) for x in product((0, 1), repeat=self.features))


def as_formula(values: str) -> str:
    """A formula with these values on all inputs in lexicographic order: a sum of products of features.

    >>> as_formula("0011"), as_formula("1100"), as_formula("0110"), as_formula("0111")
    ('x1', 'not x1', 'x1 ^ x2', 'x1 ^ x2 ^ x1 & x2')
    """
    count = len(values)
    features = count.bit_length() - 1
    sums = [int(value) for value in values]
    # The coefficients of the polynomial over two elements (Moebius transform).
    for bit in range(features):
        for index in range(count):
            if index >> bit & 1:
                sums[index] ^= sums[index ^ 1 << bit]
    terms = [
        " & ".join(f"x{k + 1}" for k in range(features) if index >> (features - 1 - k) & 1) or "1"
        for index in sorted(range(count), key=lambda each: (each.bit_count(), -each))
        if sums[index]
    ]
    if len(terms) == 2 and terms[0] == "1" and "&" not in terms[1]:
        return f"not {terms[1]}"
    return " ^ ".join(terms) or "0"


_OPERATORS: Final[dict[type[ast.AST], Callable[[int, int], int]]] = {
    ast.And: lambda a, b: a & b,
    ast.Or: lambda a, b: a | b,
    ast.BitXor: lambda a, b: a ^ b,
    ast.BitAnd: lambda a, b: a & b,
    ast.BitOr: lambda a, b: a | b,
}


def _node(node: ast.expr) -> tuple[Function, int]:
    match node:
        case ast.Constant(value=0 | 1 as bit) if type(bit) is int:
            return lambda x: bit, 1
        case ast.Name(id="xd"):
            return lambda x: x[-1], 1
        case ast.Name(id=name) if name[0] == "x" and name[1:].isdecimal() and int(name[1:]) > 0:
            index = int(name[1:])
            return lambda x: x[index - 1], index
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
            inner, needed = _node(operand)
            return lambda x: 1 - inner(x), needed
        case ast.BoolOp(op=op, values=values):
            return _fold(_OPERATORS[type(op)], [_node(value) for value in values])
        case ast.BinOp(op=op, left=left, right=right) if type(op) in _OPERATORS:
            return _fold(_OPERATORS[type(op)], [_node(left), _node(right)])
    raise ValueError("not a formula of bits")


def _fold(
    operation: Callable[[int, int], int], parts: list[tuple[Function, int]]
) -> tuple[Function, int]:
    def value(x: tuple[int, ...]) -> int:
        result = parts[0][0](x)
        for function, _ in parts[1:]:
            result = operation(result, function(x))
        return result

    return value, max(needed for _, needed in parts)
