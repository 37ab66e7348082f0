"""The memory after any step can be asked for at any time."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.training.memory import Change, MemoryGrids


@given(st.integers(0, 12), st.integers(0, 2**32), st.data())
@settings(max_examples=30)
def test_versions_in_any_order(count: int, seed: int, data: st.DataObject) -> None:
    random = np.random.default_rng(seed)
    memory = random.integers(-3, 4, (3, 4))
    grids = MemoryGrids(memory, 1)
    expected, versions = [memory.copy()], [grids.version]
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
        np.testing.assert_array_equal(grids.first_grid(inputs)[:, :4], after * inputs)
    for number in asked:
        np.testing.assert_array_equal(versions[number].memory(), expected[number])
        assert versions[number].memory() is versions[number].memory()
