"""Machine files on disk."""

from __future__ import annotations

from pathlib import Path

from construction.errors import MachineError
from construction.machines.formats.machine_file import MachineFile
from construction.machines.formats.source import FormatError, Source
from construction.machines.formats.yaml_reader import read_yaml


def read_machine_file(path: Path) -> MachineFile:
    """The machine and the tape of a YAML file.

    Raises :class:`~construction.errors.MachineError` when the file cannot be read, and its subclass
    :class:`~construction.machines.formats.source.FormatError` when it holds no machine.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise MachineError(f"{path}: {reason[0].lower()}{reason[1:]}") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        source = Source(data.decode("utf-8", errors="replace"), str(path))
        raise FormatError(
            source.at(before.count("\n"), len(before) - before.rfind("\n") - 1),
            f"the byte {data[error.start]:#04x} is not UTF-8",
            "save the file as UTF-8",
        ) from None
    return read_yaml(text, str(path))
