"""Machines and patterns in files."""

from __future__ import annotations

from pathlib import Path

from construction.arguments import checked
from construction.errors import ConstructionError, MachineError, RuleError
from construction.formats.golly import Cells, Pattern, parse_automaton, parse_pattern
from construction.formats.text import FormatError, Source
from construction.formats.yaml_reader import read_yaml
from construction.machines.on_tape import MachineOnTape
from construction.rules.cellular_automaton import CellularAutomaton


def read_machine_file(path: Path) -> MachineOnTape:
    """The machine and the tape of a YAML file.

    Raises :class:`~construction.errors.MachineError` when the file cannot be read, and its subclass
    :class:`~construction.formats.text.FormatError` when it holds no machine.
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


@checked
def read_pattern(text: str) -> Pattern:
    """The pattern in the file of this name, or the row of cells that the text is."""
    if text and not set(text) - set(".O*"):
        return parse_pattern(text)
    try:
        return parse_pattern(Path(text).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if text and isinstance(error, OSError) else "it is no text"
        raise ConstructionError(
            f"cannot read the pattern {text!r}: {reason}; it should be a file, or a row of . and O"
        ) from None
    except RuleError as error:
        raise RuleError(f"{text}, {error}") from None


def pattern_for(automaton: CellularAutomaton, text: str) -> Cells:
    """The cells of the pattern that the text names or is, ``(rows, columns)``.

    Raises :class:`~construction.errors.RuleError` when the file names another rule.
    """
    pattern = read_pattern(text)
    if pattern.rule is not None and parse_automaton(pattern.rule).name != automaton.name:
        raise RuleError(
            f"{text}: the pattern is made for {pattern.rule}, not for {automaton.name}; run "
            f"{pattern.rule}, or take the rule out of the file"
        )
    return pattern.cells
