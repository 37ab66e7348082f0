"""Arguments of public functions: a value of another kind than the hint says is refused, in words."""

from __future__ import annotations

import os
import types
import typing
from collections.abc import Callable, Mapping
from functools import cache, wraps
from inspect import signature
from numbers import Integral, Real
from typing import Any, Final, ParamSpec, TypeVar

import numpy as np

from construction.errors import KindError

P = ParamSpec("P")
R = TypeVar("R")

#: Kinds that are no classes of the project: what they accept, and what messages call them.
_OTHERS: Final[dict[Any, tuple[tuple[type, ...], str]]] = {
    int: ((Integral,), "a whole number"),
    float: ((Real,), "a number"),
    bool: ((bool, np.bool_), "True or False"),
    str: ((str,), "a str"),
    types.NoneType: ((types.NoneType,), "None"),
    os.PathLike: ((os.PathLike,), "a path"),
    Mapping: ((Mapping,), "a dict"),
    np.random.Generator: (
        (np.random.Generator,),
        "a Generator, such as numpy.random.default_rng(0)",
    ),
}
#: How one comes by a value of the project's classes.
_SUCH_AS: Final = {
    "LocalRule": "load_program(name).rule",
    "RCNN": "compile_rule(program.rule)",
    "Executor": "load_executor('auto', network)",
    "Program": "load_program('majority')",
    "Machine": "find('machine.yaml').machine",
    "MachineOnTape": "find('machine.yaml')",
    "CellularAutomaton": "find('B3/S23')",
    "BitTable": "read_table('data.csv')",
    "DataSet": "data_set(train, test)",
    "SizeFormula": "SizeFormula('3 * m')",
    "TargetClass": "TargetClass(1, ('x1', 'not x1'))",
}


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """The function, which then refuses arguments that are not of the kinds that its hints say.

    It raises :class:`~construction.errors.KindError`. Arrays, iterables and callables are left to the function.
    """
    parameters = signature(function)

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        given = parameters.bind(*args, **kwargs).arguments
        for name, hint in _hints(function).items():
            if name in given:
                _check(name, given[name], hint)
        return function(*args, **kwargs)

    return call


def check_fields(value: Any) -> None:
    """Raise :class:`~construction.errors.KindError` unless an object's fields are what their hints say."""
    kind: Any = type(value)
    for name, hint in _hints(kind).items():
        _check(name, getattr(value, name), hint)


@cache
def _hints(what: Callable[..., Any]) -> dict[str, Any]:
    """Those that say a kind that can be checked."""
    hints = typing.get_type_hints(what).items()
    return {name: hint for name, hint in hints if name != "return" and _known(hint)}


def _check(name: str, value: object, hint: Any) -> None:
    if not _fits(value, hint):
        given = "None" if value is None else f"of type {type(value).__name__}"
        raise KindError(f"{name}: {given}; it should be {_called(hint)}")


def _alternatives(hint: Any) -> tuple[Any, ...]:
    union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    return typing.get_args(hint) if union else (hint,)


def _known(hint: Any) -> bool:
    return all(
        _kind(each) in _OTHERS
        or (_kind(each) is tuple and all(map(_known, _parts(each))))
        or _is_own(each)
        for each in _alternatives(hint)
    )


def _kind(hint: Any) -> Any:
    return typing.get_origin(hint) or hint


def _is_own(kind: Any) -> bool:
    """A class of the project that is no protocol."""
    own = isinstance(kind, type) and kind.__module__.startswith("construction.")
    return own and not getattr(kind, "_is_protocol", False)


def _parts(hint: Any) -> tuple[Any, ...]:
    """The kinds of a tuple's parts."""
    return tuple(each for each in typing.get_args(hint) if each is not Ellipsis)


def _fits(value: object, hint: Any) -> bool:
    # What a class says of itself is asked once for each hint, not for each of a thousand names.
    return any(_fits_one(value, *each) for each in _expected(hint))


@cache
def _expected(hint: Any) -> tuple[tuple[Any, Any, bool], ...]:
    """Of each alternative: a class or classes, a tuple's parts, and whether they may be any number."""
    return tuple(
        (
            _OTHERS[kind][0] if (kind := _kind(each)) in _OTHERS else kind,
            _parts(each) if kind is tuple else None,
            Ellipsis in typing.get_args(each),
        )
        for each in _alternatives(hint)
    )


def _fits_one(value: Any, kind: Any, parts: Any, every: bool) -> bool:
    if parts is not None:
        if not isinstance(value, tuple | list):
            return False
        if every:
            return all(_fits(each, parts[0]) for each in value)
        return len(value) == len(parts) and all(map(_fits, value, parts))
    if isinstance(value, bool) and kind in (_OTHERS[int][0], _OTHERS[float][0]):
        return False
    return isinstance(value, kind)


def _called(hint: Any) -> str:
    return " or ".join(map(_called_one, _alternatives(hint)))


def _called_one(hint: Any) -> str:
    kind = _kind(hint)
    if kind is tuple:
        every = Ellipsis in typing.get_args(hint)
        parts = "any number" if every else str(len(_parts(hint)))
        return f"a tuple of {parts}, each {_called(_parts(hint)[0])}"
    if kind in _OTHERS:
        return _OTHERS[kind][1]
    article = "an" if kind.__name__[0] in "AEIOR" else "a"
    source = _SUCH_AS.get(kind.__name__)
    return f"{article} {kind.__name__}" + ("" if source is None else f", such as {source}")
