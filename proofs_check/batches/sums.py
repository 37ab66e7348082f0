"""What a batch leaves behind when all its examples are routed alike: a sum.

Let all examples of a batch find the same output ``f`` and the same gradient ``D`` by the memory's pixels. On a memory of
0, ``W diag(z)`` is 0 for every ``z``, so there that is so for *every* network. The step then is ``eta D diag(s)`` with
``s`` the sum of ``(y - f) z`` over the batch: all that is left of the batch. Two batches with the same sum are the
same to the network, then and for ever.

* With ``f = 0``, as in Lemma 1, ``s`` is the sum of the signed examples ``y z``. If two of them differ in two columns or more,
  exchanging one such column between them gives another batch with the same sum. If no two do, all differ in one and the
  same column at most, and each column's sum says how often it is -1, which is then all there is to know.
* Whatever ``f`` is: exchange a feature between two examples with the same label that differ in two features or more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement, product
from math import comb
from typing import Final

from proofs_check.statement import Found, about_the_construction
from proofs_check.verdict import RefutedError

#: A batch: its signed examples ``y [x, 1]``, sorted. The last entry is the label.
Batch = tuple[tuple[int, ...], ...]
#: Numbers of examples and of features for which all batches are listed.
SIZES: Final = ((1, 1), (2, 1), (3, 1), (4, 1), (1, 2), (2, 2), (3, 2), (4, 2), (2, 3), (3, 3))


@dataclass(frozen=True)
class Count:
    """All batches of some size, from an empty memory.

    ``sums`` is how many memories they leave, ``unique`` how many batches can be told from what they leave, and
    ``unique_any`` how many if the network has whatever output on an empty memory. Of the ``explained`` batches, those
    that a parity explains, ``confused`` leave the same memory as one that is explained by other parities.
    """

    size: int
    features: int
    batches: int
    sums: int
    unique: int
    unique_any: int
    explained: int
    confused: int


def batches(size: int, features: int) -> Iterator[Batch]:
    """Every batch, regardless of order."""
    return combinations_with_replacement(product((-1, 1), repeat=features + 1), size)


def signed_sum(batch: Batch) -> tuple[int, ...]:
    """What is stored with ``f = 0``."""
    return tuple(map(sum, zip(*batch, strict=True)))


def sums_by_label(batch: Batch) -> tuple[tuple[int, ...], ...]:
    """All that can be stored with any ``f``: how many examples of each label, and the sums of each."""
    found = []
    for label in (-1, 1):
        own = [u for u in batch if u[-1] == label]
        found.append((len(own), *map(sum, zip(*own, strict=True))))
    return tuple(found)


def differences(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    """In how many columns two signed examples differ."""
    return sum(u != v for u, v in zip(one, other, strict=True))


def can_exchange(batch: Batch) -> bool:
    """Do two signed examples differ in two columns or more?"""
    return any(differences(*pair) > 1 for pair in combinations(batch, 2))


def can_exchange_any(batch: Batch) -> bool:
    """Do two examples with the same label differ in two features or more?"""
    return any(u[-1] == v[-1] and differences(u, v) > 1 for u, v in combinations(batch, 2))


def parities(batch: Batch) -> frozenset[tuple[int, ...]]:
    """The sets of features, as bits, whose parity explains the labels."""
    features = len(batch[0]) - 1
    found = []
    for chosen in product((0, 1), repeat=features):
        for u in batch:
            label = u[-1]
            product_of_signs = 1
            for take, entry in zip(chosen, u[:-1], strict=True):
                product_of_signs *= entry * label if take else 1  # the example's sign is y u
            if product_of_signs != label:
                break
        else:
            found.append(chosen)
    return frozenset(found)


def count(size: int, features: int) -> Count:
    """List all batches, and compare with the statements.

    Raises :class:`~proofs_check.verdict.RefutedError` when a batch can be told, or not told, against the statement.
    """
    listed = list(batches(size, features))
    groups = _groups(listed, signed_sum, can_exchange)
    by_label = _groups(listed, sums_by_label, can_exchange_any)
    explained = confused = 0
    for group in groups.values():
        explaining = [each for each in map(parities, group) if each]
        explained += len(explaining)
        confused += len(explaining) if len(set(explaining)) > 1 else 0
    found = Count(
        size,
        features,
        len(listed),
        len(groups),
        [len(group) for group in groups.values()].count(1),
        [len(group) for group in by_label.values()].count(1),
        explained,
        confused,
    )
    columns = features + 1
    wanted = (
        comb(2**columns + size - 1, size),
        (size + 1) ** columns,
        2**columns + (size - 1) * columns * 2**features,
    )
    if (found.batches, found.sums, found.unique) != wanted:
        raise RefutedError(f"{found} should be {wanted}")
    return found


def _groups(
    listed: list[Batch],
    left: Callable[[Batch], tuple[object, ...]],
    exchange: Callable[[Batch], bool],
) -> dict[tuple[object, ...], list[Batch]]:
    """Batches by what is left of them; those that are alone are just those without an exchange."""
    groups: dict[tuple[object, ...], list[Batch]] = {}
    for batch in listed:
        groups.setdefault(left(batch), []).append(batch)
    for group in groups.values():
        for batch in group:
            if exchange(batch) != (len(group) > 1):
                raise RefutedError(f"{batch} and the exchange of a column do not agree")
    return groups


@about_the_construction(
    "Mini-batches, sums",
    "from W = 0, with f = 0 as in Lemma 1, a batch leaves its sum: it is lost if two signed examples "
    "differ in two columns",
    "finite, exact",
)
def check_sums() -> Found:
    """The statement on every batch of small sizes, with the closed forms of the counts."""
    found = [count(*size) for size in SIZES]
    lost = sum(each.batches - each.unique for each in found)
    lost_any = sum(each.batches - each.unique_any for each in found)
    total = sum(each.batches for each in found)
    return Found(
        f"every batch of {len(SIZES)} sizes: {total}, of which {lost} are lost, {lost_any} of them for every "
        f"network",
        {"memories that a batch can leave": "(B + 1)^(d + 1)"},
    )
