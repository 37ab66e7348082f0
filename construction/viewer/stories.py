"""What happens in each program's run, in words: a sentence for each kind of moment.

A moment is known by a role (:mod:`construction.viewer.meanings`) that some cell plays in it. The first
role of a story that is on the grid gives the sentence. The page adds what only the grid knows: which
column, which row.
"""

from __future__ import annotations

from typing import Final

Story = list[tuple[str, str]]

_UNMASKING: Final[Story] = [
    (
        "unmasking",
        "The masks come off. A west wave runs along each row from its label, and a north wave runs up each "
        "column from the test example: the second one has reached some cells, which show their bit next.",
    ),
    (
        "masked",
        "The masks come off. SGD stored label times example; a wave runs west along each row and multiplies "
        "every cell by the row's label, so that the label cancels.",
    ),
    (
        "held",
        "The labels are off. A wave runs up each column and takes off the test example's signs.",
    ),
]
_STORED: Final[Story] = [
    (
        "stored",
        "The memory layer: every column of W times the input's sign z there. As a sign, the bit 0 is + and the "
        "bit 1 is \N{MINUS SIGN}. So every cell is label times bit times the input's bit, and the data cannot be read yet. (Codes count "
        "thirds: ⅓ is the code 1.)",
    ),
    ("unwritten", "The memory is empty: no row has been written yet."),
]
_STORIES: Final[dict[str, Story]] = {
    "systolic-row-reduction": [
        ("answer", "All columns are done. The label cell of the test row holds the answer."),
        ("adding", "One wave runs through the grid for each column."),
        ("deciding", "One wave runs through the grid for each column."),
        ("pivot", "One wave runs through the grid for each column."),
        ("passing", "One wave runs through the grid for each column."),
        *_UNMASKING,
        ("bit", "The bits are in the clear. Row reduction starts in the top-left corner."),
        *_STORED,
    ],
    "line-row-reduction": [
        ("answer", "All rows have been sent. What the last separator holds is the answer."),
        (
            "sending",
            "A marker of half speed walks along the line and sends row after row east. In every row below, another "
            "marker meets each of its bits in the right cell: there the row is added.",
        ),
        (
            "unmasks",
            "The masks come off. The test example goes west along the line; in each row a marker meets its bits in "
            "the right cells, and takes off the label, too.",
        ),
        ("offering", "The memory is full: a marker walks west over the last row and sends it west."),
        *_STORED,
        ("bit", "What SGD stored, times the input, on one line: here its rows are shown below each other."),
    ],
    "majority": [
        (
            "answer",
            "No two bits of the label column are left to cancel. What is left has the majority, and if nothing is left, "
            "the examples had one 1 more than 0s.",
        ),
        ("cancelling", "Two different bits meet and vanish: a 0 and a 1 outvote each other."),
        (
            "rising",
            "In every layer the lowest bit of a column rises. It passes its equals, and cancels with the first that "
            "is different.",
        ),
        *_UNMASKING,
        ("staying", "Bits stay where they are when word comes that two below them cancelled."),
        *_STORED,
    ],
    "one-literal": [
        ("found", "The search stops at the first column with a verdict: that is the answer."),
        ("search", "A search runs along the top row and takes the first column that has a verdict."),
        (
            "asking",
            "A wave runs up each column and finds out whether all of its rows show the same sign: then this "
            "feature, or its complement, equals the label.",
        ),
        ("verdict", "Every column has its verdict, in its top cell."),
        *_STORED,
    ],
    "conjunction": [
        ("found", "The search stops: no true example agrees with the test example in that column, or the end is reached."),
        ("search", "A search runs along the top row for a column in which no true example agrees."),
        ("asking", "A wave runs up each column: does some true example agree with the test example here?"),
        ("telling", "A wave tells every row its label."),
        ("verdict", "Every column has its verdict, in its top cell."),
        ("settled", "Every cell knows what it has to say: agree, differ, or nothing."),
        *_STORED,
    ],
    "online-row-reduction": [
        ("answer", "The verdict: nothing is left of the input, so its label is the sum of stored labels."),
        ("new", "Something is left of the input: it is new, and the gradient will write it into the next row."),
        ("known", "The verdict travels west along the last stored row: SGD has nothing to add."),
        ("reducing", "A wave adds stored rows to the input, wherever the input has a 1 at the row's first 1."),
        ("reduced", "The wave has passed. Each row learns from the west whether anything of the input is left."),
        ("masked", "A west wave takes the labels off the stored rows."),
        ("held", "The labels come off the stored rows."),
        ("input", "The first row shows the input's bits; the rows below hold what SGD has stored."),
        *_STORED,
    ],
    "online-associative-memory": [
        ("matching", "Nothing in a row differs, as far as its cells know: a row that matches tells the cells below it."),
        ("differing", "In every stored row some signs differ, so its key is not the input."),
        ("comparing", "Every cell has told its sign to the west: so each knows whether its neighbour differs."),
        *_STORED,
    ],
    "triangular-row-reduction": [
        ("answer", "The verdict: no row takes the input, so its label is the sum of the labels that were added."),
        ("taking", "A row takes the input: its pivot is a 1 that no stored row could remove. The gradient will write it here."),
        ("live", "The row that took the input is live: SGD will write it there. It depends on the input which row that is."),
        ("reducing", "A wave adds stored rows to the input, wherever the input has a 1 at the row's pivot."),
        ("deciding", "On the diagonal each row decides: skip, add, or take."),
        ("input", "The first row shows the input's bits; the rows below hold what SGD has stored, each from its pivot on."),
        *_STORED,
    ],
    "online-conjunction": [
        (
            "violated",
            "Some feature's literal is violated: the signal runs east to the label cell, which answers “false”.",
        ),
        ("satisfied", "Every literal that is left is satisfied, as far as the signals have come."),
        ("free", "No true example has been seen: no feature says anything yet."),
    ],
}  # fmt: skip
_MACHINE: Final[Story] = [
    (
        "head",
        "One head walks over the grid. In every layer it reads, writes, moves, and changes its state.",
    ),
    *_UNMASKING,
    *_STORED,
    ("symbol", "The bits are in the clear. The head is born in the top-left corner."),
]
_AUTOMATON: Final[Story] = [
    (
        "alive",
        "Every cell counts: one layer of the network is one generation of the automaton.",
    ),
    ("dead", "Everything is dead."),
]


def story(name: str, *, machine: bool, automaton: bool) -> Story:
    """The story of the bundled program of this name, of a machine, or of an automaton."""
    if name in _STORIES:
        return _STORIES[name]
    return _AUTOMATON if automaton else _MACHINE if machine else _STORED
