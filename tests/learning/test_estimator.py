"""The scikit-learn classifier: what it learns, and what it says about data."""

from __future__ import annotations

import pickle
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.extras import optional

optional("sklearn")
optional("pandas")

from pandas import DataFrame  # noqa: E402
from sklearn.base import clone  # noqa: E402
from sklearn.datasets import make_blobs  # noqa: E402
from sklearn.exceptions import NotFittedError  # noqa: E402
from sklearn.feature_selection import VarianceThreshold  # noqa: E402
from sklearn.model_selection import GridSearchCV, cross_val_score  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402
from sklearn.utils import get_tags, shuffle  # noqa: E402

from construction.learning.estimator import InconsistentDataWarning, RCNNClassifier  # noqa: E402
from construction.learning.row_reduction import row_reduction  # noqa: E402
from construction.programs.catalogue import PROGRAMS, load_program  # noqa: E402
from construction.programs.program import Program  # noqa: E402
from tests.learning.test_checks_of_scikit_learn import ignore_inconsistent  # noqa: E402


def test_data_frames_keep_their_column_names() -> None:
    frame = DataFrame({"left": [0, 0, 1, 1], "right": [0, 1, 0, 1]})
    model = RCNNClassifier().fit(frame, [0, 1, 1, 0])
    assert model.feature_names_in_.tolist() == ["left", "right"]
    assert model.predict(frame).tolist() == [0, 1, 1, 0]
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict(frame.rename(columns={"left": "up"}))


def test_the_tags_of_the_data_are_true() -> None:
    tags = get_tags(RCNNClassifier())
    assert tags.input_tags.two_d_array
    assert not tags.classifier_tags.multi_class
    with pytest.raises(ValueError, match="Only binary classification is supported"):
        RCNNClassifier().fit([[0], [1], [1]], [0, 1, 2])


@ignore_inconsistent
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("program", PROGRAMS)
def test_the_tag_of_the_score_is_true(program: str, intercept: bool) -> None:
    """The data and the score are those of scikit-learn's check_classifiers_train."""
    features, labels = shuffle(*make_blobs(n_samples=300, random_state=0), random_state=7)
    features = StandardScaler().fit_transform(features)[labels != 2]
    labels = labels[labels != 2]
    model = RCNNClassifier(program, fit_intercept=intercept).fit(features, labels)
    reasonable = model.score(features, labels) > 0.83
    assert get_tags(model).classifier_tags.poor_score == (not reasonable)
    assert not get_tags(RCNNClassifier()).classifier_tags.poor_score


def parity(rng: np.random.Generator, count: int, features: int) -> tuple[Any, Any]:
    """Bits and the parity of a random choice of them, the first among them."""
    bits = rng.integers(0, 2, size=(count, features))
    return bits, bits @ [1, *rng.integers(0, 2, size=features - 1)] % 2


@pytest.mark.parametrize("classes", [[0, 1], [-1, 1], ["no", "yes"], [False, True], [2.0, 7.0]])
def test_a_parity_of_any_two_classes_is_learned(classes: list[Any]) -> None:
    rng = np.random.default_rng(3)
    bits, labels = parity(rng, 24, 5)
    names = np.array(classes)
    model = RCNNClassifier().fit(bits[:16], names[labels[:16]])
    assert model.consistent_
    assert model.classes_.tolist() == classes
    assert model.predict(bits[16:]).tolist() == names[labels[16:]].tolist()
    assert model.decision_function(bits[16:]).tolist() == (2 * labels[16:] - 1).tolist()
    assert model.memory_.shape == (17, 7)
    assert np.abs(model.memory_).tolist() == np.ones((17, 7)).tolist()


def test_products_of_signs_are_parities() -> None:
    """The paper's convention: -1 is bit 1, of features and of labels."""
    signs = 1 - 2 * np.random.default_rng(5).integers(0, 2, size=(20, 4))
    labels = signs[:, 0] * signs[:, 3]
    model = RCNNClassifier(binarize=None, fit_intercept=False).fit(signs[:14], labels[:14])
    assert model.consistent_
    assert model.feature_values_.tolist() == [1, -1]
    assert model.predict(signs[14:]).tolist() == labels[14:].tolist()


