"""A certificate is plain data of its own."""

from __future__ import annotations

import pytest

from construction.compiling.certificate import certificate
from construction.programs.catalogue import PROGRAMS, load_program


@pytest.mark.parametrize("name", PROGRAMS)
def test_changing_a_certificate_leaves_the_program_alone(name: str) -> None:
    program = load_program(name)
    first = certificate(program.rule, program.schedule)
    again = certificate(program.rule, program.schedule)
    for part in first["schedule"].values():
        part.clear()
    assert certificate(program.rule, program.schedule) == again
