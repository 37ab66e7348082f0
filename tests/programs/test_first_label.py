"""A program in one file, without numbers: it learns, and says what every cell holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.compiling.numbering import first_layout
from construction.errors import RuleError
from construction.executors.catalogue import load_executor
from construction.learning.prediction import predict
from construction.rules.codes import Kind, Signal
from construction.rules.memory_protocol import EDGE, STORED, storing
from construction.rules.symbolic import Cell, Part, assemble
from construction.training.memory import empty_memory, expected_memory
from construction.training.sgd import sgd
from tests.programs import first_label
from tests.programs.first_label import FIRST_LABEL


@given(st.integers(0, 4), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_it_learns(m: int, d: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    tests = draw.choice([-1, 1], (2, d))
    examples, labels = draw.choice([-1, 1], (m, d)), draw.choice([-1, 1], m)
    executor = load_executor("dense", compile_rule(FIRST_LABEL.rule))
    stored = np.concatenate([examples, np.ones((1, d), dtype=np.int64)])
    stream = zip(stored, (*labels.tolist(), 1), strict=True)
    *_, last = sgd(executor, empty_memory(m + 1, d), stream, FIRST_LABEL.depth(m, d))
    assert np.array_equal(last.memory, expected_memory(stored, np.append(labels, 1), m + 1))
    found = predict(executor, last.memory, tests, FIRST_LABEL.depth(m, d)).signs
    assert FIRST_LABEL.meaning is not None
    assert found.tolist() == FIRST_LABEL.meaning(examples, labels, tests).tolist()


def test_the_documentation_shows_the_whole_file() -> None:
    page = (Path(__file__).parents[2] / "docs" / "own-program.md").read_text(encoding="utf-8")
    file = Path(first_label.__file__).read_text(encoding="utf-8")
    assert f"```python\n{file}```" in page


def test_its_numbers_are_the_first_that_fit() -> None:
    assert FIRST_LABEL.layout == first_layout(FIRST_LABEL.source)


def test_codes_that_are_the_same_sum_have_no_layout() -> None:
    kind = Kind("k", {"of": (0, 1)})
    one = Signal("one")
    same = Part((Cell(kind(0), STORED(1) + one), Cell(kind(1), STORED(1) + one)))
    with pytest.raises(RuleError, match="are two codes the same sum"):
        first_layout(assemble("r", EDGE, storing(), same))
