"""How many bits the network needs, and what noise it stands, proved from the weights.

**Bits.** :mod:`proofs_check.theorem1.bits` counts them; here layers and head run in floats.

**Margin.** The first layer's kinks lie between the codes, and near a code no unit's input changes at
all, unless a slope is prescribed there. So if every pixel of a patch is off by less than the distance
from its code to the nearest kink, the output is exactly the same. At the codes with a slope (memory
that is being written) noise passes on with that slope, and the statement does not apply.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from construction.network.layers import PIXEL_UNIT, WeightLayer
from construction.network.rcnn import RCNN
from proofs_check.lemma1.machine_runs import of_covered_runs
from proofs_check.statement import Found, Method, about_networks
from proofs_check.subject import Subject
from proofs_check.theorem1.bits import Needs, needed_bits, power_of_2
from proofs_check.verdict import RefutedError
from proofs_check.weights.head import HeadTable
from proofs_check.weights.tables import CENTRE, Integers, UnitTables

FLOAT64_BITS, FLOAT32_BITS, FLOAT16_BITS, BFLOAT16_BITS = 53, 24, 11, 8
FLOAT16_EXPONENTS = (
    -24,
    16,
)  #: what float16 holds are multiples of the first power of 2, below the second
NOISE_SCALE = 4096
HALF_SUMS = 2_000  #: patches on which sums are rounded to float16, one addition at a time


Floats = npt.NDArray[np.floating[Any]]
Rounding = Callable[[npt.NDArray[Any]], Floats]


def to_float64(numbers: npt.NDArray[Any]) -> Floats:
    """Rounded to float64."""
    return numbers.astype(np.float64)


def to_float32(numbers: npt.NDArray[Any]) -> Floats:
    """Rounded to float32."""
    return numbers.astype(np.float32)


def to_float16(numbers: npt.NDArray[Any]) -> Floats:
    """Rounded to float16, as float32 numbers."""
    return numbers.astype(np.float16).astype(np.float32)


def to_bfloat16(numbers: npt.NDArray[Any]) -> Floats:
    """Rounded to the nearest bfloat16 (a tie to even), as float32 numbers."""
    whole = numbers.astype(np.float32).view(np.uint32)
    rounded = whole + np.uint32(0x7FFF) + ((whole >> np.uint32(16)) & np.uint32(1))
    return (rounded & np.uint32(0xFFFF0000)).view(np.float32)


def float_layers(
    layers: Sequence[WeightLayer],
    inputs: Integers,
    stored: Rounding,
    *,
    half_sums: bool = False,
) -> Floats:
    """The convolution, or the head, in floats: weights and values rounded by ``stored``, sums in float32, or float64.

    What is not a power of 2 in the last scale divides the last sum. With ``half_sums`` every addition is rounded to
    float16, in the order of the units.
    """
    values = stored(inputs)
    scale_in = 1
    for layer in layers:
        scale = power_of_2(layer.scale)
        weights = stored(layer.weights * (scale_in / scale))
        biases = stored(layer.biases / scale)
        total: npt.NDArray[Any]
        if half_sums:
            total = np.broadcast_to(biases, (len(values), layer.width)).astype(np.float16)
            for column, weight in zip(values.T, weights.T, strict=True):
                total += np.outer(column, weight).astype(np.float16)
        else:
            total = values @ weights.T + biases
        if layer is not layers[-1]:
            values = stored(np.maximum(total, 0))
        scale_in = scale
    outputs: Floats
    (outputs,) = total.T / (layer.scale // scale)
    return outputs


def formats(needs: Needs) -> list[tuple[str, Rounding]]:
    """The formats that are enough, and how each rounds; float64 where float32 is not."""
    if max(needs.sums, needs.stored) > FLOAT32_BITS:
        return [("float64", to_float64)]
    runs: list[tuple[str, Rounding]] = [("float32", to_float32)]
    if needs.stored <= FLOAT16_BITS and needs.in_range(*FLOAT16_EXPONENTS):
        runs.append(("float16, sums in float32", to_float16))
    if needs.stored <= BFLOAT16_BITS:
        runs.append(("bfloat16, sums in float32", to_bfloat16))
    return runs


@about_networks(
    "Theorem 1, precision",
    "the bits that the weights need; floats that have them are bit-identical to integers",
    "finite, exact",
)
def check_bits(subject: Subject) -> Found:
    """Bit-identical runs in every format that the weights allow; the others are named."""
    network, patches, tables = subject.network, subject.sample(), subject.tables
    expected = tables.outputs(tables.inputs(patches)) // tables.scale
    needs = needed_bits(network, tables)
    for what, bits in (("sums", needs.sums), ("stored numbers", needs.stored)):
        if bits > FLOAT64_BITS:
            raise RefutedError(f"{what} take {bits} bits; float64 has {FLOAT64_BITS}")
    runs = formats(needs)
    head = subject.head
    codes = np.array(head.codes)[:, None]
    shares = head.values[codes[:, 0] - head.lowest] / head.scale
    for name, stored in runs:
        for layers, what, shown, exact in (
            (network.convolution, "the patch", patches, expected),
            (network.head, "the code", codes, shares),
        ):
            got = float_layers(layers, shown, stored)
            wanted = exact.astype(got.dtype)
            if not np.array_equal(got, wanted):
                bad = int(np.flatnonzero(got != wanted)[0])
                raise RefutedError(
                    f"{name}: on {what} {shown[bad].tolist()} the output is {got[bad]}; it should be "
                    f"{wanted[bad]}"
                )
    step = -(-len(patches) // HALF_SUMS)
    few = patches[::step]
    with np.errstate(over="ignore", invalid="ignore"):
        half = float_layers(network.convolution, few, to_float16, half_sums=True)
    wrong = int((half != expected[::step]).sum())
    return Found(
        f"{len(patches)} patches, bit-identical in {'; '.join(name for name, _ in runs)}",
        {
            "bits of stored numbers": str(needs.stored),
            "bits of sums": str(needs.sums),
            "sums in float16": f"wrong on {wrong} of {len(few)} patches",
        },
    )


def margin(network: RCNN, tables: UnitTables) -> Fraction:
    """The least distance, in codes, from a code to a kink of a first layer at the same position.

    Of the convolution's first layer, and of the head's, which is the only one that it has.
    """
    least: Fraction | None = None
    for layer, positions in ((network.convolution[0], range(9)), (network.head[0], [CENTRE])):
        for weights, bias in zip(layer.weights, layer.biases, strict=True):
            for column in np.flatnonzero(weights):
                kink = Fraction(-int(bias), int(weights[column]))
                distance = min(abs(code - kink) for code in tables.at(positions[int(column)]))
                least = distance if least is None else min(least, distance)
    if not least:
        raise RefutedError("a first-layer unit stands at its kink on a code")
    return least


def live_codes(tables: UnitTables) -> list[tuple[int, int]]:
    """(position, code) where some unit's input has a slope, so that noise passes."""
    live = np.asarray(tables.slopes.any(axis=2))
    return [
        (position, code)
        for position in range(9)
        for code in tables.at(position)
        if live[position, code - tables.lowest]
    ]


