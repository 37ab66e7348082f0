"""The memory after any step can be asked for at any time."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.training import memory
from construction.training.memory import Change, MemoryGrids


@given(st.integers(0, 12), st.integers(0, 2**32), st.data())
@settings(max_examples=30)
def test_versions_in_any_order(count: int, seed: int, data: st.DataObject) -> None:
    random = np.random.default_rng(seed)
    start = random.integers(-3, 4, (3, 4))
    grids = MemoryGrids(start, 1)
    expected, versions = [start.copy()], [grids.version]
    asked = data.draw(st.permutations(range(count + 1)))
    early = data.draw(st.sets(st.integers(0, count)))
    for number in range(count + 1):
        if number in early:
            np.testing.assert_array_equal(versions[number].memory(), expected[number])
        if number == count:
            break
        places = random.choice(12, random.integers(1, 6), replace=False)
        change = Change(places // 4, places % 4, random.choice([-2, 1, 3], len(places)))
        after = expected[-1].copy()
        after[change.rows, change.columns] += change.amounts
        grids.add(change)
        expected.append(after)
        versions.append(grids.version)
        inputs = random.choice([-1, 1], 4)
        first = grids.grid * grids.signs(inputs[None])
        np.testing.assert_array_equal(first[:, :4], after * inputs)
    for number in asked:
        np.testing.assert_array_equal(versions[number].memory(), expected[number])
        assert versions[number].memory() is versions[number].memory()


def test_an_interrupt_leaves_a_version_as_it_is() -> None:
    """Before each instruction that adds a change; Python notices an interrupt between two of them."""
    change = Change(np.array([0, 1]), np.array([1, 1]), np.array([3, 3]))

    def interrupted_at(number: int) -> bool:
        grids = MemoryGrids(np.zeros((2, 2), dtype=np.int64), 1)
        first = grids.version
        grids.add(Change(np.array([0]), np.array([0]), np.array([3])))
        second = grids.version
        seen = 0

        def trace(frame: FrameType, event: str, _: object) -> Any:
            nonlocal seen
            if frame.f_code.co_filename != memory.__file__:
                return None
            frame.f_trace_opcodes = True
            seen += event == "opcode"
            if seen == number:
                raise KeyboardInterrupt
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            grids.add(change)
        except KeyboardInterrupt:
            pass
        finally:
            sys.settrace(before)
        assert first.memory().tolist() == [[0, 0], [0, 0]]
        assert second.memory().tolist() == [[3, 0], [0, 0]]
        if seen < number:
            assert grids.version.memory().tolist() == [[3, 3], [0, 3]]
        return seen >= number

    count = 1
    while interrupted_at(count):
        count += 1
    assert count > 50
