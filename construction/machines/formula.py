"""Formulas in the size of a data set, which the file of a machine states: steps, work columns."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from construction.arguments import check_fields
from construction.errors import MachineError

LARGEST_POWER: Final = 9
LARGEST: Final = 10**18  #: of the numbers that a formula may go on with

_OPERATORS: Final[dict[type[ast.operator], Callable[[int, int], int]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Pow: operator.pow,
}


@dataclass(frozen=True)
class SizeFormula:
    """A formula in ``m`` examples and ``d`` features, such as ``(m + 1) * (d + 2)``.

    It may hold whole numbers, ``m``, ``d``, brackets, ``+``, ``-``, ``*``, ``//`` (a quotient, rounded down)
    and ``**`` with a number of at most 9.

    Raises :class:`~construction.errors.MachineError` when it holds anything else.
    """

    text: str

    def __post_init__(self) -> None:
        check_fields(self)
        self(1, 1)

    @property
    def constant(self) -> bool:
        """Does it mention neither ``m`` nor ``d``?"""
        return not any(
            isinstance(node, ast.Name) for node in ast.walk(ast.parse(self.text.strip()))
        )

    def in_m(self, d: int) -> tuple[int, int] | None:
        """``(a, b)`` if it is ``a * m + b`` for so many features, written with sums and products; None otherwise."""
        try:
            return _linear(ast.parse(self.text.strip(), mode="eval").body, d)
        except (ValueError, ZeroDivisionError):
            return None

    def __call__(self, m: int, d: int) -> int:
        """The value for ``m`` examples with ``d`` features; at least 0."""
        try:
            if not self.text.isprintable():
                raise ValueError("it is printed, and a comment could steer a terminal")
            tree = ast.parse(self.text.strip(), mode="eval").body
            return max(0, _value(tree, {"m": m, "d": d}))
        except (SyntaxError, ValueError, RecursionError, MemoryError, ZeroDivisionError) as error:
            raise MachineError(
                f"{self.text!r} is no formula in m and d; it should be one like 2 * m * d + d**2 + 3"
            ) from error


def _linear(node: ast.expr, d: int) -> tuple[int, int]:
    """The coefficient of ``m`` and the constant. Raises ValueError when it is not linear, or not seen to be."""
    match node:
        case ast.Name(id="m"):
            return 1, 0
        case ast.BinOp(left=left, op=op, right=right):
            (a, b), (c, e) = _linear(left, d), _linear(right, d)
            if isinstance(op, ast.Add | ast.Sub):
                sign = 1 if isinstance(op, ast.Add) else -1
                return a + sign * c, b + sign * e
            if isinstance(op, ast.Mult) and not (a and c):
                return a * e + b * c, b * e
            if a or c:
                raise ValueError("not linear in m")
    return 0, _value(node, {"d": d, "m": 0})


def _value(node: ast.expr, variables: dict[str, int]) -> int:
    match node:
        case ast.Constant(value=int() as number) if not isinstance(number, bool):
            return number
        case ast.Name(id=name) if name in variables:
            return variables[name]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            if isinstance(op, ast.Pow):
                power = right.value if isinstance(right, ast.Constant) else None
                if not (isinstance(power, int) and 0 <= power <= LARGEST_POWER):
                    raise ValueError("a power that is no small number")
            values = _value(left, variables), _value(right, variables)
            if max(map(abs, values)) > LARGEST:
                raise ValueError("a number that is too large")
            return _OPERATORS[type(op)](*values)
    raise ValueError("neither a number, m, d nor an operation on them")
