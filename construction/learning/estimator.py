"""A scikit-learn classifier that is a network trained by SGD.

>>> from construction import RCNNClassifier
>>> X = [[0, 0, 1], [0, 1, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1]]
>>> y = ["even" if row[0] == row[2] else "odd" for row in X]
>>> model = RCNNClassifier().fit(X, y)
>>> model.consistent_
True
>>> model.predict([[0, 0, 0], [0, 1, 1]]).tolist()
['even', 'odd']
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from construction.arrays import Bits, signs
from construction.compiling.compiler import compile_rule
from construction.errors import ConstructionError
from construction.executors.catalogue import load_executor
from construction.executors.executor import Executor
from construction.extras import missing_extra
from construction.learning.prediction import predict
from construction.learning.training import Training
from construction.programs.catalogue import ANY_ROWS, DEFAULT_PROGRAM, ONLINE_PROGRAMS
from construction.programs.program import Program
from construction.sources.names import learner
from construction.training.memory import Memory

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils.metaestimators import available_if
    from sklearn.utils.multiclass import type_of_target
    from sklearn.utils.validation import check_is_fitted, validate_data
except ModuleNotFoundError as error:
    if error.name != "sklearn":
        raise
    raise missing_extra("scikit-learn", "sklearn") from None


#: The programs that fit a parity.
ROW_REDUCTION_PROGRAMS = (
    "systolic-row-reduction",
    "row-reduction-machine",
    "line-row-reduction",
    "online-row-reduction",
    "triangular-row-reduction",
)


class InconsistentDataWarning(UserWarning):
    """The trained network contradicts labels that it was trained on."""


def _is_online(estimator: RCNNClassifier) -> bool:
    program = estimator.program
    return program.online if isinstance(program, Program) else program in ONLINE_PROGRAMS


class RCNNClassifier(ClassifierMixin, BaseEstimator):
    """A program's network as a binary classifier: trained by SGD, one example a step.

    Features become bits, and so do labels: of the classes -1 and 1, -1 is bit 1, so that a product
    of signs is a parity; of any other two classes the second in sorted order is bit 1.

    Parameters
    ----------
    program : str or Program, default="systolic-row-reduction"
        The name of a bundled program, the path of a machine in a YAML file, or a
        :class:`~construction.programs.program.Program`. An online learner has ``partial_fit`` as well.
    binarize : float or None, default=0.0
        A feature above this threshold is bit 1, any other bit 0. With None, all features must be
        two-valued already: 0 and 1, or -1 and 1, where -1 is bit 1.
    fit_intercept : bool, default=True
        Whether to append a constant feature, always bit 1. With it, a row-reduction program learns
        a parity and its complement alike, and it does not matter which values count as bit 1.
    executor : str, default="auto"
        How the network is run; the result is the same.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The two classes, sorted.
    n_features_in_ : int
        Number of features seen by ``fit``.
    feature_names_in_ : ndarray of shape (``n_features_in_``,)
        Their names, where all of them are strings.
    feature_values_ : ndarray of shape (2,)
        With ``binarize=None``: the values of bit 0 and bit 1.
    memory_ : ndarray of shape (n_rows, n_bits + 1)
        The trained weights ``W``, times 3: integers. ``n_rows`` is ``n_samples + 1``, but does not
        depend on ``n_samples`` for an online learner, but for the associative memory, whose rows are
        those of the first call; ``n_bits`` is ``n_features_in_``, and one more
        with the intercept.
    n_layers_ : int
        The depth of the network.
    consistent_ : bool
        Whether the trained network gives every example that it was trained on its label. After
        ``partial_fit``: whether after each call it gave that call's examples theirs.

    """

    def __init__(
        self,
        program: str | Program = DEFAULT_PROGRAM,
        *,
        binarize: float | None = 0.0,
        fit_intercept: bool = True,
        executor: str = "auto",
    ) -> None:
        self.program = program
        self.binarize = binarize
        self.fit_intercept = fit_intercept
        self.executor = executor

    def fit(self, X: Any, y: Any) -> RCNNClassifier:  # noqa: N803
        """Train the network on examples ``(n_samples, n_features)`` and labels ``(n_samples,)``.

        Warns with :class:`InconsistentDataWarning` when the trained network contradicts some of the
        labels. Raises ValueError when the data or a parameter cannot be used; the estimator is then as
        it was before.
        """
        with self._unchanged_on_failure():
            self._check_parameters()
            X, y = validate_data(self, X, y)  # noqa: N806
            kind = type_of_target(y, input_name="y", raise_unknown=True)
            # Fractions are classes, too, if there are two of them.
            if kind != "binary" and not (kind == "continuous" and len(np.unique(y)) == 2):
                raise ValueError(
                    f"Only binary classification is supported. The type of the target is {kind}."
                )
            self._start(X, np.unique(y))
            self._train(X, y, None)
        return self

    @available_if(_is_online)  # type: ignore[untyped-decorator]
    def partial_fit(self, X: Any, y: Any, classes: Any = None) -> RCNNClassifier:  # noqa: N803
        """Go on training an online learner; its memory does not grow.

        The first call needs the two ``classes``. ``binarize=None`` takes the features' values from
        the first call's examples. Warns as :meth:`fit` does, of this call's examples; earlier ones are
        not kept, so they cannot be asked again. Raises ValueError as :meth:`fit` does, and when a
        parameter that the memory depends on has changed; the estimator is then as it was before.
        """
        with self._unchanged_on_failure():
            self._check_parameters()
            first = not hasattr(self, "memory_")
            if not first:
                self._check_unchanged()
            X, y = validate_data(self, X, y, reset=first)  # noqa: N806
            if first and classes is None:
                raise ValueError("classes must be passed on the first call to partial_fit.")
            if first:
                self._start(X, np.unique(classes))
            elif classes is not None and not np.array_equal(np.unique(classes), self.classes_):
                raise ValueError(
                    f"classes are {classes!r}; in earlier calls they were {self.classes_}"
                )
            self._train(X, y, None if first else self.memory_)
        return self

    @contextmanager
    def _unchanged_on_failure(self) -> Iterator[None]:
        before = dict(vars(self))
        try:
            yield
        except BaseException:
            self.__dict__.clear()
            self.__dict__.update(before)
            raise

    def _check_parameters(self) -> None:
        threshold = self.binarize
        # NaN is the number that is not itself: no feature would be above it.
        if threshold is not None and not (isinstance(threshold, Real) and threshold == threshold):  # noqa: PLR0124
            raise ValueError(f"binarize is {threshold!r}; it should be a number or None")
        for name, kinds in (("program", (str, Program)), ("executor", str)):
            if not isinstance(getattr(self, name), kinds):
                raise ValueError(f"{name} is {getattr(self, name)!r}; it should be a name")
        try:
            self._program()
            self._executor()
        except ConstructionError as error:
            raise ValueError(str(error)) from None

    def _start(self, values: npt.NDArray[Any], classes: npt.NDArray[Any]) -> None:
        """What stays the same for all of training: the classes and the features' values."""
        if len(classes) != 2:
            raise ValueError(
                f"{type(self).__name__} needs two classes; there "
                + ("is 1 class" if len(classes) == 1 else f"are {len(classes)} classes")
            )
        self.classes_ = classes
        self.consistent_ = True
        self._trained_with = self._what_memory_depends_on()
        if self.binarize is None:
            self.feature_values_ = _feature_values(values)

    def _train(self, values: npt.NDArray[Any], y: npt.NDArray[Any], memory: Memory | None) -> None:
        strange = y[~np.isin(y, self.classes_)]
        if len(strange):
            raise ValueError(f"label {strange[0]!r} is none of the classes {self.classes_}")
        examples = signs(self._bits(values))
        labels = self._sign_of_second_class() * np.where(y == self.classes_[1], 1, -1)
        program = self._program()
        count, features = examples.shape
        executor = self._executor(program.work_columns(count, features))
        training = Training(program, executor, count, features, memory)
        training.learn(zip(examples, labels.tolist(), strict=True), count=count)
        self.memory_, self.n_layers_ = training.memory, training.layers
        wrong = int(np.sum(self._outputs(values) != labels))
        if wrong:
            self.consistent_ = False
            warnings.warn(
                f"the data is inconsistent: the trained network contradicts {wrong} of the "
                f"{len(labels)} labels that it was trained on",
                InconsistentDataWarning,
                stacklevel=3,
            )

    def decision_function(self, X: Any) -> npt.NDArray[np.float64]:  # noqa: N803
        """The network's verdicts ``(n_samples,)``: 1 for the second class, -1 for the first.

        0 where the network is undecided; :meth:`predict` then gives the first class.
        """
        check_is_fitted(self, "memory_")
        self._check_unchanged()
        X = validate_data(self, X, reset=False)  # noqa: N806
        return (self._sign_of_second_class() * self._outputs(X)).astype(np.float64)

    def predict(self, X: Any) -> npt.NDArray[Any]:  # noqa: N803
        """The class of each row of ``X``, ``(n_samples,)``."""
        decision = self.decision_function(X)
        return np.asarray(self.classes_[(decision > 0).astype(int)])

    def predict_proba(self, X: Any) -> npt.NDArray[np.float64]:  # noqa: N803
        """The network's certainty of each class, ``(n_samples, 2)``: 1 and 0, or 1/2 for both.

        A network does not weigh: a row that it knows has probability 1 for its class. Where it is
        undecided, as an online learner is about what its examples do not imply, both have 1/2.
        """
        second = (self.decision_function(X) + 1) / 2
        return np.column_stack([1 - second, second])

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn may expect.

        ``multi_class`` is False: a network's output has two labels. ``poor_score`` says whether a score
        of 0.83 on two of scikit-learn's blobs is missed: row reduction with the intercept reaches it,
        even where no parity explains the data, and so does the associative memory, on what it has stored; the
        other programs, which look for other things, and row reduction without the intercept do not. All other tags have their default values.
        """
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        fits = self.fit_intercept and self.program in ROW_REDUCTION_PROGRAMS
        tags.classifier_tags.poor_score = not (fits or self.program in ANY_ROWS)
        return tags

    def _outputs(self, values: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """The network's output for each row: 1, -1, or 0 where it is undecided."""
        rows, columns = self.memory_.shape
        executor = self._executor(self._program().work_columns(rows - 1, columns - 1))
        # Equal rows have equal outputs, so each is computed once.
        distinct, place = np.unique(self._bits(values), axis=0, return_inverse=True)
        predictions = predict(executor, self.memory_, signs(distinct), self.n_layers_)
        return np.where(predictions.undecided, 0, predictions.signs)[place.ravel()]

    def _program(self) -> Program:
        """The program; a machine in a file is read once, when the memory for it is begun."""
        if isinstance(self.program, Program):
            return self.program
        return _named(self.program)

    def _executor(self, work_columns: int = 1) -> Executor:
        return _executor(self._program(), self.executor, work_columns)

    def _what_memory_depends_on(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("program", "binarize", "fit_intercept")}

    def _check_unchanged(self) -> None:
        """Another program would read the memory as something else, and answer wrongly."""
        for name, now in self._what_memory_depends_on().items():
            before = self._trained_with[name]
            if now != before:
                raise ValueError(
                    f"{name} is {now!r}, but the memory was trained with {name}={before!r}; fit again"
                )

    def _bits(self, values: npt.NDArray[Any]) -> Bits:
        if self.binarize is not None:
            bits = values > self.binarize
        else:
            low, high = self.feature_values_
            strange = np.argwhere((values != low) & (values != high))
            if len(strange):
                row, column = strange[0]
                raise ValueError(
                    f"row {row}, column {column} of X is {values[row, column]}; with binarize=None every "
                    f"feature should be {low} or {high}"
                )
            bits = values == high
        if self.fit_intercept:
            bits = np.column_stack([bits, np.ones(len(bits), dtype=bool)])
        return bits.astype(np.uint8)

    def _sign_of_second_class(self) -> int:
        """The network's output for the second class; bit 1 is the sign -1."""
        numbers = np.issubdtype(self.classes_.dtype, np.number)
        return 1 if numbers and self.classes_.tolist() == [-1, 1] else -1


def _feature_values(values: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """The values of bit 0 and bit 1: 0 and 1, but 1 and -1 where there is a -1."""
    return np.array([1, -1] if (values == -1).any() else [0, 1])


@lru_cache(maxsize=8)
def _named(name: str) -> Program:
    return learner(name)


#: Executors by program, name and number of work columns: compiled once in each process, and not pickled with an estimator.
_EXECUTORS: dict[tuple[int, str, int], tuple[Program, Executor]] = {}
_MOST_EXECUTORS = 8


def _executor(program: Program, name: str, work_columns: int) -> Executor:
    key = id(program), name, work_columns
    if key not in _EXECUTORS:
        executor = load_executor(name, compile_rule(program.rule, work_columns=work_columns))
        while len(_EXECUTORS) >= _MOST_EXECUTORS:
            del _EXECUTORS[next(iter(_EXECUTORS))]
        # The program is kept as well, so that no other one gets its number.
        _EXECUTORS[key] = program, executor
    return _EXECUTORS[key][1]
