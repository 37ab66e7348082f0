"""What a command's NAME stands for: a bundled program, or a machine in a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from construction.errors import ConstructionError
from construction.machines.formats.files import read_machine_file
from construction.machines.formats.machine_file import MachineFile
from construction.programs.catalogue import PROGRAMS, load_program
from construction.programs.program import Program

SUFFIXES: Final = (".yaml", ".yml")

HELP: Final = f"a bundled program ({', '.join(PROGRAMS)}), or a machine in a YAML file"


def find(name: str) -> Program | MachineFile:
    """The program or the machine of this name.

    Raises :class:`~construction.errors.ConstructionError` when there is none.
    """
    if name in PROGRAMS:
        return load_program(name)
    path = Path(name)
    if path.suffix in SUFFIXES or path.exists() or os.sep in name:
        return read_machine_file(path)
    raise ConstructionError(f"there is no program {name!r} and no such file; it should be {HELP}")
