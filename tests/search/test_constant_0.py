"""The exact fraction of ``constant-0`` for two states and three symbols, from the leaves of its walk."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from construction.search.battery import battery
from construction.search.exact import Exact, Problem, Walked
from construction.search.tasks import load_task

ROOT = Path(__file__).parents[2]


def test_the_leaves_sum_to_the_page() -> None:
    kept = json.loads((ROOT / "benchmarks" / "results" / "constant_0.json").read_text())
    problem = Problem(battery(load_task(kept["task"])), kept["states"], kept["symbols"])
    assert kept["battery"] == problem.battery.digest
    leaves = {tuple(map(int, leaf.split())): count for leaf, count in kept["leaves"].items()}
    result = Exact(problem, Walked(Counter(leaves), nodes=kept["nodes"]))
    assert result.complete
    assert result.by_category["not walked"] == 0
    at_most = result.probability_on_larger + result.unresolved_on_larger
    page = (ROOT / "docs" / "search.md").read_text()
    assert (
        f"| constant-0 | {result.probability} | {result.probability_on_larger} to {at_most} |"
        in page
    )
    assert f"{kept['nodes']:,} nodes" in page
