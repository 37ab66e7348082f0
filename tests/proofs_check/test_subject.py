"""A network with its certificate: what fits together; statements and the rows of the table."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from construction.programs.catalogue import PROGRAMS
from proofs_check.patterns.given import MEMORISING, PREDICTING
from proofs_check.patterns.linear import Linear, variable
from proofs_check.statement import NOT_CLAIMED, Found, Row, Statement, Template, check
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.proofs_check.subjects import bundled, changed
from tests.proofs_check.test_toy import subject as toy

MACHINE = "row-reduction-machine"
M, D, N, A, B = (variable(name) for name in "mdnab")


def with_claims(whole: Subject, **changes: Any) -> Subject:
    data: dict[str, Any] = {**whole.data, "claims": {**whole.data["claims"], **changes}}
    return Subject(whole.network, data)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_bundled_certificates_fit(name: str) -> None:
    whole = Subject(bundled(name).network, bundled(name).data)
    assert whole.certificate.program == name
    assert set(whole.names_of_scenes) == set(whole.certificate.scenes)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"program": "another"}, "is about 'another'; it should be about 'first-label'"),
        ({"program": "second-label"}, "is about 'second-label'; it should be about 'first-label'"),
        ({"claims": None}, "has scenes or a machine, but claims nothing"),
        ({"claims": None, "scenes": {}, "machine": {"start": 1}}, "scenes or a machine, but cl"),
        ({"scenes": {"starting": {}}}, "there is no scene 'starting'; it should be one of"),
        ({"scenes": {"predicting": {}}}, "lacks 'variables'"),
    ],
)
def test_what_does_not_fit_together(changes: dict[str, Any], reason: str) -> None:
    whole = toy()
    with pytest.raises(RefutedError, match=reason):
        _ = Subject(whole.network, {**whole.data, **changes}).certificate


def test_codes_are_those_of_the_network() -> None:
    whole = toy()
    data: Any = deepcopy(whole.data)
    data["codes"].append({"code": 99, "kind": "nothing"})
    with pytest.raises(RefutedError, match="the certificate's codes are not those of the network"):
        _ = Subject(whole.network, data).certificate
    data = {**whole.data, "padding": whole.network.highest}
    with pytest.raises(RefutedError, match="the certificate's codes are not those of the network"):
        _ = Subject(whole.network, data).certificate


def test_without_claims() -> None:
    whole = toy()
    silent = Subject(whole.network, {**whole.data, "claims": None, "scenes": {}})
    assert silent.certificate.claims is None
    with pytest.raises(RefutedError, match="the certificate claims nothing"):
        _ = silent.claims
    with pytest.raises(RefutedError, match="the certificate has no machine"):
        _ = silent.machine
    with pytest.raises(RefutedError, match="has no scene 'predicting'"):
        silent.scene("predicting")
    assert not silent.complete
    assert silent.names_of_scenes == ()
    assert silent.states is None


@pytest.mark.parametrize(
    ("depth", "reason"),
    [
        ({"m": 1, "1": 2}, ""),
        ({"m": 1, "1": 0}, "is not at least 1"),
        ({"1": 1}, ""),
        ({"m": -1, "d": 1, "1": 2}, "is not at least 1"),
        ({"m": 1, "d": -1, "1": 2}, "is not at least 1"),
        ({"d": 2, "1": -1}, ""),
        ({"d": 1, "1": -1}, "is not at least 1"),
        ({"1": 1, "m d": 1}, "depends on m d, and the grid is no line"),
        ({"1": 1, "t": 1}, "count each of a machine's steps once"),
    ],
)
def test_depths(depth: dict[str, int], reason: str) -> None:
    whole = with_claims(toy(), depth=depth)
    if not reason:
        assert whole.depth == Linear.of(depth)
        assert whole.settled == Linear((), 1)
        assert whole.layers(2, 3) == 2 * depth.get("m", 0) + 3 * depth.get("d", 0) + depth["1"]
        return
    with pytest.raises(RefutedError, match=reason):
        _ = whole.depth


def test_what_is_computed_on_a_line_needs_a_line() -> None:
    with pytest.raises(RefutedError, match="'row reduction on a line', but its grid is no line"):
        _ = with_claims(toy(), computes="row reduction on a line").claims


def test_depths_on_a_line() -> None:
    whole = bundled("line-row-reduction")

    def deep(**depth: int) -> Subject:
        form = {key.replace("one", "1").replace("area", "m d"): c for key, c in depth.items()}
        return with_claims(whole, depth=form)

    assert deep(area=2, m=1, d=1, one=2).layers(2, 3) == 2 * 6 + 5 + 2
    assert deep(d=1, one=2).settled == D + 2
    assert deep(d=2, one=1).settled == D + 2
    for form in ({"area": -1, "d": 9, "one": 9}, {"d": 1, "one": 0, "area": -1}):
        with pytest.raises(RefutedError, match="depends on m d"):
            _ = deep(**form).depth
    for form in ({"d": 1, "one": 1}, {"d": 1, "one": 1, "area": 5}, {"one": 9}, {"m": 9, "d": 1}):
        with pytest.raises(RefutedError, match=r"is not d . 2 or more for all sizes"):
            _ = deep(**form).settled


def test_an_online_learner_has_no_number_of_examples() -> None:
    whole = bundled("online-conjunction")
    with pytest.raises(RefutedError, match="depends on the number of examples"):
        _ = with_claims(whole, depth={"m": 1, "d": 1, "1": 1}).depth
    assert whole.online
    assert not toy().online
    memory = bundled("online-associative-memory")  # it has rows for any number of keys
    assert memory.depth == M + D + 1


def test_a_machine_and_its_steps() -> None:
    whole = bundled(MACHINE)
    assert whole.has_machine
    assert whole.states == len(whole.machine.states)
    steps = whole.steps(2, 1)
    assert whole.layers(2, 1) == whole.depth.at({"m": 2, "d": 1}) + steps
    assert whole.claims.depth == whole.depth + variable("t")
    for times in (0, 2, -1):
        other = with_claims(whole, depth={"m": 1, "d": 1, "1": 2, "t": times})
        with pytest.raises(RefutedError, match="count each of a machine's steps once"):
            _ = other.depth
    for other in (with_claims(whole, steps=[[1, 1, 9]]), with_claims(whole, steps=None)):
        with pytest.raises(RefutedError, match="claims no number of steps for m = 2, d = 1"):
            other.layers(2, 1)
    until, (shown,) = whole.ends("predicting")
    assert until == whole.depth - N - 1
    assert shown.where == (N - whole.depth,)
    assert shown.after
    assert whole.ends("memorising") == (None, ())
    assert toy().ends("predicting") == (None, ())


def test_entries_that_are_looked_at_without_a_check() -> None:
    whole = toy()
    assert whole.entry("claims", "dummy") == "last"
    assert whole.entry("claims", "dummy", "more") is None
    assert whole.entry("nothing", "dummy") is None
    assert whole.has_scene("predicting")
    assert not whole.has_scene("streaming")
    assert whole.complete
    assert whole.names_of_scenes == ("memorising", "predicting")
    assert bundled("online-conjunction").names_of_scenes == ("starting", "streaming")
    assert bundled("online-conjunction").complete
    line = bundled("line-row-reduction")
    assert line.complete
    assert line.of_predictions == ("unmasking", "reducing")
    for scene in line.of_predictions:
        part = changed("line-row-reduction", f"scenes/{scene}")
        assert not part.complete
        assert part.of_predictions == ()
    assert changed("line-row-reduction", "claims/computes", "majority").of_predictions == ()
    assert whole.of_predictions == ("predicting",)
    none: Any = [1]
    assert not Subject(whole.network, none).has_machine
    assert not Subject(whole.network, {"scenes": ["predicting"]}).has_scene("predicting")
    assert Subject(whole.network, {"claims": {"computes": 3}}).computes is None
    assert whole.given("predicting") == PREDICTING
    assert whole.given("memorising") == MEMORISING
    assert bundled("line-row-reduction").given("memorising").line


def test_the_marks_of_a_pattern() -> None:
    whole = toy()
    row, never = variable("i"), Linear((), -1)
    memory, first = D - B + 1, N * -1
    assert whole.marks("predicting") == (never, never, never, memory, first)
    assert whole.marks("memorising") == (never, row - A - 1, A - row - 1, memory, first)
    line = bundled("line-row-reduction")
    assert line.marks("memorising")[0] == N + 1 - (D + 2)
    assert line.marks("unmasking") == ()


def statement(check_of: Any, *, claimed: bool = True) -> Statement:
    return Statement("id", "text", "symbolic", check_of, "program", claimed)


def test_rows_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuted() -> Found:
        raise RefutedError("because")

    clock = iter([10.0, 12.0005, 20.0, 20.0, 30.0, 31.0, 40.0, 41.0])
    monkeypatch.setattr("time.perf_counter", lambda: next(clock))
    found = Found("all", {"c": "1"})
    holds = check(statement(lambda: found))
    assert holds == Row(holds.statement, True, "all", {"c": "1"}, "", 12.0005 - 10.0)
    fails = check(statement(refuted))
    assert (fails.holds, fails.covered, fails.counterexample) == (
        False,
        "until it failed",
        "because",
    )
    silent = check(statement(lambda: Found(NOT_CLAIMED), claimed=False))
    assert silent == Row(silent.statement, None, NOT_CLAIMED, {}, "", 1.0)
    assert check(statement(refuted, claimed=False)).holds is False
    assert holds.as_json() == {
        "id": "id",
        "program": "program",
        "statement": "text",
        "method": "symbolic",
        "claimed": True,
        "covered": "all",
        "constants": {"c": "1"},
        "holds": True,
        "counterexample": "",
        "seconds": 2.001,
    }


def test_a_template_makes_statements() -> None:
    whole = toy()
    found = Found("all")

    def about(applies: Any, text: Any = "text", method: Any = "symbolic") -> list[Statement]:
        return list(Template("id", text, method, lambda _: found, lambda _: applies).about(whole))

    assert about(False) == []
    (plain,) = about(True)
    assert (plain.id, plain.text, plain.method, plain.program) == (
        "id",
        "text",
        "symbolic",
        "first-label",
    )
    assert plain.claimed
    assert plain.check() is found
    (silent,) = about(NOT_CLAIMED)
    assert not silent.claimed
    assert silent.check() == Found(NOT_CLAIMED)
    (asked,) = about(True, lambda each: each.network.name, lambda each: "finite, exact")
    assert (asked.text, asked.method) == ("first-label", "finite, exact")
