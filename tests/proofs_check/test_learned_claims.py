"""What a certificate says that a machine learns is read with care."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from proofs_check.certificate import Learns
from proofs_check.lemma1.row_by_row import learner_for_every_m
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.proofs_check.test_row_by_row import M, claiming, found


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"features": 0}, "features is 0; it should be a number of 1 to 4"),
        ({"features": 5}, "features is 5; it should be a number of 1 to 4"),
        ({"features": True}, "it should be a whole number"),
        ({"features": 2}, "targets/0 is '00'; it should be 4 bits that no target before it has"),
        ({"targets": []}, "it should be a list of 1 to 16 targets"),
        ({"targets": ["00", "00"]}, "targets/1 is '00'; it should be 2 bits that no target"),
        ({"targets": ["0x"]}, "targets/0 is '0x'; it should be 2 bits"),
        ({"targets": ["000"]}, "targets/0 is '000'; it should be 2 bits"),
        ({"targets": ["01\n"]}, "it should be a word of printable"),
        ({"targets": [1]}, "it should be a word"),
        ({"targets": "01"}, "it should be a list"),
        ({"steps": {"d": 1, "1": 9}}, "depends on 'd'; it should depend on m alone"),
        ({"steps": 9}, "it should be a mapping"),
        ({"more": 1}, "has the entry 'more', which nothing reads"),
        (
            {"features": 4, "targets": [f"{each:016b}" for each in range(17)]},
            "it should be a list of 1 to 16 targets",
        ),
    ],
)
def test_a_claim_that_cannot_be_read(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(RefutedError, match=reason):
        _ = claiming("found-learn-x", **changes).certificate


def test_as_many_targets_and_features_as_can_be_read() -> None:
    targets = [f"{each:016b}" for each in range(16)]
    claim = claiming("found-learn-x", features=4, targets=targets).claims.learns
    assert claim == Learns(4, tuple(targets), M * 3 + 5)
    claim = claiming("found-learn-x", features=1, targets=["01"]).claims.learns
    assert claim == Learns(1, ("01",), M * 3 + 5)


def test_an_empty_claim_is_none() -> None:
    """It switches nothing off: what claims to claim nothing cannot be read."""
    subject = found("found-learn-x")
    for missing in ("features", "targets", "steps"):
        claims = deepcopy(subject.data["claims"])
        del claims["learns"][missing]
        with pytest.raises(RefutedError, match=f"lacks '{missing}'"):
            _ = Subject(subject.network, {**subject.data, "claims": claims}).certificate
    claims = {**subject.data["claims"], "learns": None}
    with pytest.raises(RefutedError, match="learns is None; it should be a mapping"):
        _ = Subject(subject.network, {**subject.data, "claims": claims}).certificate


def test_who_learns_needs_a_machine_and_a_scene() -> None:
    subject = found("found-learn-x")
    data = {name: each for name, each in subject.data.items() if name != "machine"}
    data["claims"] = {**data["claims"], "depth": {"m": 1, "d": 1, "1": 2}}
    with pytest.raises(RefutedError, match="says what a machine learns, but has no machine"):
        _ = Subject(subject.network, data).certificate
    data = deepcopy(dict(subject.data))
    del data["scenes"]["predicting"]
    with pytest.raises(RefutedError, match="no scene says"):
        learner_for_every_m(Subject(subject.network, data))
