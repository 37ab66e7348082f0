"""The rooms of the checker, and the quick tests that look at each, the quickest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from tests.mutants.draw import Mutant

ROOT: Final = Path(__file__).resolve().parents[2]
EQUIVALENT: Final = Path(__file__).with_name("equivalent.yaml")
TESTS: Final = "tests/proofs_check"
SUFFIXES: Final = (".py", ".yaml", ".json")
LONGEST: Final = 4  #: lines of a change that is exempted


@dataclass(frozen=True)
class Room:
    """A folder of the checker, without those inside of it, and tests as pytest names them."""

    folder: str
    tests: tuple[str, ...]

    def files(self) -> list[Path]:
        """Its files, from the project's root."""
        return sorted(path.relative_to(ROOT) for path in (ROOT / self.folder).glob("*.py"))


def _tests(*names: str) -> tuple[str, ...]:
    return tuple(f"{TESTS}/{name}" for name in names)


ROWS: Final = "test_statements.py::test_every_row_is_in_the_table"
CONSTRUCTION: Final = "test_statements.py::test_every_statement_about_the_construction_holds"

ROOMS: Final[Mapping[str, Room]] = {
    "patterns": Room(
        "proofs_check/patterns",
        _tests(
            "test_scene.py",
            "test_cases.py",
            "test_patterns.py",
            "test_recurrences.py",
            "test_coverage.py::test_systems_whose_answer_is_known",
            "test_regions.py",
            "test_boxes.py",
            "test_clock.py",
            "attacks/test_line.py::test_a_scene_that_begins_with_something_else_is_refuted",
            "attacks/test_claims.py::test_values_that_need_more_than_32_bits_are_refused",
            "attacks/test_claims.py::test_rows_of_many_columns_are_told_apart",
            "attacks/test_claims.py::test_many_stages_that_never_hold",
            "attacks/test_end_to_end.py::test_where_nothing_is_looked_at_nothing_is_proved",
            "test_outcomes.py::test_patterns_do_not_depend_on_how_many_points_are_held",
            "test_induction.py",
            "test_toy.py",
            "test_coverage.py::test_a_system_with_a_solution_is_never_called_unsolvable",
        ),
    ),
    "weights": Room(
        "proofs_check/weights",
        _tests(
            ROWS,
            "test_tables.py",
            "test_free_codes.py",
            "test_weights.py",
            "test_damaging.py",
            "test_gadgets.py",
            "test_representation.py::test_which_problems_are_drawn",
            "attacks/test_wrapping.py",
            f"{CONSTRUCTION}[Gadget: step]",
            f"{CONSTRUCTION}[Gadget: table]",
            f"{CONSTRUCTION}[Gadget: slope]",
            f"{CONSTRUCTION}[Gadget: gate]",
        ),
    ),
    "lemma1": Room(
        "proofs_check/lemma1",
        _tests(
            ROWS,
            "test_gradient.py",
            "test_small_sizes.py",
            "test_machine_steps.py",
            "test_recurrences.py",
            "test_machine_rows.py",
            "test_clock.py::test_the_turn_is_about_all_cells_of_its_layer",
            "test_learners_by_hand.py",
            "test_rows_above.py",
            "test_row_steps.py",
            "test_row_by_row.py",
            "test_learned_claims.py::test_who_learns_needs_a_machine_and_a_scene",
            "test_rising_bits.py::test_what_a_cell_does",
            "test_rising_bits.py::test_the_first_that_does_not_say_cancelled_is_kept",
            "test_rising_bits.py::test_the_answer_is_the_majority_and_comes_after_all_pairs",
            "test_rising_bits.py::test_a_recurrence_that_is_not_the_majoritys_is_refuted",
            "test_rising_bits.py::test_each_definition_is_compared",
            "test_rising_bits.py::test_all_labels_are_tried",
            "test_answers.py",
            "test_line.py",
            "attacks/test_line.py::test_a_marker_that_does_not_turn_round_is_refuted",
            "attacks/test_line.py::test_a_scene_that_begins_with_something_else_is_refuted",
            "attacks/test_does_nothing.py::test_a_recurrence_that_no_cell_holds",
            "test_toy.py",
        ),
    ),
    "online": Room(
        "proofs_check/online",
        _tests(
            ROWS,
            "test_gradient.py",
            "test_answers.py::test_which_rows_there_are",
            "test_online_ends.py",
            "test_online_stages.py",
            "test_online_meaning.py",
            "attacks/test_does_nothing.py::test_an_online_recurrence_that_no_cell_holds",
        ),
    ),
    "theorem1": Room(
        "proofs_check/theorem1",
        _tests(
            ROWS,
            "test_bits.py",
            "test_margin.py",
            "test_probability.py",
            "attacks/test_draws.py",
            "circuits/test_settings.py::test_more_weights_than_a_setting_has_are_refuted",
            "attacks/test_noise.py",
            "attacks/test_precision.py",
            "attacks/test_wrapping.py",
        ),
    ),
    "batches": Room(
        "proofs_check/batches",
        _tests(
            ROWS,
            f"{CONSTRUCTION}[Mini-batches, sums]",
            "test_batch_counts.py",
            "test_batches.py::test_parities_are_those_that_explain",
            "test_batches.py::test_a_batch_that_differs_from_single_steps_is_refuted",
            "test_batches.py::test_sums_that_are_said_to_be_different_are_refuted",
            "test_batches.py::test_any_sum_that_a_network_can_leave_is_told_by_the_sums_by_label",
            "test_batches.py::test_batches_of_a_network_that_stores_elsewhere_are_refuted",
            "test_batches.py::test_rows_about_a_recurrence_that_the_network_does_not_have_are_refuted",
        ),
    ),
    "optimality": Room(
        "proofs_check/optimality",
        _tests(
            ROWS,
            *(
                f"{CONSTRUCTION}[{name}]"
                for name in (
                    "Definition 2",
                    "Observation 1",
                    "Definition 3",
                    "Claim 1",
                    "Definition 4, Claim 2",
                    "Corollary 2, numbers",
                    "Corollary 2, functions",
                    "Section 5",
                )
            ),
            "optimality",
        ),
    ),
    "dynamics": Room(
        "proofs_check/dynamics",
        _tests(
            ROWS,
            *(
                f"{CONSTRUCTION}[Two layers, {name}]"
                for name in ("parity", "fewest units", "training", "learner")
            ),
            "dynamics",
        ),
    ),
    "circuits": Room("proofs_check/circuits", _tests(ROWS, "circuits")),
    "questions": Room(
        "proofs_check/questions",
        _tests(
            ROWS, "questions", f"{CONSTRUCTION}[Other losses]", f"{CONSTRUCTION}[Other optimisers]"
        ),
    ),
    "certificate": Room(
        "proofs_check",
        _tests(
            "test_plain_data.py",
            f"{CONSTRUCTION}[Lemma 1, U_s]",
            "test_subject.py",
            "test_outcomes.py",
            "test_reports.py",
            "test_scene.py",
            "test_learned_claims.py",
            "attacks/test_claims.py",
            "attacks/test_files.py::test_work_columns_are_claimed_by_machines_alone_that_compute_nothing_named",
        ),
    ),
}


