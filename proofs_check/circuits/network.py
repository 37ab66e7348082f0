"""The network as a boolean circuit of the memory's bits and the input's.

Every cell of every layer is the same circuit: the convolution's weights are constants, products with them are shifted copies that are
added up, and ReLU is an AND with the sign. So it has as many gates as cells times layers times a number that
depends on the program alone: its size is linear in the network's.

That this circuit computes a layer is shown on every patch that occurs in some layer of some size, and then whole circuits run
on all data sets of small sizes: memory bits and input bits in, the answer's bit out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from construction.network.layers import WeightLayer
from construction.network.rcnn import RCNN
from proofs_check.circuits.gates import Circuit, Number, Wire, constant, width
from proofs_check.dynamics.runs import SIZES, next_grids, patches, runs
from proofs_check.dynamics.settling import prediction_is_claimed
from proofs_check.lemma1.data_sets import data_sets, in_words
from proofs_check.lemma1.machine_runs import of_covered_runs
from proofs_check.patterns.given import WORK_CODE
from proofs_check.statement import Found, Method, about_networks
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from proofs_check.weights.tables import CENTRE, Integers

ADDER: Final = 5  #: gates of a bit of an addition


@dataclass(frozen=True)
class Size:
    """Gates of a cell in a layer, and of the head at a cell; the bits of a code, and of what the head says of it."""

    layer: int
    head: int
    bits: int
    output: int

    def bound(self, m: int, d: int, layers: int, work: int) -> int:
        """At most so many gates for a size: the signs of memory, the cells' own, and the sum of all cells.

        A sum of ``k`` numbers has at most as many bits more than each as ``k`` has.
        """
        cells = (m + 1) * (d + 1 + work)
        adder = ADDER * (self.output + cells.bit_length())
        return (m + 1) * d + cells * (layers * self.layer + self.head + adder)


def run_layers(circuit: Circuit, layers: Sequence[WeightLayer], values: list[Number]) -> Number:
    """The weight layers with ReLU between them; the output as a whole number, not over its scale."""
    for layer in layers:
        rows = zip(layer.weights.tolist(), layer.biases.tolist(), strict=True)
        values = [circuit.weighted(values, weights, bias) for weights, bias in rows]
        if layer is not layers[-1]:
            values = [circuit.rectified(each) for each in values]
    return circuit.divided(values[0], layers[-1].scale)


def layer_on(network: RCNN, around: Integers) -> tuple[Integers, int]:
    """The next codes of patches ``(n, 9)``, by the circuit; and the gates of one cell."""
    circuit = Circuit(len(around))
    low, high = network.lowest, network.highest
    found = run_layers(
        circuit, network.convolution, [circuit.wires(c, low, high) for c in around.T]
    )
    return circuit.values(found), circuit.gates


def head_on(network: RCNN, circuit: Circuit, code: Number) -> Number:
    """A cell's part of the output, over the head's scale."""
    hidden, last = network.head
    (row,) = last.weights.tolist()
    values = [
        circuit.rectified(circuit.weighted([code], weights, bias))
        for weights, bias in zip(hidden.weights.tolist(), hidden.biases.tolist(), strict=True)
    ]
    return circuit.weighted(values, row, int(last.biases[0]))


def size_of(subject: Subject) -> Size:
    """The circuits of a cell, compared with the layer on every patch and with the head on every code.

    Raises :class:`~proofs_check.verdict.RefutedError` when they compute something else.
    """
    network, tables = subject.network, subject.tables
    around = subject.patches
    found, layer = layer_on(network, around)
    wrong = np.flatnonzero(found * tables.scale != tables.outputs(tables.inputs(around)))
    if len(wrong):
        raise RefutedError(
            f"the circuit takes the patch {around[wrong[0]].tolist()} to {found[wrong[0]]}"
        )
    codes = np.array(tables.at(CENTRE))
    circuit = Circuit(len(codes))
    output = head_on(network, circuit, circuit.wires(codes, network.lowest, network.highest))
    if (circuit.values(output) != subject.head.values[codes - subject.head.lowest]).any():
        raise RefutedError("the head's circuit computes something else than the head")
    return Size(layer, circuit.gates, width(network.lowest, network.highest), len(output.wires))


def first_grids(
    subject: Subject, m: int, d: int, rows: Sequence[Sequence[Sequence[int]]]
) -> tuple[Integers, int]:
    """Layer 0 ``(data sets, rows, columns)`` from bits: each sign of memory, turned over by the input's; and the gates."""
    bits = np.array(rows)
    circuit = Circuit(len(bits))
    # SGD stores y [x, 1]; of the dummy, which comes last, every sign is 1.
    features, labels = bits[:, :m, :d], bits[:, :m, d:]
    stored = np.concatenate([features ^ labels, labels], axis=2)
    shown: list[Wire] = [*(circuit.wire(each) for each in bits[:, m, :d].T), False]
    own: list[list[Wire]] = [
        [circuit.wire(each) for each in row.T] for row in stored.swapaxes(0, 1)
    ]
    own.append([False] * len(shown))
    columns = [
        1 - 2 * circuit.bits(circuit.differ(sign, turn))
        for row in own
        for sign, turn in zip(row, shown, strict=True)
    ]
    memory = np.stack(columns, axis=1).reshape(len(bits), m + 1, d + 1)
    work = np.full((*memory.shape[:2], subject.network.work_columns), WORK_CODE)
    grids = np.concatenate([memory, work], axis=2)
    return (grids.reshape(len(bits), 1, -1) if subject.network.line else grids), circuit.gates


