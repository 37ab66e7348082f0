"""Hypothesis strategies: random machines, rules, grids, networks, samples, memories and streams.

For tests of your own, property by property; they need the extra ``hypothesis``.

>>> from hypothesis import given
>>> from construction import row_reduction
>>> from construction.strategies import Sample, samples
>>> @given(samples(consistent=True))
... def test_row_reduction_explains_what_can_be_explained(sample: Sample) -> None:
...     bits, labels = (sample.examples == -1), (sample.labels == -1)
...     assert (row_reduction(bits, labels)(bits) == labels).all()
>>> test_row_reduction_explains_what_can_be_explained()
"""

from construction.extras import missing_extra

try:
    import hypothesis as hypothesis
except ModuleNotFoundError as error:
    if error.name != "hypothesis":
        raise
    raise missing_extra("hypothesis", "hypothesis") from None

from construction.strategies.machines import machines, one_tape_machines, reachable_pairs, tapes
from construction.strategies.rules import (
    SLOPES,
    closed_rules,
    code_tables,
    codes,
    gates,
    grids,
    local_rules,
    networks,
    patches,
    rules_with_slopes,
)
from construction.strategies.samples import (
    Sample,
    Stream,
    first_grids,
    memories,
    samples,
    streams,
    tape_of,
)

__all__ = [
    "SLOPES",
    "Sample",
    "Stream",
    "closed_rules",
    "code_tables",
    "codes",
    "first_grids",
    "gates",
    "grids",
    "local_rules",
    "machines",
    "memories",
    "networks",
    "one_tape_machines",
    "patches",
    "reachable_pairs",
    "rules_with_slopes",
    "samples",
    "streams",
    "tape_of",
    "tapes",
]