@dataclass(frozen=True)
class Equivalent:
    """A mutant that refuses the same as the checker, and why: one change of some lines of a file.

    ``before`` and ``after`` are the changed lines, without indentation; ``before`` stands in the file once.
    """

    file: str
    before: str
    after: str
    why: str

    def holds(self, mutant: Mutant) -> bool:
        """Whether this is that mutant."""
        same = self.before, self.after
        return str(mutant.path) == self.file and (mutant.before, mutant.after) == same

    def lines(self) -> list[int]:
        """Where ``before`` begins in the file, counted from 1."""
        text = (ROOT / self.file).read_text(encoding="utf-8").splitlines()
        stripped = [line.strip() for line in text]
        return [
            first + 1
            for first in range(len(stripped))
            for last in range(first + 1, min(first + LONGEST, len(stripped)) + 1)
            if stripped[first] and " ".join(stripped[first:last]) == self.before
        ]


def sources() -> list[Path]:
    """What a mutant's fate depends on: both packages, the tests, but for the list of equivalent mutants."""
    folders = ("construction", "proofs_check", "tests")
    return [
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.[py]*")
        if path.suffix in SUFFIXES and path != EQUIVALENT
    ]


def equivalents() -> list[Equivalent]:
    """The list of equivalent mutants."""
    data: Any = yaml.safe_load(EQUIVALENT.read_text(encoding="utf-8"))
    return [Equivalent(**each) for each in data or ()]