def _text(subject: Subject) -> str:
    text = "noise below the margin on every pixel of a patch changes nothing, if none of its codes passes noise on"
    if subject.of_predictions:
        return of_covered_runs(f"{text}; in no layer of a prediction does one", subject)
    return text


def _method(subject: Subject) -> Method:
    return "all sizes, exact" if subject.complete else "property-based"


def patches_of_computation(subject: Subject) -> list[npt.NDArray[np.int16]]:
    """Every patch of a prediction: of its scenes, and of a machine's steps; raises as they do."""
    found = [subject.outcome(name).patches for name in subject.of_predictions]
    return found + subject.machine_patches if subject.has_machine else found


def check_layers_are_quiet(subject: Subject) -> None:
    """No patch of a prediction has a code that passes noise on to the next layer.

    Raises :class:`~proofs_check.verdict.RefutedError` when one has.
    """
    for patches in patches_of_computation(subject):
        if not is_quiet(subject.tables, patches).all():
            raise RefutedError("a patch of the computation has a code that passes noise on")


def check_computation_is_quiet(subject: Subject) -> None:
    """No patch of a prediction has a code that passes noise on, to the next layer or to the output.

    Raises :class:`~proofs_check.verdict.RefutedError` when one has.
    """
    check_layers_are_quiet(subject)
    steep = [code for code in subject.head.codes if subject.head.slope(code)]
    for patches in patches_of_computation(subject):
        if np.isin(patches[:, CENTRE], steep).any():
            raise RefutedError(
                "a patch of the computation has a code that passes noise on to the output"
            )


