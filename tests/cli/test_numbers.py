"""Whole numbers on the command line."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError

import pytest

from construction.cli.main import main
from construction.cli.numbers import natural, positive


def test_numbers() -> None:
    assert [natural("0"), natural("12"), positive("1")] == [0, 12, 1]


@pytest.mark.parametrize("text", ["-1", "x", "1.5", ""])
def test_what_is_no_number_from_0_on(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match=r"should be a whole number, 0 or more"):
        natural(text)


@pytest.mark.parametrize("text", ["0", "-1", "x"])
def test_what_is_no_number_from_1_on(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match=f"'{text}' should be a whole number, 1 or more"):
        positive(text)


@pytest.mark.parametrize(
    ("command", "option"),
    [("run", "--max-steps"), ("run", "--tape"), ("trace", "--every"), ("learn", "--seed")],
)
def test_the_command_line_says_so(
    command: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([command, "majority", option, "many"])
    assert f"argument {option}: 'many' should be a whole number" in capsys.readouterr().err


def test_a_search_that_is_out_of_reach_says_so_in_few_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["search", "constant-0", "--states", "9", "--symbols", "9"]) == 2
    error = capsys.readouterr().err
    assert re.search(r"which takes about \de\+\d+ years", error)
