"""Section 5: what the page says of reuse is measured again, where that takes no time."""

from __future__ import annotations

import pytest

from construction.search.reuse import Reuse, break_even, measure_reuse
from construction.search.tasks import load_task
from tests.search.test_exact import PAGE


@pytest.mark.parametrize("problems", [1, 2])
def test_the_page_shows_what_is_measured(problems: int) -> None:
    row = measure_reuse(load_task("learn-constant"), (2, 1), (2, 3), problems, 30, new=20)
    cells = (str(problems), f"{row.solved:.2f}", f"{row.draws:,.0f}")
    shown = [line.split()[:3] for line in PAGE.splitlines()]
    assert list(cells) in shown


def test_break_even_is_a_ratio_of_draws() -> None:
    assert break_even(Reuse(1, 0.5, 20.0), Reuse(4, 0.9, 500.0)) == 25
