"""The bundled programs, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from construction.arguments import checked
from construction.errors import ConstructionError
from construction.programs.conjunction import conjunction
from construction.programs.line_row_reduction import line_row_reduction
from construction.programs.majority import majority
from construction.programs.one_literal import one_literal
from construction.programs.online_associative_memory import online_associative_memory
from construction.programs.online_conjunction import online_conjunction
from construction.programs.online_row_reduction import online_row_reduction
from construction.programs.program import Program
from construction.programs.row_reduction_machine import row_reduction_machine_program
from construction.programs.systolic_row_reduction import systolic_row_reduction
from construction.programs.triangular_row_reduction import triangular_row_reduction

DEFAULT_PROGRAM: Final = "systolic-row-reduction"

#: Programs that store their training set, and read it for every prediction (Lemma 1).
BATCH_PROGRAMS: Final[Mapping[str, Callable[[], Program]]] = MappingProxyType(
    {
        DEFAULT_PROGRAM: systolic_row_reduction,
        "row-reduction-machine": row_reduction_machine_program,
        "majority": majority,
        "one-literal": one_literal,
        "conjunction": conjunction,
        "line-row-reduction": line_row_reduction,
    }
)
#: Programs that learn from a stream, as it goes (docs/online.md).
ONLINE_PROGRAMS: Final[Mapping[str, Callable[[], Program]]] = MappingProxyType(
    {
        "online-row-reduction": online_row_reduction,
        "online-conjunction": online_conjunction,
        "online-associative-memory": online_associative_memory,
        "triangular-row-reduction": triangular_row_reduction,
    }
)
#: Of these, programs whose memory has as many rows as one likes.
ANY_ROWS: Final = ("online-associative-memory",)
PROGRAMS: Final[Mapping[str, Callable[[], Program]]] = MappingProxyType(
    {**BATCH_PROGRAMS, **ONLINE_PROGRAMS}
)


@checked
@cache
def load_program(name: str) -> Program:
    """The bundled program of this name.

    Raises :class:`~construction.errors.ConstructionError`, listing the names, when there is none.
    """
    if name not in PROGRAMS:
        raise ConstructionError(
            f"unknown program {name!r}; it should be one of {', '.join(sorted(PROGRAMS))}"
        )
    return PROGRAMS[name]()
