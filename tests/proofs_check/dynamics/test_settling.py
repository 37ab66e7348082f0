"""Where predictions come to rest, and the spectra there: claims that are wrong are refuted."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from proofs_check.dynamics import flow, runs, settling, stages
from proofs_check.dynamics.stages import N, check_rest, check_slopes
from proofs_check.patterns.codes import NO_CODE
from proofs_check.patterns.ends import Ends
from proofs_check.patterns.linear import Linear, variable
from proofs_check.statement import check
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.theorem1 import precision
from proofs_check.verdict import RefutedError
from proofs_check.weights.tables import Integers
from tests.proofs_check.attacks.test_wrapping import scaled
from tests.proofs_check.ends import fresh, remember, with_scene
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


def cells(first: int, last: int, columns: int) -> list[tuple[int, int]]:
    """Rows from the first to the last, with all of so many columns; both are counted from 1."""
    return list(product(range(first, last + 1), range(1, columns + 1)))


def test_the_spectrum_of_an_online_learner_holds() -> None:
    """Of the others it does, too, if the network plays its scenes: see below."""
    assert refuted(bundled("online-conjunction"), "Spectrum, online") == {}


#: Each learner's cases, and where a slope is asked for in layer L of a memory with d = 2, and of one that is empty.
SPECTRA = {
    "online-row-reduction": (53, cells(1, 3, 5), cells(1, 3, 5)),
    "online-conjunction": (18, cells(1, 1, 5), cells(1, 1, 5)),
    "online-associative-memory": (29, cells(1, 3, 5), []),
    "triangular-row-reduction": (34, cells(2, 3, 3), cells(1, 1, 3)),
}


@pytest.mark.parametrize("name", SPECTRA)
def test_which_cells_of_an_online_learner_are_asked(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That the network plays its scene is taken for granted."""
    asked: dict[str, list[tuple[Linear, Any]]] = {"streaming": [], "starting": []}

    def note(subject: Subject, scene: str, since: Linear, where: Any, wanted: Any) -> int:
        asked[scene].append((since, where))
        return check_slopes(subject, scene, since, where, wanted)

    monkeypatch.setattr(settling, "check_slopes", note)
    whole = fresh(name)
    cases, *expected = SPECTRA[name]
    assert settling.online_spectrum(whole).covered == f"{cases} cases"
    m = d = 2
    rows = 1 if name == "online-conjunction" else m + 1
    for a, i, b in product(range(1, rows + 1), range(1, rows + 1), range(1, d + 4)):
        at = {"a": a, "b": b, "d": d, "m": rows - 1, "i": i}
        for of_scene, known in zip(asked.values(), expected, strict=True):
            found = [where for _, where in of_scene if all(form.at(at) >= 0 for form in where)]
            assert bool(found) == ((a, b) in known), at
    since = whole.depth.at({"m": 5, "d": 7})
    wanted = 0 if name == "online-conjunction" else since
    every = (each for of_scene in asked.values() for each, _ in of_scene)
    assert {each.at({"m": 5, "d": 7}) for each in every} == {wanted}


#: Stages of which the row says nothing: that of the triangular learner is about the row that takes an example.
FREE = {
    ("triangular-row-reduction", "streaming"): ["spent", "work"],
    ("triangular-row-reduction", "starting"): ["unwritten", "work"],
}


