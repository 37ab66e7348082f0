"""What ``rcnn search`` says of what it found."""

from __future__ import annotations

from decimal import ROUND_CEILING
from fractions import Fraction

from construction.cli.report import counted
from construction.search.corollary2 import Experiment, Repeated
from construction.search.found import NONE_HELD_BACK
from construction.search.interval import bound
from construction.search.outcome import Outcome


def show(outcome: Outcome) -> None:
    """Print what was found, with its machines."""
    print(
        f"{outcome.task}: {counted(outcome.states, 'state')}, {counted(outcome.symbols, 'symbol')}, {outcome.method}"
    )
    value = outcome.probability
    if isinstance(value, Fraction):
        least = "" if outcome.complete else "at least "
        print(f"a random table is right on the battery with probability {least}{_fraction(value)}")
        if not outcome.complete:
            most = value + Fraction(outcome.masses["unresolved"])
            print(f"and at most {bound(most, ROUND_CEILING)}, as some mass is unresolved")
        larger, open_there = (
            outcome.notes[f"{what}_on_larger"] for what in ("probability", "unresolved")
        )
        if larger is None:
            print(NONE_HELD_BACK.lower())
        else:
            least_there = "at least " if open_there else least
            print(f"and on larger sizes, which were held back: {least_there}{_fraction(larger)}")
        if open_there:
            print(
                f"(right on the battery, but unresolved on larger sizes: {float(open_there):.4g})"
            )
        for name, mass in outcome.masses.items():
            print(f"  {name:16}{float(mass):.9f}")
    elif value is not None and outcome.interval is not None:
        low, high = outcome.interval
        what = "runs" if outcome.method == "anneal" else "draws"
        right_there = outcome.notes["right_on_larger"]
        print(
            f"{outcome.masses['correct']:,} of {outcome.notes[what]:,} {what} are right on the battery"
            + (
                f"; {NONE_HELD_BACK.lower()}"
                if right_there is None
                else f", {right_there:,} of them on larger sizes, too"
            )
        )
        print(f"with 95 % confidence a probability of {low:.4g} to {high:.4g}")
        if outcome.method == "anneal":
            notes = outcome.notes
            hot, cold = notes["temperatures"]
            at = notes["found_at_temperatures"]
            where = f"; found at {at[-1]:.3g} to {at[0]:.3g}" if at else ""
            how = " of a three-way machine" if notes["three_way"] else ""
            how += ", with rising weights," if notes["rise"] else ""
            print(
                f"each run of {notes['changes_of_a_run']:,} changes{how} cools down from temperature {hot:g} to {cold:g}{where}"
            )
            print(f"{notes['changes']:,} changes tried, {notes['core_seconds']:.1f} s of one core")
            if not outcome.masses["correct"]:
                print(f"the least balanced error that was met: {notes['least_cost']:.3f}")
    if outcome.method == "anneal" and not outcome.complete:
        _show_interrupted(outcome)
    for found in outcome.found:
        same, compared = found.network
        print(
            f"\n{found.machine.name}: the network, trained by SGD, equals the machine on {same} of {compared} "
            f"test examples\n{found.yaml}",
            end="",
        )


def show_repeated(experiment: Experiment, result: Repeated) -> None:
    """Print how often restarts failed, next to what Corollary 2 states."""
    low, high = result.interval
    m, d = experiment.size
    for line in (
        f"{experiment.task.name}: {m} examples with {d} features, label noise {experiment.noise:g}",
        f"a random machine of {experiment.s} states and {experiment.g} symbols is right with probability "
        f"{experiment.probability:.4g} (exact), so R = {experiment.draws:,} restarts and M = "
        f"{experiment.examples:,} validation examples for epsilon {experiment.epsilon:g}, delta {experiment.delta:g}",
        f"{result.failures} of {result.repetitions} repetitions failed: with 95 % confidence a probability of "
        f"{low:.3f} to {high:.3f}; at most {experiment.delta:g} is stated",
        f"networks, trained by SGD: equal to the chosen machines on {result.equal} of {result.compared} outputs",
    ):
        print(line)


def _show_interrupted(outcome: Outcome) -> None:
    """What an interruption has cut short."""
    notes = outcome.notes
    print(f"interrupted: {counted(notes['runs'], 'run')} had ended", end="")
    if notes["interrupted_runs"]:
        print(
            f", and {notes['interrupted_runs']} had begun and had met a least balanced error of "
            f"{notes['interrupted_least_cost']:.3f}; they count for nothing else, and with --resume they are done again"
        )
    else:
        print()
    if notes["runs"]:
        print("(runs that find a machine end sooner, so their share is too high here)")


def _fraction(value: Fraction) -> str:
    return f"{value} = {float(value):.4g}" if value.denominator > 1 else str(value)
