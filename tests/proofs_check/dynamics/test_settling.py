"""Where predictions come to rest, and the spectra there: claims that are wrong are refuted."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from proofs_check.dynamics import runs, settling, stages
from proofs_check.dynamics.stages import N, check_rest, check_slopes
from proofs_check.patterns.codes import NO_CODE
from proofs_check.patterns.ends import Ends
from proofs_check.patterns.linear import Linear, variable
from proofs_check.statement import check
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from proofs_check.weights.tables import Integers
from tests.proofs_check.subjects import bundled, changed, refuted

NAME = "one-literal"
ROWS = ("Settling", "Spectrum")


def known(subject: Subject, name: str = NAME) -> Subject:
    """What the layers do was shown of the program; the claims have no say in it."""
    for scene in subject.names_of_scenes:
        subject._outcomes[scene] = bundled(name).outcome(scene)
    return subject


@pytest.mark.parametrize(
    ("name", "method"), [(NAME, "all sizes, exact"), ("line-row-reduction", "finite, exact")]
)
def test_rest_and_spectrum_hold(name: str, method: str) -> None:
    found = [check(each) for each in of_network(bundled(name)) if each.id in ROWS]
    assert [row.counterexample for row in found] == ["", ""]
    assert {row.statement.method for row in found} == {method}


@pytest.mark.parametrize(
    ("program", "entry"), [(NAME, "computes"), ("row-reduction-machine", "steps")]
)
def test_without_a_name_for_what_is_computed_rest_is_not_claimed(program: str, entry: str) -> None:
    found = of_network(changed(program, f"claims/{entry}", None))
    assert {each.id: each.claimed for each in found if each.id in ROWS} == dict.fromkeys(
        ROWS, False
    )


def test_what_is_covered_of_a_small_program() -> None:
    found = {each.id: check(each) for each in of_network(bundled(NAME)) if each.id in ROWS}
    assert found["Settling"].covered == (
        "from layer L on every cell stays in one of 4 stages; layer L changes 32 of 256 grids with m x d = 2x2"
    )
    assert found["Spectrum"].covered == (
        "13 cases while SGD writes; the codes of 4 stages from layer L on are flat"
    )


def test_noise_that_a_prediction_erases_is_told_where_all_of_its_layers_are_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A certificate without the end of a prediction on a line says nothing of its noise."""
    whole, name = bundled("line-row-reduction"), "noise that one layer of a prediction erases"
    monkeypatch.setattr(settling, "_codes_at_rest", lambda _: (set(), 0))
    assert settling.spectrum(whole).constants == {name: "below 1/4 of a code"}
    part = known(changed("line-row-reduction", "scenes/reducing"), "line-row-reduction")
    assert settling.spectrum(part).constants == {}


def test_a_machine_rests_when_it_halts() -> None:
    found = {
        each.id: check(each)
        for each in of_network(bundled("row-reduction-machine"))
        if each.id in ROWS
    }
    assert [row.counterexample for row in found.values()] == ["", ""]
    assert "t from 15 to 62 with 2x2" in found["Settling"].covered
    assert found["Spectrum"].covered == "every code of a symbol and a head is flat"
    assert found["Spectrum"].statement.method == "all sizes, exact"


@pytest.mark.parametrize(
    ("values", "slope"),
    [
        ({}, 1),
        ({"R[a]": 1, "R[a + 1]": 0}, 1),
        ({"R[a]": 1, "R[a + 1]": 1}, None),
        ({"R[a]": 0, "R[a + 1]": 0}, None),
    ],
)
def test_which_row_takes_an_example(values: dict[str, int], slope: int | None) -> None:
    assert settling._of_taking_row(values) == slope


def test_a_row_that_does_not_say_who_takes_is_refuted() -> None:
    with pytest.raises(RefutedError, match=r"should depend on R\[a \+ 1\]"):
        settling._of_taking_row({"R[a]": 1})


