"""What a learner without a schedule does, on every data set of small sizes.

Algorithm 1 is run on the network's own weights (:mod:`proofs_check.unit_tables`), forward and backward
through every layer, for every training set of a size; then the trained network is run on every test
example, and compared with a definition in plain Python of what it should predict. Finite and exact,
but not a proof for all sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any, Final

import numpy as np

from construction.rules.patch import OFFSETS, POSITIONS
from proofs_check.head import HeadTable
from proofs_check.row_reduction import Bits, data_sets
from proofs_check.unit_tables import Integers, UnitTables
from proofs_check.verdict import RefutedError

WORK: Final = 3  #: the code of a work column's 1
PATIENCE: Final = 100  #: layers after the last in which a grid must have come to rest


def majority(rows: Sequence[Bits]) -> int:
    """The label that more than half of the examples have, else 0."""
    labels = [row[-1] for row in rows[:-1]]
    return int(2 * sum(labels) > len(labels))


def one_literal(rows: Sequence[Bits]) -> int:
    """The first feature whose exclusive or with the label is constant; then the constants, then 0."""
    *examples, test = rows
    for column in range(len(test)):
        differs = {row[column] ^ row[-1] for row in examples}
        if column == len(test) - 1:  # the label itself, as a constant
            differs = {row[-1] for row in examples}
        if len(differs) == 1:
            return test[column] ^ differs.pop()
    return 0


def conjunction(rows: Sequence[Bits]) -> int:
    """Whether the test example satisfies every literal that no positive example crosses out."""
    *examples, test = rows
    literals = {(column, bit) for column in range(len(test) - 1) for bit in (0, 1)}
    for row in examples:
        if row[-1] == 1:
            literals -= {(column, 1 - row[column]) for column in range(len(test) - 1)}
    return int(all(test[column] == bit for column, bit in literals))


#: What a certificate may say that a program computes.
DEFINITIONS: Final[Mapping[str, Callable[[Sequence[Bits]], int]]] = {
    "majority": majority,
    "one literal": one_literal,
    "conjunction": conjunction,
}


Size = tuple[int, int, int]  #: examples, features, layers


def check_memorisation(
    tables: UnitTables, head: HeadTable, work: int, m: int, d: int, layers: int
) -> int:
    """Every SGD step on every training set of ``m`` examples; returns how many steps."""
    signs = _all_signs(m * (d + 1)).reshape(-1, m, d + 1)
    dummy = np.ones((len(signs), 1, d + 1), dtype=np.int64)
    features, labels = np.split(np.concatenate([signs, dummy], axis=1), [d], axis=2)
    inputs = np.concatenate([features, np.ones_like(labels)], axis=2)
    expected = labels * inputs
    memory = np.zeros_like(expected)
    for step in range(m + 1):
        shown = inputs[:, step, None]
        output, gradient = _forward_backward(tables, head, _grids(memory * shown, work), layers)
        if output.any():
            which = int(np.flatnonzero(output)[0])
            raise RefutedError(
                f"SGD step {step + 1} finds the output {output[which]}/{head.scale} and not 0, on "
                f"the examples {signs[which].tolist()} (signs, label last)"
            )
        memory += labels[:, step, None] * gradient[:, :, : d + 1] * shown
        wrong = (memory[:, : step + 1] != expected[:, : step + 1]).any(axis=(1, 2))
        wrong |= memory[:, step + 1 :].any(axis=(1, 2))
        if wrong.any():
            which = int(np.flatnonzero(wrong)[0])
            raise RefutedError(
                f"after SGD step {step + 1} the memory is {memory[which].tolist()} thirds, on the "
                f"examples {signs[which].tolist()} (signs, label last)"
            )
    return len(signs) * (m + 1)


def check_predictions(
    tables: UnitTables, head: HeadTable, work: int, m: int, d: int, layers: int, computes: str
) -> int:
    """The outputs from layer ``layers`` on, for every data set of this size; returns how many."""
    rows = list(data_sets(m, d))
    expected = np.array([1 - 2 * DEFINITIONS[computes](each) for each in rows])
    # The last row is the dummy example's, all ones, under the mask of the test example.
    features, labels = np.split(1 - 2 * np.array(rows), [d], axis=2)
    ones = np.ones_like(labels)
    shown = np.concatenate([features, ones], axis=2)[:, -1:]
    stored = labels * np.concatenate([features, ones], axis=2)
    stored[:, -1] = 1
    grids = _grids(stored * shown, work)
    for layer in range(layers + PATIENCE):
        if layer >= layers:
            outputs = head.values[grids - head.lowest].sum(axis=(1, 2))
            wrong = outputs != expected * head.scale
            if wrong.any():
                which = int(np.flatnonzero(wrong)[0])
                raise RefutedError(
                    f"after layer {layer} the output is {outputs[which]}/{head.scale}; it should be "
                    f"{expected[which]}, on the data set {rows[which]} (bits, label last)"
                )
        patches = _patches(grids, tables.padding)
        after = _next(tables, patches, tables.inputs(patches)).reshape(grids.shape)
        if layer >= layers and np.array_equal(after, grids):
            return len(rows)
        grids = after
    raise RefutedError(f"{PATIENCE} layers after the last one, grids still change")


def _all_signs(number: int) -> Integers:
    return np.array(list(product((1, -1), repeat=number)), dtype=np.int64)


def _grids(memory: Integers, work: int) -> Integers:
    columns = np.full((*memory.shape[:2], work), WORK, dtype=np.int64)
    return np.concatenate([memory, columns], axis=2)


def _patches(grids: Integers, padding: int) -> Integers:
    framed = np.pad(grids, ((0, 0), (1, 1), (1, 1)), constant_values=padding)
    windows = np.lib.stride_tricks.sliding_window_view(framed, (3, 3), axis=(1, 2))
    return windows.reshape(-1, 9)


def _next(tables: UnitTables, patches: Integers, inputs: Integers) -> Integers:
    codes, rest = np.divmod(tables.outputs(inputs), tables.scale)
    cells = [code for code in tables.codes if code != tables.padding]
    wrong = (rest != 0) | ~np.isin(codes, cells)
    if wrong.any():
        patch = patches[int(np.flatnonzero(wrong)[0])].tolist()
        raise RefutedError(f"the convolution takes the patch {patch} to no code of a cell")
    return codes


def _forward_backward(
    tables: UnitTables, head: HeadTable, grids: Integers, layers: int
) -> tuple[Integers, Integers]:
    """The outputs times the head's scale, and the gradients by the pixels of the first grid."""
    history = []
    for _ in range(layers):
        patches = _patches(grids, tables.padding)
        history.append(patches)
        grids = _next(tables, patches, tables.inputs(patches)).reshape(grids.shape)
    output = head.values[grids - head.lowest].sum(axis=(1, 2))
    gradient = _whole(head.slopes[grids - head.lowest], head.scale)
    for patches in reversed(history):
        gradient = _layer_gradient(tables, patches, gradient)
    return output, gradient