def run_whole(subject: Subject, size: Size) -> Iterator[tuple[int, int, Integers, int]]:
    """For each of the sizes: the answers' bits, 1 for -1, on every data set, and the gates of the circuit for it.

    The layers of all sizes run together. Raises :class:`~proofs_check.verdict.RefutedError` when one differs from
    the network's.
    """
    depths = {each: subject.layers(*each) for each in SIZES}
    first = {each: first_grids(subject, *each, list(data_sets(*each))) for each in SIZES}
    grids = {each: found for each, (found, _) in first.items()}
    for layer in range(max(depths.values())):
        running = [each for each in SIZES if layer < depths[each]]
        around = [patches(subject, grids[each]) for each in running]
        found, _ = layer_on(subject.network, np.concatenate(around))
        for each in running:
            wanted = next_grids(subject, grids[each])
            mine, found = found[: wanted.size], found[wanted.size :]
            if (mine.reshape(wanted.shape) != wanted).any():
                raise RefutedError(
                    f"with m x d = {in_words([each])} the circuit's layer {layer + 1} is another"
                )
            grids[each] = wanted
    for each, (_, gates) in first.items():
        signs, more = answers(subject.network, grids[each].reshape(len(grids[each]), -1).T)
        layers = grids[each].size // len(grids[each]) * depths[each] * size.layer
        yield *each, signs, gates + layers + more


def answers(network: RCNN, cells: Integers) -> tuple[Integers, int]:
    """The sign of the sum of what the head says of all cells ``(cells, data sets)``, and the gates for it."""
    circuit = Circuit(cells.shape[1])
    total = constant(0)
    for codes in cells:
        code = circuit.wires(codes, network.lowest, network.highest)
        total = circuit.add(total, head_on(network, circuit, code))
    *_, sign = total.wires
    return circuit.bits(sign), circuit.gates


def _method(subject: Subject) -> Method:
    return "all sizes, exact" if subject.complete else "finite, exact"


@about_networks(
    "Circuit",
    lambda subject: of_covered_runs(
        "the trained network is a boolean circuit of its memory's bits and x: cells times layers times a constant",
        subject,
    ),
    _method,
    prediction_is_claimed,
)
def check_circuit(subject: Subject) -> Found:
    """The circuits of a cell on every patch and code, and whole ones on every data set of small sizes."""
    size = size_of(subject)
    work = subject.network.work_columns
    total = 0
    gates: dict[tuple[int, int], int] = {}
    for m, d, signs, counted in run_whole(subject, size):
        gates[m, d] = counted
        if (1 - 2 * signs != np.array(runs(subject)[m, d].answers)).any():
            raise RefutedError(f"with m x d = {m}x{d} the circuit's answer is not the network's")
        bound = size.bound(m, d, subject.layers(m, d), work)
        if gates[m, d] > bound:
            raise RefutedError(
                f"with m x d = {m}x{d} there are {gates[m, d]} gates, not at most {bound}"
            )
        total += len(signs)
    largest = max(gates, key=lambda each: gates[each])
    return Found(
        f"{len(subject.patches)} patches, {len(subject.tables.at(CENTRE))} codes; whole circuits on every data set with "
        f"m x d = {in_words(SIZES)}, {total}",
        {
            "gates of a cell in a layer": f"{size.layer:,}",
            "of the head at a cell": f"{size.head:,}",
            "bits of a code": str(size.bits),
            "of the sum": f"at most {ADDER} ({size.output} + log2 of the cells + 1) for each cell",
            f"of the whole circuit with {in_words([largest])}": f"{gates[largest]:,}",
        },
    )
