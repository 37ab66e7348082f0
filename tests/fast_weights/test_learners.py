"""Learning algorithms that are trained: what they see, and that they can be trained at all."""

from __future__ import annotations

import numpy as np
import pytest

from construction.errors import DataError
from construction.fast_weights.streams import Streams, parities
from tests.extras import optional

torch = optional("torch")

from construction.fast_weights import learners  # noqa: E402


@pytest.mark.parametrize("name", learners.LEARNERS)
def test_an_answer_depends_on_earlier_labels_only(name: str) -> None:
    torch.manual_seed(0)
    learner = learners.LEARNERS[name]()
    rng = np.random.default_rng(0)
    streams = parities(rng, 4, 6, 3)
    changed = Streams(streams.examples, streams.labels ^ (np.arange(6) == 3).astype(np.uint8))
    with torch.no_grad():
        one, other = (
            learners.answers(learner, each, np.random.default_rng(1)).numpy()
            for each in (streams, changed)
        )
    assert (one[:, :4] == other[:, :4]).all()
    assert (one[:, 4:] != other[:, 4:]).any()


def test_a_local_rule_has_one_set_of_weights_for_all_sizes() -> None:
    torch.manual_seed(0)
    rule = learners.LocalRule()
    with torch.no_grad():
        for d in (1, 2, 7):
            streams = parities(np.random.default_rng(0), 2, 4, d)
            assert learners.answers(rule, streams, np.random.default_rng(0)).shape == (2, 4)


def test_training_on_one_bit_succeeds() -> None:
    """A parity of one bit is 0 or the bit: known once the bit has been 1."""
    rule = learners.meta_train("local rule", 1, steps=150, batch=32, seed=0)
    rng = np.random.default_rng(5)
    streams = parities(rng, 50, 4, 1)
    with torch.no_grad():
        said = learners.answers(rule, streams, rng).numpy()
    agrees = (said < 0) == (streams.labels == 1)
    assert agrees[streams.known].all()


def test_bad_input() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(DataError, match="13 features; the network has 12 columns for them"):
        learners.right(learners.LSTMLearner(), parities(rng, 1, 1, 13), rng)
    with pytest.raises(DataError, match="unknown learner 'GRU'; it should be one of LSTM, Delta"):
        learners.meta_train("GRU", 3, steps=1, batch=1, seed=0)
