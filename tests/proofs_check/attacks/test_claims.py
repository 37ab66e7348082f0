"""Certificates that switch a check off, say a thing twice, or overflow: refuted, each with a sentence."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from proofs_check.patterns.given import PREDICTING
from proofs_check.patterns.linear import variable
from proofs_check.patterns.regions import regions, value
from proofs_check.patterns.relations import Relation
from proofs_check.verdict import RefutedError
from tests.proofs_check.subjects import bundled, changed, refuted

NAME = "one-literal"
CLAIMS: dict[str, Any] = dict(bundled(NAME).data["claims"])
ALWAYS = {"a": 2**31 - 1, "1": -(2**31 - 1)}  #: true in every row, and no number of 32 bits


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dummy": "never"}, "the dummy example comes 'never'"),
        (
            {"dummy": "first", "computes": None},
            "for what the certificate says .* None, it should be",
        ),
        ({"computes": "online row reduction"}, "it should be 'first'"),
        ({"rows": {"d": 9}}, "claims 9 d rows; it should be m . 1"),
        ({"steps": [[1, 1, 5]]}, "claims a machine's steps, but has no machine"),
        ({"steps": [[1, 1, 5], [1, 1, 6]]}, "about a size that no entry before it is about"),
    ],
)
def test_claims_that_do_not_fit_are_refuted_in_every_row(
    changes: dict[str, Any], message: str
) -> None:
    subject = changed(NAME, "claims", {**CLAIMS, **changes})
    with pytest.raises(RefutedError, match=message):
        _ = subject.certificate
    assert refuted(subject)


@pytest.mark.parametrize(
    ("place", "entry", "message"),
    [
        ("version", 2.0, "version is 2.0; it should be a whole number"),
        ("claims/computes", ["x"], "computes is .*; it should be a word"),
        ("scenes/nonsense", {}, "there is no scene 'nonsense'"),
        ("rule/readout/values", [[5, 1], [5, -1]], "about a code that no entry before it is about"),
        ("rule/readout/values", [[5, 10**30]], "it should be between"),
        ("scenes/predicting/stages/0/where", [ALWAYS], "a is 2147483647; it should be between"),
        ("scenes/predicting/stages/0/where", [{"i": 1}], "depends on 'i'"),
        ("scenes/memorising/stages/0/slope", "1" + "0" * 30, "has a number that is too large"),
        ("scenes/predicting/stages/0/slope", 1, "should be 0, as no derivative is looked at"),
        ("scenes/predicting/stages/0/slope", "1+" * 400 + "1", "801 characters is too long"),
        ("scenes/memorising/rank", {"foo": "bar"}, "has the entry 'foo', which nothing reads"),
    ],
)
def test_entries_that_say_too_much(place: str, entry: Any, message: str) -> None:
    found = refuted(changed(NAME, place, entry))
    assert any(re.search(message, text) for text in found.values()), found


@pytest.mark.parametrize(
    ("stage", "slope"), [(2, "2147483648 * 2147483648"), (3, 2**14 + 1), (1, -(2**14) - 1)]
)
def test_slopes_that_are_0_in_64_bits(stage: int, slope: str | int) -> None:
    """2^62 times a scale of 8 wraps around to 0, the slope of the network."""
    subject = changed(NAME, f"scenes/memorising/stages/{stage}/slope", slope)
    row = "Lemma 1, memorisation"
    assert "it should be between -16384 and 16384" in refuted(subject, row)[row]


@pytest.mark.parametrize("more", [42, 43])
def test_many_stages_that_never_hold(more: int) -> None:
    """With the 8 that it has: there are 11 columns of stages and marks, and ``52^11 < 2^63 < 53^11``."""
    stages: list[Any] = list(bundled(NAME).data["scenes"]["predicting"]["stages"])
    never = [{**stages[0], "stage": f"never {k}", "where": [{"1": -1}]} for k in range(more)]
    subject = changed(NAME, "scenes/predicting/stages", [*never, *stages])
    if len(never) + len(stages) == 50:
        assert subject.outcome("predicting").covered.cases
    else:
        with pytest.raises(RefutedError, match="a scene of 51 stages has too many to list"):
            subject.outcome("predicting")


def test_values_that_need_more_than_32_bits_are_refused() -> None:
    region = next(regions(PREDICTING, 1))
    points = np.ones((len(region.distances), 1), dtype=np.int64)
    with pytest.raises(RefutedError, match="coefficients that are too large"):
        value(region, points, variable(region.distances[0]) * 2**31)
    with pytest.raises(RefutedError, match="coefficients that are too large"):
        value(region, points * 2**15, variable(region.distances[0]) * 2**16)


def test_rows_of_many_columns_are_told_apart() -> None:
    rows = np.array([[0] * 66, [1] + [0] * 65, [1] * 66, [0] + [1] * 65])
    relation = Relation(tuple(range(66)), rows)
    assert len(relation.project(set(range(65))).rows) == 4
    assert len(relation.join(relation).rows) == 4
