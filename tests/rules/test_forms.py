"""Linear forms: their arithmetic, and how they are written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from construction.rules.codes import Code, Kind
from construction.rules.forms import ONE, Form, a, b, d, m, n
from construction.rules.scenes import Scene, Stage, Variable

NAMES = ("m", "d", "a", "b")
FORMS = st.builds(Form, st.dictionaries(st.sampled_from((*NAMES, ONE)), st.integers(-4, 4)))
VALUES = st.fixed_dictionaries({name: st.integers(-9, 9) for name in NAMES})


@given(FORMS, FORMS, st.integers(-5, 5), VALUES)
def test_arithmetic(one: Form, other: Form, number: int, values: dict[str, int]) -> None:
    x, y = one.at(**values), other.at(**values)
    assert (one + other).at(**values) == x + y
    assert (one - other).at(**values) == x - y
    assert (one + number).at(**values) == (number + one).at(**values) == x + number
    assert (one - number).at(**values) == x - number
    assert (number - one).at(**values) == number - x
    assert (number * one).at(**values) == (one * number).at(**values) == number * x
    assert (-one).at(**values) == -x
    assert ((one >= other).at(**values) >= 0) == (x >= y)
    assert ((one <= number).at(**values) >= 0) == (x <= number)
    assert one - one == Form()


@given(FORMS, VALUES)
def test_the_indices_of_expressions_are_python(form: Form, values: dict[str, int]) -> None:
    assert eval(f"{form:*}", {}, values) == form.at(**values)


def test_in_words() -> None:
    assert str(2 * m + 3 * d + 2) == "2 m + 3 d + 2"
    assert str(1 - 2 * a - b) == "- 2 a - b + 1"
    assert str(Form()) == "0"
    assert f"{n - 2 * b:*}" == "n - 2*b"
    assert f"{n - 2 * b}" == "n - 2 b"


def test_a_scene_as_plain_data() -> None:
    held = Kind("held", {"sign": (-1, 1)})
    scene = Scene(
        (Variable("F", "a w", (0, 1), 2 * a, [([a <= 1], 0), ([], "F[a-1, w]")]),),
        (
            Stage(held, fields={"sign": "z[b]"}),
            Stage(Code("word", says="no"), [n >= m + 1], slope=1, name="last"),
            Stage("'held' if F[a, 1] else 'word'", fields={"sign": 1, "says": "'no'"}, name="both"),
        ),
    )
    assert scene.data == {
        "variables": {"F": {"index": ["a", "w"], "values": [0, 1]}},
        "definitions": [
            {"of": "F", "where": [{"a": -1, "1": 1}], "is": 0},
            {"of": "F", "where": [], "is": "F[a-1, w]"},
        ],
        "rank": {"F": {"a": 2}},
        "stages": [
            {"stage": "held", "where": [], "kind": "held", "fields": {"sign": "z[b]"}, "slope": 0},
            {
                "stage": "last",
                "where": [{"n": 1, "m": -1, "1": -1}],
                "kind": "word",
                "fields": {"says": "'no'"},
                "slope": 1,
            },
            {
                "stage": "both",
                "where": [],
                "kind": {"is": "'held' if F[a, 1] else 'word'"},
                "fields": {"sign": 1, "says": "'no'"},
                "slope": 0,
            },
        ],
    }
