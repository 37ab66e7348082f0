from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from construction.errors import RuleError, SizeError
from construction.formats.golly import format_cells, parse_pattern

GLIDER = [[0, 1, 0], [0, 0, 1], [1, 1, 1]]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("!Name: Glider\n!\n.O\n..O\nOOO\n", None),
        (".*.\n..*\n***", None),
        ("x = 3, y = 3, rule = B3/S23\nbob$2bo$3o!", "B3/S23"),
        ("#C a comment\nx=3,y=3\nbo$\n2b o $\n3o!\nafter the end", None),
        ("x = 3, y = 3, rule = B3/S23\nbob$2bo$3o$$$!", "B3/S23"),
    ],
)
def test_glider(text: str, rule: str | None) -> None:
    pattern = parse_pattern(text)
    np.testing.assert_array_equal(pattern.cells, GLIDER)
    assert pattern.rule == rule


def test_header_gives_the_size() -> None:
    assert parse_pattern("x = 4, y = 5\n2$o!").cells.tolist() == [
        [0] * 4,
        [0] * 4,
        [1, 0, 0, 0],
        [0] * 4,
        [0] * 4,
    ]


@given(
    st.integers(1, 6).flatmap(
        lambda n: st.lists(
            st.lists(st.integers(0, 1), min_size=n, max_size=n), min_size=1, max_size=6
        )
    )
)
def test_plain_text_round_trip(rows: list[list[int]]) -> None:
    assert parse_pattern(format_cells(np.array(rows))).cells.tolist() == rows


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (".O.\n.X.\n", "line 2, column 2: 'X' is no cell; it should be . (dead) or O (alive)"),
        ("", "the pattern has no cells"),
        ("!only a comment\n", "the pattern has no cells"),
        ("x = 3 y = 3\no!", "line 1: 'x = 3 y = 3' is no RLE header; it should look like"),
        ("x = 3, y = 3\nbo?$o!", "line 2, column 3: '?' has no meaning in RLE"),
        ("x = 3, y = 3\nbo$\n", "line 2: the pattern does not end; it should end in !"),
        ("x = 3, y = 3\n4o!", "line 2, column 1: '4o' leads out of the 3 rows and 3 columns"),
        ("x = 3, y = 1\no$o!", "line 2, column 3: 'o' leads out of the 1 rows and 3 columns"),
        ("x = 3, y = 1\n99999999999$o!", "leads out of the 1 rows"),
        ("x = 0, y = 0\n!", "the pattern has no cells"),
    ],
)
def test_bad_patterns(text: str, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_pattern(text)
    assert message in str(caught.value)


def test_too_large_a_pattern() -> None:
    with pytest.raises(SizeError, match="at most 268435456 cells"):
        parse_pattern("x = 1000000, y = 1000000\n!")
