"""The executors, by name. One's module, and what it needs, is loaded when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Final

from construction.arguments import checked
from construction.errors import ConstructionError
from construction.executors.executor import Executor
from construction.network.rcnn import RCNN

#: Where each executor is: its module and its class.
_PLACES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "auto": ("construction.executors.auto", "AutoExecutor"),
        "reference": ("construction.executors.definition.reference", "ReferenceExecutor"),
        "vectorised": (
            "construction.executors.vectorised.executor",
            "VectorisedExecutor",
        ),
        "dense": ("construction.executors.sweep.dense", "DenseExecutor"),
        "tabulated": ("construction.executors.sweep.tabulated", "TabulatedExecutor"),
        "event": ("construction.executors.event.executor", "EventExecutor"),
        "planes": ("construction.executors.planes.executor", "PlanesExecutor"),
    }
)


class _Catalogue(Mapping[str, type[Executor]]):
    def __getitem__(self, name: str) -> type[Executor]:
        module, kind = _PLACES[name]
        found: type[Executor] = getattr(import_module(module), kind)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)


#: The executors' classes, by name.
EXECUTORS: Final[Mapping[str, type[Executor]]] = _Catalogue()


@checked
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
