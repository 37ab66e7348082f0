"""The ``rcnn`` command: finds the subcommand, runs it, and turns errors into exit codes.

Exit codes: 0 done, 1 a check failed, 2 bad input, 130 interrupted.

Only the chosen subcommand's module is imported, so that ``rcnn --help`` is quick.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING, Final

from construction import __version__
from construction.errors import ConstructionError
from construction.formats.text import printable
from construction.hints import closest

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

#: Each command's module has ``configure(parser)`` and ``run(arguments)``, which gives the exit code.
COMMANDS: Final = {
    "compile": ("construction.cli.compile", "write a program's network to a file"),
    "verify": ("construction.cli.verify", "check every statement of the paper, for all sizes"),
    "describe": ("construction.cli.describe", "draw a network with its numbers"),
    "learn": ("construction.cli.learn", "learn from a file of examples, and predict"),
    "settle": ("construction.cli.settle", "find where a recurrent network comes to rest"),
    "distil": ("construction.cli.distil", "write a trained network as one of two layers"),
    "programs": ("construction.cli.programs", "list the bundled programs, with size and depth"),
    "run": ("construction.cli.run", "run a machine or a cellular automaton as a network"),
    "search": ("construction.cli.search", "search for learners among random weights"),
    "show": ("construction.cli.show", "print the table of a program or a machine"),
    "trace": ("construction.cli.trace", "watch a machine or a network run, step by step"),
    "view": ("construction.cli.view", "write a page that shows how a network becomes an algorithm"),
}

EXIT_BAD_INPUT: Final = 2
EXIT_INTERRUPTED: Final = 130


def main(argv: Sequence[str] | None = None, *, ready: Callable[[], object] = lambda: None) -> int:
    """Run the command line; returns the exit code. ``ready`` is called once the command is loaded."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    name = next((word for word in arguments if not word.startswith("-")), None)
    called = "rcnn" if name is None else f"rcnn {name}"
    if not _has_output():
        print(f"{called}: the output cannot be written: it is closed", file=sys.stderr)
        return EXIT_BAD_INPUT
    if isinstance(sys.stdout, TextIOWrapper):
        # A name that the terminal's encoding lacks is shown with escapes.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return _run(arguments, name, ready)
    except ConstructionError as error:
        print(f"{called}: {printable(str(error))}", file=sys.stderr)
        return EXIT_BAD_INPUT
    except KeyboardInterrupt:
        print(f"{called}: interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader has gone; what is left in the buffer must not fail when Python exits.
        _discard_output()
        return 0
    except OSError as error:
        if error.filename is not None:
            print(f"{called}: {printable(f'{error.filename}')}: {error.strerror}", file=sys.stderr)
            return EXIT_BAD_INPUT
        print(f"{called}: the output cannot be written: {error.strerror}", file=sys.stderr)
        _discard_output()
        return EXIT_BAD_INPUT


def _run(arguments: Sequence[str], name: str | None, ready: Callable[[], object]) -> int:
    module = import_module(COMMANDS[name][0]) if name in COMMANDS else None
    if module is None and arguments[:1] == [name]:
        raise ConstructionError(f"there is no such command; {closest(name or '', COMMANDS)}")
    parser = _Parser(
        prog="rcnn",
        description="Programs as recurrent convolutional networks that plain SGD trains, exactly.",
    )
    parser.add_argument("--version", action="version", version=f"rcnn {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for each, (_, summary) in COMMANDS.items():
        command = commands.add_parser(each, help=summary, description=summary.capitalize() + ".")
        if module is not None and each == name:
            module.configure(command)
    try:
        options = parser.parse_args(arguments)
    finally:  # it has printed --help and leaves
        sys.stdout.flush()
    assert module is not None
    ready()
    code = int(module.run(options))
    sys.stdout.flush()
    return code


class _Parser(argparse.ArgumentParser):
    """One that tells when its help or version cannot be written; argparse hides that."""

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        if file is None or file is not sys.stdout:
            super()._print_message(message, file)
        else:
            file.write(message)


def _has_output() -> bool:
    """Is there a standard output? Without a standard error, messages go nowhere.

    A descriptor that was closed is taken by the null device, so that no other file gets its number.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    return sys.stdout is not None


def _discard_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