def test_the_network_is_row_reduction() -> None:
    rng = np.random.default_rng(11)
    for _ in range(5):
        bits = rng.integers(0, 2, size=(6, 4))
        labels = rng.integers(0, 2, size=6)
        labels[:2] = 0, 1
        expected = row_reduction(bits.astype(np.uint8), labels.astype(np.uint8))
        model = RCNNClassifier(fit_intercept=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", InconsistentDataWarning)
            model.fit(bits, labels)
        assert model.consistent_ == expected.consistent
        tests = rng.integers(0, 2, size=(10, 4))
        assert model.predict(tests).tolist() == expected(tests.astype(np.uint8)).tolist()


def test_inconsistent_data_warns() -> None:
    bits = [[0, 1], [0, 1], [1, 0]]
    model = RCNNClassifier()
    with pytest.warns(InconsistentDataWarning, match="contradicts 1 of the 3 labels"):
        model.fit(bits, [0, 1, 0])
    assert not model.consistent_
    model.fit(bits, [0, 0, 1])
    assert model.consistent_


def test_it_works_in_pipelines_searches_and_cross_validation() -> None:
    bits, labels = parity(np.random.default_rng(1), 30, 4)
    pipeline = make_pipeline(VarianceThreshold(), StandardScaler(), RCNNClassifier())
    assert cross_val_score(pipeline, bits, labels, cv=3).tolist() == [1, 1, 1]
    search = GridSearchCV(RCNNClassifier(), {"binarize": [0.5, 2.0]}, cv=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InconsistentDataWarning)
        search.fit(bits, labels)
    assert search.best_params_ == {"binarize": 0.5}


def test_clones_and_pickles() -> None:
    bits, labels = parity(np.random.default_rng(2), 12, 3)
    model = RCNNClassifier(binarize=0.5, fit_intercept=False).fit(bits, labels)
    assert clone(model).get_params() == model.get_params()
    with pytest.raises(NotFittedError):
        clone(model).predict(bits)
    again = pickle.loads(pickle.dumps(model))
    assert again.predict(bits).tolist() == model.predict(bits).tolist()


@pytest.mark.parametrize(
    ("parameters", "features", "labels", "message"),
    [
        ({"program": "nothing"}, [[0], [1]], [0, 1], "there is no program 'nothing'"),
        ({"executor": "nothing"}, [[0], [1]], [0, 1], "unknown executor 'nothing'"),
        ({"program": ["majority"]}, [[0], [1]], [0, 1], "program is .'majority'.; it should be"),
        ({"executor": None}, [[0], [1]], [0, 1], "executor is None; it should be a name"),
        ({"binarize": "high"}, [[0], [1]], [0, 1], "binarize is 'high'"),
        ({"binarize": np.nan}, [[0], [1]], [0, 1], "binarize is nan; it should be a number"),
        ({}, [[0], [1]], [1, 1], "two classes; there is 1 class"),
        ({"binarize": None}, [[0], [2]], [0, 1], "row 1, column 0 of X is 2"),
        ({"binarize": None}, [[-1], [0]], [0, 1], "every feature should be 1 or -1"),
    ],
)
def test_what_cannot_be_used_is_a_value_error(
    parameters: dict[str, Any], features: Any, labels: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        RCNNClassifier(**parameters).fit(features, labels)


def test_a_fit_that_failed_leaves_nothing_to_predict_with() -> None:
    model = RCNNClassifier()
    with pytest.raises(ValueError, match="there is 1 class"):
        model.fit([[0], [1]], [1, 1])
    with pytest.raises(NotFittedError):
        model.predict([[0]])


ONLINE = "online-row-reduction"


@pytest.mark.parametrize(
    ("changed", "value"),
    [("program", "online-conjunction"), ("binarize", None), ("fit_intercept", False)],
)
def test_a_memory_is_not_read_as_something_else(changed: str, value: Any) -> None:
    bits, labels = [[0, 1], [1, 0]], [0, 1]
    model = RCNNClassifier(ONLINE).fit(bits, labels).set_params(**{changed: value})
    for use in (model.predict, partial(model.partial_fit, y=labels)):
        with pytest.raises(ValueError, match=f"trained with {changed}="):
            use(bits)
    model.fit(bits, labels)
    model.set_params(executor="reference")
    assert model.predict(bits).tolist() == labels


def test_only_online_learners_have_partial_fit() -> None:
    assert hasattr(RCNNClassifier(ONLINE), "partial_fit")
    assert not hasattr(RCNNClassifier(), "partial_fit")


def test_a_stream_in_pieces_is_the_stream() -> None:
    bits, labels = parity(np.random.default_rng(4), 40, 5)
    whole = RCNNClassifier(ONLINE).fit(bits, labels)
    pieces = RCNNClassifier(ONLINE)
    for start in range(0, 40, 7):
        end = start + 7
        pieces.partial_fit(bits[start:end], labels[start:end], classes=[0, 1])
        assert pieces.consistent_
    assert pieces.memory_.tolist() == whole.memory_.tolist()
    assert pieces.memory_.shape == (7, 7)
    assert whole.predict(bits).tolist() == labels.tolist()


def test_the_online_learner_says_when_it_does_not_know() -> None:
    model = RCNNClassifier(ONLINE, fit_intercept=False)
    model.partial_fit([[1, 0, 0], [0, 1, 0]], [1, 1], classes=[0, 1])
    tests = [[1, 0, 0], [1, 1, 0], [0, 0, 1]]
    assert model.decision_function(tests).tolist() == [1, -1, 0]
    assert model.predict(tests).tolist() == [1, 0, 0]
    with pytest.warns(InconsistentDataWarning, match="contradicts 1 of the 1 labels"):
        model.partial_fit([[1, 1, 0]], [1])
    assert not model.consistent_
    model.partial_fit([[1, 1, 0]], [0])
    assert not model.consistent_  # it speaks of all calls


@pytest.mark.parametrize(
    ("labels", "classes", "message"),
    [
        ([0, 1], None, "classes must be passed"),
        ([0, 1], [0, 1, 2], "there are 3 classes"),
        ([0, 2], [0, 1], "label np.int64.2. is none of the classes"),
    ],
)
def test_partial_fit_says_what_is_wrong(labels: Any, classes: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RCNNClassifier(ONLINE).partial_fit([[0], [1]], labels, classes=classes)


def test_the_classes_of_partial_fit_stay() -> None:
    model = RCNNClassifier(ONLINE).partial_fit([[0], [1]], [0, 1], classes=[0, 1])
    with pytest.raises(ValueError, match="in earlier calls they were"):
        model.partial_fit([[0], [1]], [0, 2], classes=[0, 2])


MACHINE = str(Path(__file__).parents[2] / "examples" / "machines" / "unanimous.yaml")


@ignore_inconsistent
@pytest.mark.parametrize("program", [MACHINE, load_program("majority")])
def test_a_machine_in_a_file_or_a_program_is_a_classifier(program: str | Program) -> None:
    bits = np.array([[0, 0], [1, 0], [1, 1]])
    model = RCNNClassifier(program).fit(bits, [0, 1, 1])
    assert set(model.predict(bits)) <= {0, 1}
    assert str(clone(model).program) == str(program)


def test_a_program_that_is_none_is_refused() -> None:
    wrong: list[tuple[Any, str]] = [("B3/S23", "it reads no data set"), (3, "should be a name")]
    for program, words in wrong:
        with pytest.raises(ValueError, match=words):
            RCNNClassifier(program).fit([[0], [1]], [0, 1])


def test_abstention_is_seen_in_the_probabilities() -> None:
    model = RCNNClassifier(ONLINE, fit_intercept=False, binarize=0.5)
    model.fit([[1, 0, 0], [1, 1, 0]], [1, 0])
    found = model.predict_proba([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    assert found.tolist() == [[0, 1], [0, 1], [0.5, 0.5]]
    assert model.decision_function([[0, 0, 1]]).tolist() == [0]


def test_two_fractions_are_classes() -> None:
    model = RCNNClassifier().fit([[0], [1], [1]], [0.5, 1.5, 1.5])
    assert model.predict([[0], [1]]).tolist() == [0.5, 1.5]
    with pytest.raises(ValueError, match="The type of the target is continuous"):
        RCNNClassifier().fit([[0], [1], [1]], [0.5, 1.5, 2.5])


@pytest.mark.parametrize(
    ("features", "labels"), [([[0, 1]], [1]), ([[0], [1]], [0, 1, 1]), ([[2.0], [np.nan]], [0, 1])]
)
def test_a_failed_refit_leaves_the_estimator_as_it_was(features: Any, labels: Any) -> None:
    model = RCNNClassifier().fit([[0, 0], [1, 1], [0, 1]], ["a", "b", "a"])
    before = {name: np.copy(value) for name, value in vars(model).items() if name[-1] == "_"}
    with pytest.raises(ValueError):  # noqa: PT011
        model.fit(features, labels)
    assert {name for name in vars(model) if name[-1] == "_"} == set(before)
    for name, value in before.items():
        assert np.array_equal(getattr(model, name), value)
    assert model.predict([[0, 0], [1, 1]]).tolist() == ["a", "b"]


@ignore_inconsistent
def test_a_memory_of_keys_goes_on_with_the_rows_that_it_has() -> None:
    """Those of the first call, with room for one key more; values are overwritten."""
    keys = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    model = RCNNClassifier("online-associative-memory")
    model.partial_fit(keys[:2], [0, 1], classes=[0, 1]).partial_fit(keys, [1, 1, 0, 0])
    assert len(model.memory_) == 3
    assert model.decision_function(keys).tolist() == [1, 1, -1, 0]
