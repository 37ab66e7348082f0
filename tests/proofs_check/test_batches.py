"""What is proved of batches, and that it can be refuted."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from construction.network.layers import WeightLayer
from construction.programs.catalogue import load_program
from construction.training.batches import batch_step
from proofs_check.batches import pivots, sums
from proofs_check.online import triangular
from proofs_check.statement import check
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.programs.online import online, signs
from tests.proofs_check.subjects import LONG, bundled, changed, known_to_play, refuted

ROWS = ("Online, invariant", "Online, depth", "Online, A", "Mini-batches")


def test_the_learner_for_batches_is_proved() -> None:
    found = [check(each) for each in of_network(bundled(LONG)) if each.id in ROWS]
    assert {row.statement.id: row.counterexample for row in found} == dict.fromkeys(ROWS, "")


@pytest.mark.parametrize("features", [1, 2])
def test_the_checkers_step_is_the_networks(features: int) -> None:
    """What :mod:`proofs_check.batches.pivots` enumerates is what SGD does on the network."""
    learner = online(LONG)
    layers = learner.program.depth(0, features)
    rng = np.random.default_rng(0)
    every = list(pivots.memories(features))
    examples = pivots.examples(features)
    for memory in [every[k] for k in rng.choice(len(every), min(6, len(every)), replace=False)]:
        weights = as_weights(memory, features)
        for _ in range(6):
            batch = tuple(examples[k] for k in rng.choice(len(examples), 3))
            _, after = pivots.added(memory, batch)
            pairs = [(signs(bits), label) for bits, label in batch]
            step = batch_step(learner.executor, weights, pairs, layers)
            assert np.array_equal(step.memory, as_weights(after, features))


def as_weights(memory: pivots.Memory, features: int) -> np.ndarray:
    weights = np.zeros((features + 1, features + 1), dtype=np.int64)
    weights[0] = 1
    for pivot, row in enumerate(memory):
        if row is not None:
            weights[pivot + 1, pivot:] = row
    return weights


def damaged(layer: WeightLayer, row: int) -> WeightLayer:
    weights = layer.weights.copy()
    weights[row, np.flatnonzero(weights[row])[0]] += layer.scale
    return replace(layer, weights=weights)


@pytest.mark.long
def test_a_damaged_gate_is_found() -> None:
    whole = bundled(LONG)
    first, units, last = whole.network.convolution
    network = replace(whole.network, convolution=(first, damaged(units, 1), last))
    assert "Online, invariant" in refuted(Subject(network, whole.data), "Online, invariant")


def test_a_damaged_head_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bundled(LONG)
    hidden, output = whole.network.head
    broken = replace(output, biases=output.biases + output.scale)
    subject = Subject(replace(whole.network, head=(hidden, broken)), whole.data)
    monkeypatch.setattr(subject, "outcome", whole.outcome)  # of which the head is no part
    assert "Online, depth" in refuted(subject, "Online, depth")


@pytest.mark.parametrize("depth", [{"d": 2, "1": 4}, {"d": 2, "1": 2}, {"d": 3, "1": 3}])
def test_another_depth_is_refuted(monkeypatch: pytest.MonkeyPatch, depth: dict[str, int]) -> None:
    subject = changed(LONG, "claims/depth", depth)
    monkeypatch.setattr(subject, "outcome", bundled(LONG).outcome)  # of which claims are no part
    assert refuted(subject, "Online, depth")


def test_a_row_that_takes_what_is_not_its_own_is_refuted() -> None:
    """In a certificate whose recurrence says so: the network does something else."""
    definitions = load_program(LONG).certificate["scenes"]["streaming"]["definitions"]
    number = next(k for k, each in enumerate(definitions) if each["of"] == "K")
    entry = str(definitions[number]["is"]).replace("not u[a]", "u[a]", 1)
    place = f"scenes/streaming/definitions/{number}/is"
    assert refuted(changed(LONG, place, entry), "Online, invariant")


@pytest.mark.parametrize("row", ["Mini-batches", "Online, A"])
def test_rows_about_a_recurrence_that_the_network_does_not_have_are_refuted(row: str) -> None:
    """What is listed is of the checker's own recurrence; a certificate with another one says nothing of it."""
    place = "scenes/streaming/definitions/0/is"
    first = load_program(LONG).certificate["scenes"]["streaming"]["definitions"][0]
    assert first["of"] == "R"
    wrong = changed(LONG, place, f"not ({first['is']})")
    for name in wrong.names_of_scenes:  # as if the network played it
        wrong._outcomes[name] = replace(bundled(LONG).outcome(name), scene=wrong.scene(name))
    assert row in refuted(wrong, row)


def test_batches_of_a_network_that_stores_elsewhere_are_refuted() -> None:
    whole = bundled(LONG)
    hidden, output = whole.network.head
    broken = replace(output, biases=output.biases + output.scale)
    subject = Subject(replace(whole.network, head=(hidden, broken)), whole.data)
    known_to_play(subject, LONG)
    assert "Mini-batches" in refuted(subject, "Mini-batches")


def test_sums_that_are_said_to_be_different_are_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sums, "can_exchange", lambda batch: False)
    with pytest.raises(RefutedError, match="the exchange of a column"):
        sums.count(2, 2)


def test_a_batch_that_differs_from_single_steps_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pivots, "one_by_one", lambda memory, batch: memory)
    with pytest.raises(RefutedError, match="single steps"):
        pivots.count(1, 2)


@pytest.mark.parametrize(("features", "size"), [(1, 3), (2, 2)])
def test_any_sum_that_a_network_can_leave_is_told_by_the_sums_by_label(
    features: int, size: int
) -> None:
    """``sum of (y - f) z`` is a function of them, whatever the number ``f`` is."""
    for f in (0.0, 1.0, -1.0, 0.3):
        left: dict[object, tuple[float, ...]] = {}
        for batch in sums.batches(size, features):
            signed = np.array(batch, dtype=float)
            step = (signed * (1 - f * signed[:, -1:])).sum(axis=0)  # (y - f) z = (1 - f y) y z
            key = sums.sums_by_label(batch)
            assert np.allclose(left.setdefault(key, tuple(step)), step)


def test_parities_are_those_that_explain() -> None:
    for batch in sums.batches(2, 2):
        bits = [([int(u * s[-1] < 0) for u in s[:-1]], int(s[-1] < 0)) for s in batch]
        wanted = {
            chosen
            for chosen in product((0, 1), repeat=2)
            if all(sum(c & b for c, b in zip(chosen, x, strict=True)) % 2 == y for x, y in bits)
        }
        assert sums.parities(batch) == wanted


def test_a_stage_on_both_sides_of_the_diagonal_is_refused() -> None:
    """A cell west of the diagonal would be live as one on it is, and SGD would write it."""
    sound = Subject(bundled(LONG).network, load_program(LONG).certificate)
    wider = changed(LONG, "scenes/streaming/stages/5/where/0/1", 2)
    triangular._check_slopes(sound, sound.scene("streaming"))
    with pytest.raises(RefutedError, match="both sides of the diagonal"):
        triangular._check_slopes(wider, wider.scene("streaming"))
