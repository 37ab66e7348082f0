"""scikit-learn's own checks of the classifier, of every program's."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

# scikit-learn's checks of array libraries need this before SciPy is imported.
os.environ.setdefault("SCIPY_ARRAY_API", "1")

from tests.extras import optional

optional("sklearn")
optional("pandas")

from sklearn.utils import estimator_checks  # noqa: E402

from construction.learning.estimator import RCNNClassifier  # noqa: E402
from construction.programs.catalogue import DEFAULT_PROGRAM, PROGRAMS  # noqa: E402

#: Why a check of scikit-learn's fails with ``binarize=None``, and which ones do.
NOT_TWO_VALUED = "its features are not two-valued, and binarize=None refuses such features"
FAILS_WITHOUT_THRESHOLD = dict.fromkeys(
    [
        "check_decision_proba_consistency",
        "check_array_api_input",
        "check_classifier_data_not_an_array",
        "check_classifiers_classes",
        "check_classifiers_train",
        "check_dict_unchanged",
        "check_dont_overwrite_parameters",
        "check_dtype_object",
        "check_estimators_dtypes",
        "check_estimators_fit_returns_self",
        "check_estimators_nan_inf",
        "check_estimators_overwrite_params",
        "check_estimators_pickle",
        "check_f_contiguous_array_estimator",
        "check_fit2d_1feature",
        "check_fit2d_predict1d",
        "check_fit_check_is_fitted",
        "check_fit_idempotent",
        "check_fit_score_takes_y",
        "check_methods_sample_order_invariance",
        "check_methods_subset_invariance",
        "check_n_features_in",
        "check_n_features_in_after_fitting",
        "check_pipeline_consistency",
        "check_positive_only_tag_during_fit",
        "check_readonly_memmap_input",
        "check_supervised_y_2d",
    ],
    NOT_TWO_VALUED,
)

Check = Callable[[Any], None]

ignore_inconsistent = pytest.mark.filterwarnings(
    "ignore::construction.learning.estimator.InconsistentDataWarning"
)


def name(value: Any) -> str:
    """The name of a check, with its arguments."""
    if isinstance(value, partial):
        return f"{name(value.func)}({', '.join(f'{k}={v}' for k, v in value.keywords.items())})"
    return str(getattr(value, "__name__", "estimator"))


@ignore_inconsistent
@pytest.mark.parametrize(
    ("estimator", "check"),
    list(estimator_checks.estimator_checks_generator(RCNNClassifier())),
    ids=name,
)
def test_scikit_learns_checks(estimator: RCNNClassifier, check: Check) -> None:
    run(check, estimator)


@ignore_inconsistent
@pytest.mark.parametrize(
    ("estimator", "check"),
    list(
        estimator_checks.estimator_checks_generator(
            RCNNClassifier(binarize=None),
            expected_failed_checks=FAILS_WITHOUT_THRESHOLD,
            mark="xfail",
            xfail_strict=True,
        )
    ),
    ids=name,
)
def test_scikit_learns_checks_without_a_threshold(estimator: RCNNClassifier, check: Check) -> None:
    run(check, estimator)


def run(check: Check, estimator: RCNNClassifier) -> None:
    """Run a check; one that skips itself has not been passed."""
    try:
        check(estimator)
    except pytest.skip.Exception as skipped:
        pytest.fail(f"the check was skipped: {skipped}")


@pytest.mark.slow
@ignore_inconsistent
@pytest.mark.parametrize("program", [name for name in PROGRAMS if name != DEFAULT_PROGRAM])
def test_scikit_learns_checks_of_every_program(program: str) -> None:
    for estimator, check in estimator_checks.estimator_checks_generator(RCNNClassifier(program)):
        run(check, estimator)
