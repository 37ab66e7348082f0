"""The block of the looped Transformer: the one that PyTorch runs, and what is not it is refuted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import numpy.typing as npt
import pytest
import sympy as sp

from construction.programs.catalogue import PROGRAMS
from proofs_check.questions import transformer
from proofs_check.questions.transformer import (
    Block,
    block_of,
    check_block,
    check_gap,
    check_rule,
    check_transformer,
)
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.extras import optional
from tests.proofs_check.subjects import bundled, refuted

NAME = "one-literal"


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_block_is_the_module(name: str) -> None:
    torch = optional("torch")
    from construction.exports.transformer import TorchTransformer  # noqa: PLC0415

    network = bundled(name).network
    module = TorchTransformer(network, rows=3, features=2, layers=1)
    block = block_of(network)
    opened = torch.isfinite(module.attention.mask).numpy()
    assert np.array_equal(opened, block.mask(*module.shape))
    assert module.attention.padding == block.wall
    linear = [part for part in module.feed_forward if isinstance(part, torch.nn.Linear)]
    for part, layer in zip(linear, block.feed_forward, strict=True):
        assert np.array_equal(part.weight.numpy(), layer.weights)
        assert np.array_equal(part.bias.numpy(), layer.biases)


@dataclass(frozen=True, eq=False)
class Leaking(Block):
    """A mask that leaves the wall open everywhere."""

    def mask(self, rows: int, columns: int) -> npt.NDArray[np.bool_]:
        opened = super().mask(rows, columns)
        opened[..., -1] = True
        return opened


def whole() -> Block:
    return block_of(bundled(NAME).network)


def damages() -> dict[str, Block]:
    block = whole()
    first, *others = block.feed_forward
    elsewhere = ((1, 1), *block.heads[1:])
    weights = others[0].weights.copy()
    weights[0, 0] += 1
    return {
        "the wall's value": replace(block, wall=block.wall + 1),
        "not leave one key": Leaking(block.heads, block.wall, block.feed_forward),
        "not the convolution": replace(block, heads=elsewhere),
        "on what the heads see": replace(
            block, feed_forward=(first, replace(others[0], weights=weights), *others[1:])
        ),
    }


def test_the_whole_block_is_the_layer() -> None:
    assert check_block(whole(), bundled(NAME).network) == 16


@pytest.mark.parametrize("said", damages())
def test_a_damaged_block_is_refuted(said: str) -> None:
    with pytest.raises(RefutedError, match=said):
        check_block(damages()[said], bundled(NAME).network)


def test_a_head_too_few_is_refuted() -> None:
    block = whole()
    first, *others = block.feed_forward
    fewer = replace(first, weights=first.weights[:, 1:])
    with pytest.raises(RefutedError, match="not the convolution"):
        check_block(Block(block.heads[1:], block.wall, (fewer, *others)), bundled(NAME).network)


def test_a_mask_of_another_place_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    block, mirrored = whole(), replace(whole(), heads=tuple((-a, -b) for a, b in whole().heads))
    monkeypatch.setattr(Block, "mask", lambda _, rows, columns: mask(mirrored, rows, columns))
    with pytest.raises(RefutedError, match="does not see the place"):
        check_block(block, bundled(NAME).network)


mask = Block.mask


@dataclass(frozen=True, eq=False)
class Closed(Block):
    """A mask without an open key where the first one should be open."""

    def mask(self, rows: int, columns: int) -> npt.NDArray[np.bool_]:
        opened = super().mask(rows, columns)
        opened[..., 0] = False
        return opened


def test_a_mask_that_leaves_no_key_open_is_refuted() -> None:
    """What a head without a key sees is not the first one's number, though both are 0 here."""
    block = whole()
    with pytest.raises(RefutedError, match="not leave one key"):
        check_block(Closed(block.heads, block.wall, block.feed_forward), bundled(NAME).network)


@pytest.mark.parametrize(("largest", "kinds"), [(1, 1), (2, 9)])
def test_places_that_are_not_all_listed_are_refuted(
    largest: int, kinds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = tuple(product(range(1, largest + 1), repeat=2))
    monkeypatch.setattr(transformer, "SHAPES", shapes)
    monkeypatch.setattr(transformer, "check_rule", lambda *_: None)
    with pytest.raises(RefutedError, match=f"{kinds} kinds of places were listed; there are 16"):
        check_transformer(bundled(NAME))


ROW = "Looped Transformer"


def test_a_network_that_is_not_its_rule_is_no_block_of_it() -> None:
    """The block is made of the network's layers, whatever they are; that it computes the rule is another thing."""
    subject = bundled(NAME)
    first, units, *others = subject.network.convolution
    weights = units.weights.copy()
    weights[1, np.flatnonzero(weights[1])[0]] += units.scale
    layers = (first, replace(units, weights=weights), *others)
    damaged = Subject(replace(subject.network, convolution=layers), subject.data)
    check_block(block_of(damaged.network), damaged.network)
    with pytest.raises(RefutedError):
        check_rule(block_of(damaged.network), damaged)
    assert ROW in refuted(damaged, ROW)


def test_what_is_covered() -> None:
    found = check_transformer(bundled(NAME))
    hinges, units = bundled(NAME).network.hidden_widths[:2]
    assert found.covered.startswith("4 heads, 16 kinds of places; feed-forward ")
    assert f"feed-forward {hinges} + {units}" in found.covered
    spread = bundled(NAME).network.highest - bundled(NAME).network.lowest
    assert list(found.constants.values()) == [f"ln({4 * spread} n)"]


def test_the_wall_is_the_certificates_padding() -> None:
    subject = bundled(NAME)
    wrong = replace(block_of(subject.network), wall=subject.network.padding + 1)
    with pytest.raises(RefutedError, match="the certificate's padding"):
        check_rule(wrong, subject)


def test_a_gap_is_enough_just_where_the_margin_is_a_quarter() -> None:
    check_gap(sp.Rational(1, 4), 100)
    with pytest.raises(RefutedError, match="soft attention errs"):
        check_gap(sp.Rational(1, 5), 100)
