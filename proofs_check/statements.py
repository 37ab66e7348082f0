"""The table: every statement of the paper, in order. A statement is a function with a decorator."""

from __future__ import annotations

from collections.abc import Iterable

from proofs_check.batches import pivots, sums  # noqa: F401
from proofs_check.circuits import network, settings  # noqa: F401
from proofs_check.dynamics import flow, settling, trained, two_layers  # noqa: F401
from proofs_check.lemma1 import (  # noqa: F401
    column_scan,
    last_row,
    line,
    machine,
    memorisation,
    prediction,
    rising_bits,
    row_by_row,
    row_reduction,
    small_sizes,
)
from proofs_check.online import associative_memory, conjunction, triangular  # noqa: F401
from proofs_check.online import row_reduction as online_row_reduction  # noqa: F401
from proofs_check.optimality import definitions, restarts  # noqa: F401
from proofs_check.questions import optimisers, transformer  # noqa: F401
from proofs_check.statement import OF_NETWORKS, OF_THE_CONSTRUCTION, Statement
from proofs_check.subject import Subject
from proofs_check.theorem1 import precision, sampling, sharing, weight_set  # noqa: F401
from proofs_check.weights import (  # noqa: F401
    damage,
    equality,
    gadgets,
    readout,
    representation,
)

#: The order of the table.
OF_A_NETWORK = (
    "Lemma 1, network = rule",
    "Lemma 1, head = readout",
    "Lemma 1, memorisation",
    "Lemma 1, prediction",
    "Lemma 1, machine = rule",
    "Lemma 1, depth",
    "recurrence of row reduction",
    "recurrence of a scan",
    "recurrence of rising bits",
    "recurrence of a line",
    "Definition 1",
    "row reduction",
    "Lemma 1, A, all sizes",
    "Lemma 1, A, every m",
    "small sizes",
    "online row reduction, invariant",
    "online row reduction, depth",
    "online row reduction, A",
    "online conjunction, invariant",
    "online conjunction, depth",
    "online conjunction, A",
    "online associative memory, invariant",
    "online associative memory, depth",
    "online associative memory, A",
    "triangular row reduction, invariant",
    "triangular row reduction, depth",
    "triangular row reduction, A",
    "Mini-batches",
    "Rows off by less",
    "Looped Transformer",
    "Settling",
    "Spectrum",
    "Spectrum, online",
    "Flow",
    "Two layers",
    "Circuit",
    "Definition 5",
    "Lemma 1, weights",
    "Theorem 1, precision",
    "Theorem 1, noise",
    "Remark",
    "Theorem 1, probability",
    "Corollary 2, no restarts",
    "The checker",
)
OF_ALL = (
    "Definition 2",
    "Observation 1",
    "Definition 3",
    "Claim 1",
    "Definition 4, Claim 2",
    "Gadget: step",
    "Gadget: table",
    "Gadget: slope",
    "Gadget: gate",
    "Definition 5, all s",
    "Lemma 1, U_s",
    "Theorem 1, depth",
    "Corollary 2, numbers",
    "Corollary 2, functions",
    "Representation",
    "Section 5",
    "Mini-batches, sums",
    "Other losses",
    "Other optimisers",
    "Two layers, parity",
    "Two layers, fewest units",
    "Two layers, training",
    "Two layers, learner",
)


def of_network(subject: Subject) -> list[Statement]:
    """The statements about one network."""
    return [each for key in OF_A_NETWORK for each in OF_NETWORKS[key].about(subject)]


def of_the_construction() -> list[Statement]:
    """The statements that are about no network in particular."""
    return [OF_THE_CONSTRUCTION[key] for key in OF_ALL]


def statements(subjects: Iterable[Subject]) -> list[Statement]:
    """Every statement: first those about each network, then those about the construction."""
    return [
        *(each for subject in subjects for each in of_network(subject)),
        *of_the_construction(),
    ]
