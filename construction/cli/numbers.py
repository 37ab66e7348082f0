"""Whole numbers on the command line; argparse prints what is wrong with one."""

from __future__ import annotations

from argparse import ArgumentTypeError


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
