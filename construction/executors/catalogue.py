"""The executors, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from construction.errors import ConstructionError
from construction.executors.auto import AutoExecutor
from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.event.executor import EventExecutor
from construction.executors.executor import Executor
from construction.executors.sweep.dense import DenseExecutor
from construction.executors.sweep.tabulated import TabulatedExecutor
from construction.network.rcnn import RCNN

_ALL: Final = (
    AutoExecutor,
    ReferenceExecutor,
    DenseExecutor,
    TabulatedExecutor,
    EventExecutor,
)

EXECUTORS: Final[Mapping[str, type[Executor]]] = MappingProxyType(
    {executor.name: executor for executor in _ALL}
)


def load_executor(name: str, network: RCNN) -> Executor:
    """The executor of this name for a network.

    Raises :class:`~construction.errors.ConstructionError`, listing the names, when there is none.

    >>> from construction import compile_rule, load_program
    >>> executor = load_executor("reference", compile_rule(load_program("majority").rule))
    >>> executor.run([[[1, -1, 1, 3], [1, 1, 1, 3]]], 1).grids.shape
    (1, 2, 4)
    """
    if name not in EXECUTORS:
        raise ConstructionError(
            f"unknown executor {name!r}; it should be one of {', '.join(EXECUTORS)}"
        )
    return EXECUTORS[name](network)