def test_every_cell_is_asked_while_sgd_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is in one of the regions; the slope is 1 in memory of the row that is written, and 0 elsewhere."""
    asked = []

    def note(subject: Subject, name: str, since: Linear, where: Any, wanted: Any) -> int:
        if name == "memorising":
            asked.append((since, where, wanted({})))
        return check_slopes(subject, name, since, where, wanted)

    monkeypatch.setattr(settling, "check_slopes", note)
    settling.spectrum(bundled(NAME))
    m, d = 3, 2
    for a, i, b in product(range(1, m + 2), range(1, m + 2), range(1, d + 4)):
        at = {"a": a, "b": b, "d": d, "m": m, "i": i}
        found = {slope for _, where, slope in asked if all(form.at(at) >= 0 for form in where)}
        if a == i:
            assert found == {int(b <= d + 1)}
        else:
            assert found == {0}
    assert {since.at({"d": 7}) for since, *_ in asked} == {9}


def test_nothing_is_said_of_where_a_learner_of_streams_rests() -> None:
    assert not [each for each in of_network(bundled("online-conjunction")) if each.id in ROWS]


def test_majority_rests_after_its_output_is_final() -> None:
    found = [check(each) for each in of_network(bundled("majority")) if each.id in ROWS]
    assert [row.counterexample for row in found] == ["", ""]
    assert [row.statement.method for row in found] == ["finite, exact", "all sizes, exact"]
    assert " 0 grids still move" not in found[0].covered


def test_a_depth_at_which_cells_still_change_is_refuted() -> None:
    early = known(changed(NAME, "claims/depth", {"m": 1, "d": 1, "1": 2}))
    assert "a cell can come from" in refuted(early, "Settling")["Settling"]


def test_a_depth_at_which_nothing_changes_any_more_is_refuted() -> None:
    late = known(changed(NAME, "claims/depth", {"m": 1, "d": 1, "1": 4}))
    assert "changes nothing" in refuted(late, "Settling")["Settling"]


def test_an_output_that_changes_later_is_refuted() -> None:
    early = known(changed("majority", "claims/depth", {"m": 2, "1": 1}), "majority")
    assert "Settling" in refuted(early, "Settling")


def test_the_last_cell_is_looked_at_in_layer_l_and_before(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    class Noting(Ends):
        def __init__(self, scene: Any, where: Any) -> None:
            asked.append(where)
            super().__init__(scene, where)

    monkeypatch.setattr(settling, "Ends", Noting)
    subject = bundled(NAME)
    settling._not_before(subject)
    m, d = 3, 2
    layers = subject.layers(m, d)
    every = product(range(1, m + 2), range(1, d + 4), range(layers - 2, layers + 2))
    cells = [dict(zip("abnmd", (*each, m, d), strict=True)) for each in every]
    found = [
        [(at["a"], at["b"], at["n"]) for at in cells if all(form.at(at) >= 0 for form in where)]
        for where in asked
    ]
    assert found == [[(m + 1, d + 1, layers - 1)], [(m + 1, d + 1, layers)]]


def test_memory_rests_from_layer_d_plus_2_on_and_not_before() -> None:
    """Of the conjunction, whose masks go through the row cell by cell."""
    subject = bundled("conjunction")
    assert check_rest(subject, "memorising", settling.WRITTEN)
    with pytest.raises(RefutedError, match="a cell can come from"):
        check_rest(subject, "memorising", settling.WRITTEN - 1)


def test_another_slope_is_refuted() -> None:
    row = (variable("a") - variable("i"), variable("i") - variable("a"), *settling.MEMORY)
    with pytest.raises(RefutedError, match="has the slope 1"):
        check_slopes(bundled(NAME), "memorising", Linear((), 1), row, lambda _: 0)


def test_a_slope_is_asked_where_there_is_a_code_and_something_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of three cases one has no code; of what nothing is wanted the slope may be any."""
    cases = [((1,), 5, 1), ((2,), NO_CODE, 7), ((3,), 5, 8)]
    monkeypatch.setattr(stages, "stage_cases", lambda scene, stage, book: cases)
    monkeypatch.setattr(Ends, "stages", lambda self: [0, 1])
    scene = SimpleNamespace(stages=[SimpleNamespace(name="here", refs=("value",))] * 2)
    subject: Any = SimpleNamespace(
        outcome=lambda name: SimpleNamespace(scene=scene),
        certificate=SimpleNamespace(book=None),
    )

    def found(wanted: dict[int, int]) -> int:
        since = settling.ALWAYS
        return check_slopes(subject, "memorising", since, (), lambda of: wanted.get(of["value"]))

    assert [found(each) for each in ({}, {1: 1}, {1: 1, 2: 1}, {1: 1, 3: 8})] == [0, 2, 2, 4]
    with pytest.raises(RefutedError, match="'here' has the slope 8; it should be 1"):
        found({1: 1, 3: 1})


def test_a_stage_that_depends_on_the_layer_does_not_rest() -> None:
    with pytest.raises(RefutedError, match="still depends on"):
        check_rest(bundled("online-associative-memory"), "streaming", N * 0 + 3)


def test_a_machine_that_takes_other_steps_is_refuted() -> None:
    """Another machine in the certificate: the network rests in other layers than it halts in."""
    subject = bundled("row-reduction-machine")
    data = dict(subject.data)
    moves = [dict(each) for each in data["machine"]["transitions"]]
    number = next(k for k, each in enumerate(moves) if each.get("move") == "E")
    moves[number]["move"] = "stay"
    other = Subject(subject.network, {**data, "machine": {**data["machine"], "transitions": moves}})
    other._outcomes.update({name: subject.outcome(name) for name in ("memorising",)})
    assert "Settling" in refuted(other, "Settling")


def test_a_network_that_does_not_halt_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its layers change a cell for ever."""
    subject = bundled("majority")
    step = runs.next_grids

    def restless(of: Subject, grids: Integers) -> Integers:
        after = step(of, grids)
        after[:, 0, -1] = np.where(after[:, 0, -1] == 3, 0, 3)
        return after

    runs.runs.cache_clear()
    monkeypatch.setattr(runs, "next_grids", restless)
    assert "Settling" in refuted(subject, "Settling")
    runs.runs.cache_clear()