def is_quiet(tables: UnitTables, patches: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.bool_]:
    """Which patches have no code in a position where it passes noise on."""
    quiet = np.ones(len(patches), dtype=bool)
    for position, code in live_codes(tables):
        quiet &= patches[:, position] != code
    return quiet


@about_networks(
    "Theorem 1, noise",
    _text,
    _method,
)
def check_margin(subject: Subject) -> Found:
    """The margin, and adversarial noise just below it on every patch and code where it applies."""
    network, tables, head = subject.network, subject.tables, subject.head
    check_computation_is_quiet(subject)
    patches = subject.sample()
    certified = margin(network, tables)
    live = {code for _, code in live_codes(tables)}
    live |= {code for code in head.codes if head.slopes[code - head.lowest]}
    shown = ", ".join(map(str, sorted(live))) or "none"
    constants = {
        "margin": f"{certified} of a code, {certified / PIXEL_UNIT} of a pixel",
        "codes that pass noise on": shown,
    }
    quiet = patches[is_quiet(tables, patches)]
    if not len(quiet):
        return Found("it applies to no patch: every code passes noise on", constants)
    # Everything times NOISE_SCALE is an integer: the largest noise below the margin is one less.
    largest = int(certified * NOISE_SCALE) - 1
    exact = tables.outputs(tables.inputs(quiet))
    check_head(network, head, largest)
    rng = np.random.default_rng(0)
    trials = 0
    same = [np.full(quiet.shape, noise) for noise in (largest, -largest)]
    for noise in (*same, *(largest * rng.choice([-1, 1], quiet.shape) for _ in range(3))):
        if not np.array_equal(_noisy(network.convolution, quiet, noise), exact * NOISE_SCALE):
            raise RefutedError("noise below the margin changes an output")
        trials += len(quiet)
    beyond = _noisy(network.convolution, quiet, np.full(quiet.shape, 2 * largest))
    if np.array_equal(beyond, exact * NOISE_SCALE):
        raise RefutedError("noise twice as large changes nothing, so the margin is not the margin")
    return Found(
        f"{trials} patches with every pixel off by {largest}/{NOISE_SCALE} of a code; with twice "
        f"that some change",
        constants,
    )


def check_head(network: RCNN, head: HeadTable, largest: int) -> None:
    """At a code where the head has no slope, noise does not reach the output."""
    for code in head.codes:
        exact = head.values[code - head.lowest] * NOISE_SCALE
        for noise in (-largest, largest):
            got = _noisy(network.head, np.array([[code]]), np.array([[noise]]))[0]
            if not head.slopes[code - head.lowest] and got != exact:
                raise RefutedError(
                    f"noise below the margin changes the head's output at code {code}"
                )


def _noisy(layers: Sequence[WeightLayer], patches: Integers, noise: Integers) -> Integers:
    """The output, times the last scale and ``NOISE_SCALE``, with noise in units of ``1/NOISE_SCALE``."""
    values: Integers = patches.astype(np.int64) * NOISE_SCALE + noise
    for layer in layers:
        values = values @ layer.weights.T + layer.biases * NOISE_SCALE
        if layer is not layers[-1]:
            values = np.maximum(values, 0)
    outputs: Integers
    (outputs,) = values.T
    return outputs
