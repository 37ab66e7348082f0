"""The exact fraction of ``constant-0`` for two states and three symbols, from the leaves of its walk."""

from __future__ import annotations

from pathlib import Path

from benchmarks.reporting import read
from benchmarks.together import exact

ROOT = Path(__file__).parents[2]


def test_the_leaves_sum_to_the_page() -> None:
    # That the page has the line that --show prints is checked with the documents' other commands.
    (walk,) = read(ROOT / "benchmarks" / "results" / "constant_0.json")["walks"]
    result = exact("constant-0", walk)
    assert (result.problem.s, result.problem.g) == (2, 3)
    assert result.complete
    assert result.by_category["not walked"] == 0
    at_most = result.probability_on_larger + result.unresolved_on_larger
    page = (ROOT / "docs" / "search.md").read_text()
    assert (
        f"| constant-0 | {result.probability} | {result.probability_on_larger} to {at_most} |"
        in page
    )
    assert f"{walk['nodes']:,} nodes" in page
