"""What a learner predicts, on every data set of small sizes.

The memory is what Lemma 1 says that SGD leaves (:mod:`proofs_check.lemma1.memorisation`). The network's own
layers run on it with every test example, and the output is compared with a definition in plain Python
of what the program should predict. Finite and exact, but not a proof for all sizes. Nothing that the proofs
for all sizes rest on is used: no table of :mod:`proofs_check.weights`, no scene. So a mistake there shows here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np

from proofs_check.lemma1.data_sets import SMALL_SIZES, Bits, data_sets, in_words
from proofs_check.lemma1.elimination import reduce_rows
from proofs_check.statement import NOT_CLAIMED, Applies, Found, about_networks
from proofs_check.verdict import RefutedError
from proofs_check.weights.tables import Integers

if TYPE_CHECKING:
    from construction.network.layers import WeightLayer
    from construction.network.rcnn import RCNN
    from proofs_check.subject import Subject

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


def parity_of_test(rows: Sequence[Bits]) -> int:
    """The parity of the test example's bits."""
    return sum(rows[-1][:-1]) % 2


PARITY: Final = "parity of the test example"
#: What a certificate may say that a program computes.
DEFINITIONS: Final[Mapping[str, Callable[[Sequence[Bits]], int]]] = {
    "majority": majority,
    "one literal": one_literal,
    "conjunction": conjunction,
    "row reduction on a line": reduce_rows,
    PARITY: parity_of_test,
}

#: What they are, in the row's words.
TEXTS: Final[Mapping[str, str]] = {
    "majority": "the label that more than half of the examples have, else 0",
    "one literal": (
        "the first feature whose exclusive or with the label is constant; then the constants, then 0"
    ),
    "conjunction": (
        "whether the test example satisfies every literal that no positive example crosses out"
    ),
    "row reduction on a line": "row reduction, on rows that stand one after the other",
    PARITY: "the parity of the test example's bits",
}


def check_predictions(
    network: RCNN, m: int, d: int, layers: int, defined: Callable[[Sequence[Bits]], int]
) -> int:
    """The outputs from layer ``layers`` on, for every data set of this size; returns how many."""
    rows = list(data_sets(m, d))
    expected = np.array([1 - 2 * defined(each) for each in rows])
    # The last row is the dummy example's, all ones, under the mask of the test example.
    features, labels = np.split(1 - 2 * np.array(rows), [d], axis=2)
    ones = np.ones_like(labels)
    shown = np.concatenate([features, ones], axis=2)[:, -1:]
    stored = labels * np.concatenate([features, ones], axis=2)
    stored[:, -1] = 1
    grids = _grids(stored * shown, network.work_columns)
    scale = network.head[-1].scale
    if network.line:
        grids = grids.reshape(len(grids), 1, -1)
    for layer in range(layers + PATIENCE):
        if layer >= layers:
            cells = grids.reshape(-1, 1)
            outputs = _run(network.head, cells).reshape(len(grids), -1).sum(axis=1)
            wrong = outputs != expected * scale
            if wrong.any():
                which = int(np.flatnonzero(wrong)[0])
                raise RefutedError(
                    f"after layer {layer} the output is {Fraction(int(outputs[which]), scale)}; it should be "
                    f"{expected[which]}, on the data set {rows[which]} (bits, label last)"
                )
        after = _next(network, _patches(grids, network.padding)).reshape(grids.shape)
        if layer >= layers and np.array_equal(after, grids):
            return len(rows)
        grids = after
    raise RefutedError(f"{PATIENCE} layers after the last one, grids still change")


def _run(layers: Sequence[WeightLayer], inputs: Integers) -> Integers:
    """A network of weight layers with ReLU between them, on each different row of inputs once."""
    order = np.lexsort(inputs.T)
    rows = inputs[order]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = (rows[1:] != rows[:-1]).any(axis=1)
    values = rows[first]
    *hidden, last = layers
    for layer in hidden:
        values = np.maximum(values @ layer.weights.T + layer.biases, 0)
    outputs: Integers = np.empty(len(inputs), dtype=np.int64)
    outputs[order] = (values @ last.weights[0] + last.biases[0])[np.cumsum(first) - 1]
    return outputs


def _grids(memory: Integers, work: int) -> Integers:
    columns = np.full((*memory.shape[:2], work), WORK, dtype=np.int64)
    return np.concatenate([memory, columns], axis=2)


def _patches(grids: Integers, padding: int) -> Integers:
    framed = np.pad(grids, ((0, 0), (1, 1), (1, 1)), constant_values=padding)
    windows = np.lib.stride_tricks.sliding_window_view(framed, (3, 3), axis=(1, 2))
    return windows.reshape(-1, 9)


def _next(network: RCNN, patches: Integers) -> Integers:
    codes, rest = np.divmod(_run(network.convolution, patches), network.convolution[-1].scale)
    cells = [code for code in network.codes if code != network.padding]
    wrong = (rest != 0) | ~np.isin(codes, cells)
    if wrong.any():
        patch = patches[int(np.flatnonzero(wrong)[0])].tolist()
        raise RefutedError(f"the convolution takes the patch {patch} to no code of a cell")
    return codes


def _text(subject: Subject) -> str:
    if subject.computes is None:
        return "from layer L on, f([x; 1]) = A(S)[x] for a known A"
    what = TEXTS.get(subject.computes, subject.computes)
    return f"from layer L on, f([x; 1]) = A(S)[x]: {what}"


def _applies(subject: Subject) -> Applies:
    if subject.online or subject.computes == "row reduction":
        return False
    return bool(subject.computes) or NOT_CLAIMED


@about_networks(
    "Lemma 1, A",
    _text,
    "finite, exact",
    _applies,
    key="small sizes",
)
def predictions(subject: Subject) -> Found:
    """The output on every data set of small sizes, from the claimed depth on."""
    if str(subject.computes) not in DEFINITIONS:
        known = ", ".join(sorted(["row reduction", *DEFINITIONS]))
        raise RefutedError(
            f"the certificate says that the program computes {subject.computes!r}; it should be one "
            f"of {known}"
        )
    count = run_network(subject, DEFINITIONS[str(subject.computes)])
    return Found(f"every data set with m x d = {in_words(SMALL_SIZES)}: {count}")


def run_network(subject: Subject, defined: Callable[[Sequence[Bits]], int]) -> int:
    """The network's own layers on every data set of small sizes; returns how many data sets.

    Raises :class:`~proofs_check.verdict.RefutedError` where the output is not what is ``defined``, from the
    claimed depth on, and before any run where there is too much to run.
    """
    _ = subject.tables  # refused, if sums could overflow
    layers = {size: subject.layers(*size) for size in SMALL_SIZES}
    return sum(
        check_predictions(subject.network, *size, layers[size], defined) for size in SMALL_SIZES
    )
