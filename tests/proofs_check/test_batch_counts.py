"""What the rows on batches count, and that each of their conditions is needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from proofs_check.batches import pivots, sums
from proofs_check.online.triangular import MINUS, PLUS, SKIP, TAKE
from proofs_check.verdict import RefutedError
from tests.proofs_check.subjects import LONG, bundled


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """That the network has the recurrence is another thing."""
    monkeypatch.setattr(pivots, "invariant", lambda *_: None)


@pytest.mark.usefixtures("known")
def test_what_is_covered() -> None:
    subject = bundled(LONG)
    assert pivots.batches(subject).covered == (
        "32 values of the recurrence; every batch of 4 sizes on every memory: 26320, of which 22664 do not collide, "
        "and 272 collide without a difference"
    )
    assert pivots.meaning(subject).covered == "815 memories and 6310 inputs with d up to 3"


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("d", [1, 2])
def test_all_sizes_of_a_step_are_looked_at(d: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong with ``d`` features alone, and of these with the last one alone, is found."""
    right = pivots.reduce

    def wrong(memory: Any, bits: Any) -> Any:
        pivot, state = right(memory, bits)
        here = tuple(bits) == (*(0,) * (d - 1), 1) and pivot == d - 1
        return (None if here else pivot), state

    monkeypatch.setattr(pivots, "reduce", wrong)
    with pytest.raises(RefutedError, match="reducing"):
        pivots.meaning(bundled(LONG))


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("label", [0, 1])
def test_another_label_of_what_is_known_is_refuted(
    label: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = pivots.reduce

    def wrong(memory: Any, bits: Any) -> Any:
        pivot, state = right(memory, bits)
        return pivot, (*state[:-1], 1 - label) if (pivot, state[-1]) == (None, label) else state

    monkeypatch.setattr(pivots, "reduce", wrong)
    with pytest.raises(RefutedError, match="reducing"):
        pivots.meaning(bundled(LONG))


def other(function: Callable[..., Any], values: dict[tuple[Any, ...], Any]) -> Callable[..., Any]:
    """The function with other values."""
    return lambda *given: values.get(given, function(*given))


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("does", {(0, 1, -1): PLUS}, "changes an input"),
        ("does", {(0, 0, 1): TAKE}, "changes an input"),
        ("below", {(1, SKIP, -1): 0}, "changes an input"),
        ("below", {(0, SKIP, 1): 1}, "changes an input"),
        ("label_below", {(1, SKIP, 1): 0}, "changes an input"),
        ("label_below", {(0, SKIP, -1): 1}, "changes an input"),
        ("comes_below", {(1, SKIP): 0}, "lets one pass"),
        ("comes_below", {(0, SKIP): 1}, "lets one pass"),
        ("does", {(1, 0, 1): SKIP}, "lets one pass"),
        ("does", {(1, 0, -1): PLUS}, "lets one pass"),
        ("does", {(1, 0, 1): MINUS}, "lets one pass"),
        ("does", {(1, 1, -1): MINUS}, "is not added"),
        ("does", {(1, 1, 1): TAKE}, "is not added"),
    ],
)
def test_each_step_of_the_argument_is_needed(
    name: str,
    values: dict[tuple[Any, ...], Any],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pivots, name, other(getattr(pivots, name), values))
    with pytest.raises(RefutedError, match=words):
        pivots.batches(bundled(LONG))


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("name", ["chance_apart", "rows_written"])
@pytest.mark.parametrize("size", pivots.FRACTIONS)
def test_a_wrong_closed_form_is_refuted(
    name: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pivots, "SIZES", ())
    monkeypatch.setattr(pivots, name, other(getattr(pivots, name), {size: 0}))
    with pytest.raises(RefutedError, match="closed forms"):
        pivots.batches(bundled(LONG))


def test_the_sizes_that_are_listed() -> None:
    assert sorted(pivots.SIZES) == [(1, 2), (1, 3), (2, 2), (2, 3)]
    assert sorted(pivots.FRACTIONS) == [(1, 2), (2, 2), (2, 3), (3, 2), (3, 3), (4, 2), (4, 3)]


@pytest.mark.parametrize("spanned", [{(0,): 0}, {(0,): 0, (1,): 1}])
@pytest.mark.usefixtures("known")
def test_a_step_that_stores_something_else_is_refuted(
    spanned: dict[Any, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing, or always the same label."""
    right = pivots.spanned
    taken = iter([right((None,)), spanned, spanned, spanned])
    monkeypatch.setattr(pivots, "spanned", lambda memory: next(taken))
    with pytest.raises(RefutedError, match="is not stored in"):
        pivots.meaning(bundled(LONG))


@pytest.mark.usefixtures("known")
def test_a_step_that_forgets_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    right = pivots.one_by_one

    def forgets(memory: pivots.Memory, batch: Any) -> pivots.Memory:
        empty: pivots.Memory = (None,) * len(memory)
        return right(empty, batch)

    monkeypatch.setattr(pivots, "one_by_one", forgets)
    with pytest.raises(RefutedError, match="is not stored in"):
        pivots.meaning(bundled(LONG))


def test_batches_by_hand() -> None:
    """One feature: rows are written just when the bit is 1."""
    assert pivots.count(1, 2) == pivots.Count(1, 2, 80, 76, 0)
    assert pivots.count(1, 3) == pivots.Count(1, 3, 320, 288, 4)
    empty: pivots.Memory = (None,)
    assert pivots.added(empty, (((1,), 1), ((0,), -1))) == ([0], ((-1, 1),))
    assert pivots.added(empty, (((1,), 1), ((1,), 1))) == ([0, 0], ((-2, 2),))
    assert pivots.added(empty, (((1,), 1), ((1,), -1)))[1] == ((0, 0),)


def test_a_collision_that_does_not_matter_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pivots, "one_by_one", lambda memory, batch: pivots.added(memory, batch)[1])
    with pytest.raises(RefutedError, match="collides, and it does not matter"):
        pivots.count(1, 2)


def test_rows_that_change_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    right = pivots.added
    monkeypatch.setattr(pivots, "added", lambda memory, batch: (right(memory, batch)[0], memory))
    with pytest.raises(RefutedError, match="0 rows are not 0 afterwards"):
        pivots.count(1, 2)


def test_sums_by_hand() -> None:
    found = [sums.count(2, 2), sums.count(3, 1), sums.count(1, 1)]
    assert [each.unique_any for each in found] == [32, 20, 4]
    assert [(each.explained, each.confused) for each in found] == [(25, 6), (7, 0), (3, 0)]


@pytest.mark.parametrize("name", ["can_exchange", "can_exchange_any"])
@pytest.mark.parametrize("said", [True, False])
def test_an_exchange_that_is_not_there_is_refuted(
    name: str, said: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = getattr(sums, name)
    pair = ((-1, -1, 1), (1, 1, 1))  # these can be told from no other just with an exchange
    wrong = pair if not said else ((1, 1, 1), (1, 1, 1))
    monkeypatch.setattr(sums, name, lambda batch: said if batch == wrong else right(batch))
    with pytest.raises(RefutedError, match="do not agree"):
        sums.count(2, 2)


@pytest.mark.parametrize("name", ["comb"])
def test_a_wrong_number_of_batches_is_refuted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sums, name, lambda n, k: 7)
    with pytest.raises(RefutedError, match="should be"):
        sums.count(1, 1)
