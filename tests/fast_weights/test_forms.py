"""The PyTorch forms of a fast-weight layer, the compiled one, and the network of the recall task."""

from __future__ import annotations

import numpy as np
import pytest

from construction.errors import DataError
from construction.fast_weights.features import dpfp, elu_plus_one
from construction.fast_weights.recall import Protocol, latest
from construction.fast_weights.rules import RULES, Rule, read, updates
from tests.extras import optional

torch = optional("torch")

from construction.fast_weights import forms, recall_network  # noqa: E402


@pytest.mark.parametrize("rule", RULES)
def test_both_forms_are_the_rules_on_small_integers(rule: Rule) -> None:
    """On integers nothing is rounded, so the forms and NumPy's are equal."""
    rng = np.random.default_rng(0)
    keys, queries = rng.integers(-1, 2, (3, 7, 4)), rng.integers(-1, 2, (3, 4))
    values, rates = rng.integers(-2, 3, (3, 7, 5)), rng.integers(-1, 2, (3, 7))
    wanted = [
        read(k, updates(k, v, b, rule), q[None])[0]
        for k, v, b, q in zip(keys, values, rates, queries, strict=True)
    ]
    k, q, v, b = (torch.tensor(each).double() for each in (keys, queries, values, rates))
    for form in (forms.loop_coefficients, forms.triangular_coefficients):
        assert (torch.einsum("bn,bnv->bv", form(k, q, b, rule), v).numpy() == wanted).all()


def test_the_feature_maps_are_those_of_numpy() -> None:
    x = np.arange(-4.0, 5).reshape(3, 3)
    assert (forms.feature_map(torch.tensor(x), "dpfp").numpy() == dpfp(x)).all()
    # exp is rounded by each library in its own way, in the last place.
    assert forms.feature_map(torch.tensor(x), "linear").numpy() == pytest.approx(
        elu_plus_one(x), rel=2**-50
    )


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("kind", forms.MAPS)
def test_the_compiled_loop_and_its_gradients(kind: forms.FeatureMap, rule: Rule) -> None:
    """Next to autograd through the triangular form in 64 bits: the rest is the 32 bits' rounding."""
    seeds, batch, length, n, d = 2, 3, 6, 4, 5
    generator = torch.Generator().manual_seed(1)
    p = d if kind == "linear" else 2 * d
    shapes = (seeds, n, d), (seeds, n, d), (seeds, batch, p), (seeds, batch, length)
    given = [torch.rand(shape, generator=generator) - 0.3 for shape in shapes]
    keys, values = torch.randint(0, n, (2, seeds, batch, length), generator=generator)
    slopes = torch.rand(shapes[3], generator=generator)
    narrow = [each.clone().requires_grad_() for each in given]
    found = forms.CompiledAmounts.apply(*narrow, keys, values, kind, rule)
    found.backward(slopes)
    wide = [each.double().requires_grad_() for each in given]
    rows = torch.arange(seeds)[:, None, None]
    k = forms.feature_map(wide[0][rows, keys] + wide[1][rows, values], kind)
    k = k / k.sum(-1, keepdim=True) if rule == "delta" else k
    wanted = forms.triangular_coefficients(k, wide[2], wide[3], rule)
    wanted.backward(slopes.double())
    pairs = [
        (found.detach(), wanted.detach()),
        *((a.grad, b.grad) for a, b in zip(narrow, wide, strict=True)),
    ]
    for one, other in pairs:
        size = float(other.abs().max())
        assert float((one - other).abs().max()) <= 2**-17 * size


def test_a_network_learns_what_a_seed_says_whatever_the_others() -> None:
    protocol = Protocol(3, replacement=True)
    both = recall_network.train_recall(protocol, "dpfp", "delta", [1, 2], most_steps=100)
    (alone,) = recall_network.train_recall(protocol, "dpfp", "delta", [2], most_steps=100)
    assert both[1].losses == pytest.approx(alone.losses, rel=2**-10)  # matmul adds in blocks
    assert both[0].losses != both[1].losses
    assert both[0].losses[-1] < 0.5 * (1 - 1 / 3)  # that of the best constant answer


def test_training_ends_as_in_the_public_code() -> None:
    seen = recall_network.TrainedRecall(0, [])
    assert not seen.ended
    seen.losses.append(0.1)
    for _ in range(recall_network.PATIENCE):
        seen.losses.append(0.2)
        assert not seen.ended
    seen.losses.append(0.2)
    assert seen.ended
    assert seen.best == 0.1
    assert seen.steps == 1200
    assert recall_network.TrainedRecall(0, [0.5, 0.0009]).ended


@pytest.mark.parametrize("replacement", [False, True])
def test_the_protocols(replacement: bool) -> None:
    protocol = Protocol(40, replacement)
    rng = np.random.default_rng(0)
    task = protocol.training_batch(rng)
    assert task.keys.shape == task.values.shape == (32, 80 if replacement else 40)
    held = protocol.evaluation(rng, sequences=2)
    assert held.keys.shape[1] == 40
    assert held.weights.sum() == pytest.approx(1)
    if not replacement:
        assert (np.sort(task.keys, axis=1) == np.arange(40)).all()
        # Groups of 32 and 8 queries count alike, so the last 8 count four times as much.
        assert held.weights[39] == pytest.approx(4 * held.weights[0])
    for each in (task, held):
        rows = zip(each.keys, each.values, each.queries, each.wanted, strict=True)
        for keys, values, query, wanted in rows:
            assert dict(zip(keys.tolist(), values.tolist(), strict=True))[int(query)] == wanted


def test_bad_input() -> None:
    with pytest.raises(DataError, match="0 symbols; it should be at least 1"):
        Protocol(0, replacement=False)
    with pytest.raises(DataError, match="query 0: no pair has the key 7"):
        latest(np.array([[1, 2]]), np.array([[3, 4]]), np.array([7]))