@pytest.mark.parametrize(
    ("name", "scene"),
    [
        (name, scene)
        for name in SPECTRA
        for scene in ("streaming", "starting")
        if (name, scene) != ("online-associative-memory", "starting")
    ],
)
def test_each_slope_at_the_end_of_an_online_learner_decides(
    name: str, scene: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One stage after the other, in which cells of a whole memory can be at the end, gets another slope."""
    remember(monkeypatch)
    whole = fresh(name)
    stages = whole.data["scenes"][scene]["stages"]
    m, d = variable("m"), variable("d")
    full = () if name == "online-conjunction" else (m - d, d - m)
    late = Ends(whole.scene(scene), (N - whole.depth, *full)).stages()
    passed = []
    for number in late:

        def steeper(data: Any, number: int = number) -> None:
            data["stages"][number]["slope"] = 2

        try:
            settling.online_spectrum(with_scene(whole, steeper, scene))
        except RefutedError:
            continue
        passed.append(stages[number]["stage"])
    assert passed == FREE.get((name, scene), [])


def test_another_spectrum_of_an_online_learner_is_refuted() -> None:
    """The associative memory has no row of all ones: it is not the conjunctions' learner."""
    subject = bundled("online-associative-memory")
    with pytest.raises(RefutedError, match="has the slope"):
        check_slopes(subject, "streaming", settling.ALWAYS, (), lambda _: 1)


def test_the_first_grids_are_those_of_training() -> None:
    """Against the memory that SGD writes, for every data set of a size."""
    grids = runs.first_grids(bundled(NAME), 1, 1)
    # x y of the example, then the test example: bits, 1 is -1; layer 0 is W diag(z) in thirds.
    assert grids.shape == (8, 2, 3)
    assert grids[0].tolist() == [[1, 1, 3], [1, 1, 3]]
    assert grids[5].tolist() == [[1, 1, 3], [-1, 1, 3]]  # x, y, test: 1, 0, 1
    assert grids[6].tolist() == [[1, -1, 3], [1, 1, 3]]  # 1, 1, 0


def test_the_flow_with_steps_of_1_is_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """So the row says something of small steps, and the check can fail."""
    monkeypatch.setattr(flow, "PART", 1)
    monkeypatch.setattr(flow, "SIZES", ((1, 1),))
    with pytest.raises(RefutedError, match="the flow gives the network's answer"):
        flow.check_flow(bundled("systolic-row-reduction"))


def test_the_sizes_of_the_flow() -> None:
    assert flow.SIZES == ((1, 1), (1, 2))


def test_the_flow_ends_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "SIZES", ((1, 1),))
    found = flow.check_flow(bundled("systolic-row-reduction")).covered
    assert "8: the answer is another on all of them; at most 14 steps" in found


NOTHING_QUIET: Any = lambda tables, around: np.zeros(len(around), dtype=bool)  # noqa: E731
ONE_MOVES: Any = lambda subject, grids: grids + (np.arange(grids.size) == 0).reshape(grids.shape)  # noqa: E731


@pytest.mark.parametrize(
    ("name", "other"), [("", None), ("is_quiet", NOTHING_QUIET), ("next_grids", ONE_MOVES)]
)
def test_when_the_rest_of_a_flow_is_sure(
    name: str, other: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every patch is flat, a layer changes nothing, and every cell is within the margin."""
    subject = bundled("systolic-row-reduction")
    monkeypatch.setattr(flow, "LONGEST", 16)
    grid, quarter = runs.first_grids(subject, 1, 1)[3], Fraction(1, 4)
    if not name:
        rest, steps = flow.rest_of_flow(subject, grid, quarter)
        finer = Subject(scaled(subject.network, 3), subject.data)
        again, as_many = flow.rest_of_flow(finer, grid, quarter)
        assert (again.tolist(), as_many) == (rest.tolist(), steps)
        assert np.array_equal(runs.next_grids(subject, rest[None])[0], rest)
        monkeypatch.setattr(flow, "LONGEST", steps + 1)
        assert flow.rest_of_flow(subject, grid, quarter)[1] == steps
        for longest, least in ((steps, quarter), (steps + 1, quarter / 2), (steps, Fraction(0))):
            monkeypatch.setattr(flow, "LONGEST", longest)
            with pytest.raises(RefutedError, match=f"after {longest} steps the flow is near no"):
                flow.rest_of_flow(subject, grid, least)
        return
    monkeypatch.setattr(flow, name, other)
    with pytest.raises(RefutedError, match="after 16 steps the flow is near no grid at rest"):
        flow.rest_of_flow(subject, grid, quarter)


def test_a_layer_of_a_flow_half_way_between_codes() -> None:
    """Where a hinge is on and the next is not: against all weights as they stand; also of one with a negative weight."""
    subject = bundled("systolic-row-reduction")
    first, *others = subject.network.convolution
    weights = first.weights.copy()
    weights[0] *= -1
    turned = replace(subject.network, convolution=(replace(first, weights=weights), *others))
    subject = Subject(turned, subject.data)
    grid, under = runs.first_grids(subject, 1, 2)[3], precision.NOISE_SCALE
    around = runs.patches(subject, grid[None])
    off = np.where(around == subject.network.padding, 0, under // 2)
    expected = precision._noisy(subject.network.convolution, around, off)
    found = flow._layer(subject, grid.astype(object) * under + under // 2, under)
    assert found.reshape(-1).tolist() == expected.tolist()


def test_a_flow_that_leaves_every_bound_is_near_no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its numbers are not those of 64 bits."""
    subject = bundled("systolic-row-reduction")
    scale = int(subject.network.convolution[-1].scale)

    def far(_: Any, state: Any, under: int) -> Any:
        return np.full(state.shape, 2**80 * under * scale, dtype=object)

    monkeypatch.setattr(flow, "_layer", far)
    with pytest.raises(RefutedError, match="near no grid at rest"):
        flow.rest_of_flow(subject, runs.first_grids(subject, 1, 1)[0], Fraction(1, 4))


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
