"""Tag systems: Post's machines on words, and the restricted form that a universal machine runs.

In a step a tag system looks at the first letter of a word, deletes the first two letters, and appends
the first letter's production. It halts when the first letter is the halting letter, or when fewer
than two letters are left. Tag systems compute everything that Turing machines compute (Cocke and
Minsky, 1964).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from construction.errors import MachineError

Word = tuple[str, ...]

PAIR: Final = "-"  #: the letter that the restricted form adds


@dataclass(frozen=True)
class TagSystem:
    """Productions by letter, and the halting letter, which has none.

    Raises :class:`~construction.errors.MachineError` when a production uses a letter without one.
    """

    productions: Mapping[str, Word]
    halt: str

    def __post_init__(self) -> None:
        own = {letter: tuple(word) for letter, word in self.productions.items()}
        object.__setattr__(self, "productions", MappingProxyType(own))
        if self.halt in own:
            raise MachineError(
                f"the halting letter {self.halt!r} has a production; it should have none"
            )
        for letter, word in own.items():
            self.check(word, f"the production of {letter!r}")

    def check(self, word: Sequence[str], what: str) -> None:
        """Raise :class:`~construction.errors.MachineError` unless the word has only known letters."""
        known = (*self.productions, self.halt)
        for letter in word:
            if letter not in known:
                raise MachineError(
                    f"{what} has the letter {letter!r}; it should be one of "
                    f"{', '.join(map(repr, known))}"
                )

    def words(self, word: Sequence[str]) -> Iterator[Word]:
        """The word, and every word after it; ends with the one that the system halts on."""
        self.check(word, "the word")
        now = tuple(word)
        yield now
        while len(now) >= 2 and now[0] != self.halt:
            now = now[2:] + self.productions[now[0]]
            yield now


def restricted(system: TagSystem) -> TagSystem:
    """The same system in the form that :mod:`construction.machines.universal` takes.

    There the last letter's production is that letter twice, and every other production begins with
    that letter twice and goes on. So each production here is preceded by a pair of a new letter, which
    only stands in the way. Two of them at the front go to the end as they are. When a letter is
    deleted with the first of a pair, the pair is *open*: the second is deleted with the next letter,
    the one that the letter would have been deleted with.

    While no pair is open, the words without the new letter are the words of ``system``, each some
    number of times, as long as ``system`` does not halt for want of letters.
    """
    pair = (PAIR, PAIR)
    productions = {letter: (*pair, *(word or pair)) for letter, word in system.productions.items()}
    return TagSystem({**productions, PAIR: pair}, system.halt)


def without_pairs(word: Word) -> Word:
    """A word of the restricted form without the letter that was added."""
    return tuple(letter for letter in word if letter != PAIR)
