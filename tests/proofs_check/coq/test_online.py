"""Online row reduction in Coq: its algorithm is the checker's, and the network's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from proofs_check.coq.generate import PROOFS
from proofs_check.coq.proof import statement
from proofs_check.online.row_reduction import reduce_by_rows
from tests.docs.documents import ROOT
from tests.programs.online import Bits, Stream, online, streams
from tests.proofs_check.coq.compiling import FOLDER, compile_all, evaluate

NAME = "online-row-reduction"
PROOF = PROOFS[NAME]
NEEDED = ["Network", "RowReduction", "Algorithm1", "OnlineLearner", "OnlineClaims"]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the algorithm, compiled."""
    folder = tmp_path_factory.mktemp("online")
    compile_all(folder, NEEDED)
    return folder


def _row(bits: Bits) -> str:
    return f"[{'; '.join('true' if bit else 'false' for bit in bits)}]"


def _rows(rows: list[Bits]) -> str:
    return f"[{'; '.join(map(_row, rows))}]"


@st.composite
def inputs(draw: st.DrawFn) -> tuple[list[Bits], Bits]:
    """Any rows with labels, and an input."""
    d = draw(st.integers(1, 5))
    bits = st.integers(0, 1)
    rows = draw(st.lists(st.tuples(*[bits] * (d + 1)), max_size=4))
    return rows, draw(st.tuples(*[bits] * d))


@pytest.mark.coq
@given(st.lists(inputs(), min_size=20, max_size=20))
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_coqs_reduction_is_the_checkers(
    compiled: Path, cases: list[tuple[list[Bits], Bits]]
) -> None:
    """On any rows, also those that no stream leaves."""
    terms, expected = [], []
    for rows, x in cases:
        reduced, label = reduce_by_rows(rows, x)
        terms.append(f"left_of {_rows(rows)} {_row(x)}")
        terms.append(f"something_left {_rows(rows)} {_row(x)}")
        expected += [_row((*reduced, label)), "true" if any(reduced) else "false"]
    assert evaluate(compiled, NEEDED, terms) == expected


@pytest.mark.coq
@given(st.lists(streams(), min_size=4, max_size=4))
@example([(2, [((1, 1), 1), ((1, 1), 0), ((0, 0), 1), ((0, 1), 1), ((1, 0), 0)])])
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_coqs_learner_is_the_network(compiled: Path, cases: list[tuple[int, Stream]]) -> None:
    """Outputs on the way, and the memory that SGD leaves: the dummy's row, the stored rows, zeros."""
    learner = online(NAME)
    terms, expected = [], []
    for d, stream in cases:
        memory, seen = learner.start(d), "[]"
        for x, y in stream:
            step = learner.step(memory, x, y)
            terms.append(f"answer (learn {seen}) {_row(x)}")
            known = "true" if step.output < 0 else "false"
            expected.append(f"Some {known}" if step.output else "None")
            pair = f"({_row(x)}, {'true' if y else 'false'})"
            seen = f"({seen} ++ [{pair}])"
            memory = step.memory
        terms.append(f"memory_of {d} (learn {seen})")
        expected.append(f"[{'; '.join(_numbers(row) for row in memory.tolist())}]")
    found = [re.sub(r"\((-\d+)\)", r"\1", value) for value in evaluate(compiled, NEEDED, terms)]
    assert found == expected


def _numbers(row: list[int]) -> str:
    return f"[{'; '.join(map(str, row))}]"


def test_what_the_theorem_says() -> None:
    """Each part of it; weakening one fails here, and where the page quotes it."""
    said = " ".join(statement(PROOF).split())
    assert said.startswith(
        "Theorem online_row_reduction : forall (d l n : nat) (stream : list (row * bool)), "
        "let net := with_work_columns l network in (l >= 1)%nat -> (n >= 4 * d + 4)%nat -> "
        "(forall x y, In (x, y) stream -> length x = d) -> exists news : list (row * bool), "
        "new_examples d stream news /\\ "
        "length (learn stream) = length news /\\ length news <= d /\\ "
        "reduced_rows d (learn stream) /\\ "
    )
    for part in (
        "(forall v, sum_of (d + 1) (learn stream) v <-> sum_of (d + 1) (map labelled news) v)",
        "(forall x p, length x = d -> answer (learn stream) x = Some p <-> "
        "sum_of (d + 1) (map labelled news) (labelled (x, p)))",
        "if answer (learn stream) x then "
        "sum_of d (map fst stream) x /\\ learn (stream ++ [(x, y)]) = learn stream else "
        "~ sum_of d (map fst stream) x /\\ exists s, sum_of (d + 1) (map labelled news) s /\\ "
        "learn (stream ++ [(x, y)]) = learn stream ++ [add (labelled (x, y)) s])",
        "((exists theta, explains theta stream) -> forall x p, length x = d -> "
        "(answer (learn stream) x = Some p <-> forall theta, explains theta stream -> "
        "parity theta x = p)",
        "(answer (learn stream) x = Some p -> row_reduction stream x = p)",
        "sgd net n (empty d) ((repeat false d, false) :: stream) = Some (memory_of d (learn stream))",
        "(forall x, length x = d -> "
        "predict net n (memory_of d (learn stream)) (with_one x) = "
        "Some match answer (learn stream) x with Some p => sign p | None => 0%Z end)",
    ):
        assert part in said


def test_the_page_quotes_what_the_theorem_speaks_of() -> None:
    page = (ROOT / "docs" / "coq.md").read_text()
    files = ("OnlineLearner", "OnlineClaims")
    text = "".join((FOLDER / f"{name}.v").read_text() for name in files)
    for name in ("sum_of", "new_examples", "reduced_rows", "entry", "memory_of", "empty"):
        (definition,) = re.findall(
            rf"^(?:Inductive|Definition|Record) {name} .*?\.\n", text, re.M | re.S
        )
        assert definition in page