def _layer_gradient(tables: UnitTables, patches: Integers, gradient: Integers) -> Integers:
    """The gradient by a layer's input pixels, from the gradient by its output pixels."""
    inputs = tables.inputs(patches)
    reached = gradient.reshape(-1) != 0
    if tables.at_kink(patches[reached], inputs[reached]).any():
        raise RefutedError("the gradient passes a unit at its kink")
    jacobians = _whole(tables.jacobians(patches, inputs), tables.scale)
    shares = (jacobians * gradient.reshape(-1, 1)).reshape(*gradient.shape, 9)
    _, rows, columns = gradient.shape
    framed = np.zeros((len(gradient), rows + 2, columns + 2), dtype=np.int64)
    for index, position in enumerate(POSITIONS):
        down, east = OFFSETS[position]
        framed[:, 1 + down : 1 + down + rows, 1 + east : 1 + east + columns] += shares[..., index]
    return framed[:, 1:-1, 1:-1]


def _whole(numbers: Integers, scale: int) -> Integers:
    whole, rest = np.divmod(numbers, scale)
    if rest.any():
        raise RefutedError("a derivative is no integer")
    return whole


def claimed(claims: Mapping[str, Any], sizes: Sequence[tuple[int, int]]) -> list[Size]:
    """The sizes with the depth that the certificate claims for each.

    Raises :class:`~proofs_check.verdict.RefutedError` when it claims none for one of them.
    """
    try:
        depths = {(int(m), int(d)): int(layers) for m, d, layers in claims["depths"]}
        return [(m, d, depths[m, d]) for m, d in sizes]
    except (KeyError, TypeError, ValueError) as error:
        raise RefutedError(
            f"the certificate does not claim a depth for each small size "
            f"({type(error).__name__}: {error})"
        ) from None
