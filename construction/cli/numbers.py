"""Options on the command line: whole numbers, and options that do not apply."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace

from construction.errors import ConstructionError


def natural(text: str) -> int:
    """A whole number from 0 on."""
    return _from(0, text)


def positive(text: str) -> int:
    """A whole number from 1 on."""
    return _from(1, text)


def _from(least: int, text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if number < least:
        raise ArgumentTypeError(f"{text!r} should be a whole number, {least} or more")
    return number


def refuse(arguments: Namespace, reason: str, *names: str) -> None:
    """Raise :class:`~construction.errors.ConstructionError` when one of these options was given.

    Their default must be None.
    """
    for name in names:
        value = getattr(arguments, name)
        if value is not None:
            option = ("no-" if value is False else "") + name.replace("_", "-")
            raise ConstructionError(f"{reason}, to which --{option} does not apply; leave it out")
