"""A universal machine: one fixed table that runs any program given on its tape.

It is the machine UTM(4,6) of Yurii Rogozhin, *Small universal Turing machines*, Theoretical Computer
Science 168 (1996), section 8: four states, six symbols and 22 instructions. The program is a tag
system (:mod:`construction.machines.tag_system`), its code and a word on a tape of ``0``, the blank::

    <b P_n ... P_1 b 1..1 c 1..1 c ... c 1..1

The k-th letter is a run of ``N_k`` ones, ``N_1 = 1`` and ``N_{k+1} = N_k + 2 m_k`` for a production of
``m_k`` letters. ``P_k`` is ``b1b``, then runs of ones with ``bb`` between them: the letters of the
production but for its first two, from the last to the first, then ``N_n``, then ``N_n - N_k``. The
head starts on the first letter of the word, in state ``q1``.

A step of the tag system takes three stages: for each one of the first letter the head crosses out a
``b`` of the program, and so finds the letter's production; it copies the production to the end of
the word; it takes back the crossing out. The letters that were deleted become ones.

``>`` and ``<`` are the marked forms of ``b``, an arrow to the right and to the left in the paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from construction.errors import MachineError
from construction.machines.machine import Halt, Machine, Step, Transition
from construction.machines.one_tape import TapeConfiguration
from construction.machines.tag_system import TagSystem, Word

# For each symbol, what the states q1 to q4 do: symbol to write, move, next state.
_TABLE: Final = """
1   <L1   0R2   1R3   0R4
b   >R1   >L3   <R4   cL2
>   bL1   <R2   bR3   <R4
<   0R1   >L2   -     -
0   <L1   1L2   cR1   cL2
c   0R4   bR2   1R1   bR4
"""


def universal_machine() -> Machine:
    """The machine. It halts, without a verdict, in states q3 and q4 on ``<``."""
    transitions: dict[tuple[str, str], Transition] = {}
    for line in _TABLE.strip().splitlines():
        symbol, *entries = line.split()
        for number, entry in enumerate(entries, 1):
            transitions[f"q{number}", symbol] = (
                Halt(0)
                if entry == "-"
                else Step(entry[0], "E" if entry[1] == "R" else "W", f"q{entry[2]}")
            )
    return Machine(
        name="universal",
        states=("q1", "q2", "q3", "q4"),
        symbols=("0", "1", "b", ">", "<", "c"),
        start="q1",
        blank="0",
        transitions=transitions,
    )


@dataclass(frozen=True)
class TagTape:
    """How a tag system lies on the universal machine's tape.

    Raises :class:`~construction.errors.MachineError` unless the system is in the restricted form: see
    :func:`construction.machines.tag_system.restricted`.
    """

    system: TagSystem

    def __post_init__(self) -> None:
        *others, last = self.system.productions
        if self.system.productions[last] != (last, last):
            raise MachineError(
                f"the production of the last letter, {last!r}, is "
                f"{self.system.productions[last]}; it should be {(last, last)}"
            )
        for letter in others:
            word = self.system.productions[letter]
            if word[:2] != (last, last) or len(word) < 3:
                raise MachineError(
                    f"the production of {letter!r} is {word}; it should begin with {(last, last)} "
                    f"and go on"
                )

    @property
    def weights(self) -> dict[str, int]:
        """The number of ones that each letter is written as."""
        weight = 1
        result: dict[str, int] = {}
        for letter, word in self.system.productions.items():
            result[letter] = weight
            weight += 2 * len(word)
        return {**result, self.system.halt: weight}

    @property
    def program(self) -> str:
        """The cells that hold the tag system."""
        weights = self.weights
        *_, last = self.system.productions
        parts = []
        for letter, word in reversed(list(self.system.productions.items())):
            runs = [weights[each] for each in reversed(word[2:])]
            runs += [weights[last], weights[last] - weights[letter]]
            parts.append("b1b" + "bb".join("1" * run for run in runs))
        return f"<b{''.join(parts)}b"

    def data(self, word: Sequence[str]) -> str:
        """The cells that hold a word. The head starts on the first of them."""
        self.system.check(word, "the word")
        if len(word) < 2:
            raise MachineError(f"the word {tuple(word)} is too short; it should have two letters")
        return "c".join("1" * self.weights[letter] for letter in word)

    def decode(self, configuration: TapeConfiguration) -> Word | None:
        """The word on the tape, between two steps of the tag system; None in the middle of one."""
        cells = "".join(configuration.cells)
        head = configuration.position - configuration.first
        before, after = cells[:head], cells[head:].rstrip("0")
        if configuration.state != "q1" or before.rstrip("1") != self.program:
            return None
        letters = {weight: letter for letter, weight in self.weights.items()}
        runs = after.split("c")
        if set(after) - {"1", "c"} or not {len(run) for run in runs} <= letters.keys():
            return None
        return tuple(letters[len(run)] for run in runs)

    def result(self, configuration: TapeConfiguration) -> Word:
        """What is left of the word when the machine has halted.

        The halting letter and the letter after it have been deleted then, and one halting letter has
        been appended, which is left out here.
        """
        letters = {weight: letter for letter, weight in self.weights.items()}
        _, *runs, _ = "".join(configuration.cells).rstrip("0").split("c")
        return tuple(letters[len(run)] for run in runs)
