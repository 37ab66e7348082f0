"""What a program's codes mean to a reader: a colour, a short text and mark, and words.

The page, the widget and the pictures know codes by this table alone. It is read off the codes' names, so
that a program needs to say nothing more; a code whose name is not known here is shown by its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from construction.machines.machine import Machine


@dataclass(frozen=True)
class Colours:
    """Fills for bit 0 and bit 1, and the ink on them, for light and for dark surroundings."""

    light: tuple[str, str, str]
    dark: tuple[str, str, str]


#: Light and dark fills of one hue are the bits 0 and 1. Hues are told apart by colour-blind people too, and
#: text and marks say the same: colour is never the only sign.
PALETTE: Final[Mapping[str, Colours]] = {
    "blank": Colours(("#ffffff", "#ffffff", "#6a737d"), ("#161b22", "#161b22", "#9aa4af")),
    "memory": Colours(("#efe9dd", "#dccfb4", "#4a3f28"), ("#2e2a22", "#4a412e", "#efe4cb")),
    "masked": Colours(("#ebe4f7", "#cfbfea", "#3d2a66"), ("#2b2540", "#46396b", "#e6dcff")),
    "bit": Colours(("#f3f6f9", "#bcd6ee", "#15324d"), ("#1d2733", "#2b4d70", "#e3eefa")),
    "signal": Colours(("#dff2f3", "#a6dadb", "#0b4444"), ("#143033", "#1f575a", "#d5f4f4")),
    "change": Colours(("#fde3d0", "#f7b98c", "#5f2a00"), ("#41270f", "#7a4214", "#ffe6d3")),
    "key": Colours(("#fdf0bd", "#f6d34f", "#4a3a00"), ("#433a10", "#7d6a0d", "#fff3bf")),
    "ask": Colours(("#f9dfe9", "#eeb2cb", "#5c1238"), ("#421f31", "#712c50", "#ffe0ee")),
    "done": Colours(("#e6e9ec", "#d3d8dd", "#4d5761"), ("#262c33", "#343c45", "#b6c0ca")),
    "answer": Colours(("#c9ead6", "#6cc795", "#073b20"), ("#17412b", "#1f6f45", "#e0ffee")),
    "head": Colours(("#173f63", "#173f63", "#ffffff"), ("#9cc9f2", "#9cc9f2", "#0c1a28")),
    "alive": Colours(("#23659b", "#23659b", "#ffffff"), ("#79b8ee", "#79b8ee", "#0c1a28")),
    "dead": Colours(("#f4f6f8", "#f4f6f8", "#5d6873"), ("#1a2028", "#1a2028", "#8f9aa6")),
}

MINUS: Final = "\N{MINUS SIGN}"
TIMES: Final = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True)
class Meaning:
    """A code for readers.

    ``role`` and ``fields`` are the meaning as data (``deciding`` with bit 1). ``colour`` is a key of
    :data:`PALETTE` and ``shade`` 0 or 1 the fill. ``text`` is what the cell holds, ``mark`` one character
    in its corner, ``title`` the entry in the legend, and ``words`` say it in a sentence's part.
    """

    role: str
    colour: str
    text: str
    mark: str
    title: str
    words: str
    shade: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)


class _Form(NamedTuple):
    """Names of this form, and what they mean; braces stand for the groups of the pattern."""

    pattern: str
    role: str
    colour: str
    text: str
    mark: str
    title: str
    words: str


_SIGN: Final = r"(?P<sign>[+-])"
_BIT: Final = r"bit (?P<bit>[01])"
_MASKED: Final = "mask coming off"
_PROTOCOL: Final = (
    _Form("padding.*", "padding", "blank", "", "", "outside", "outside the grid: the wall"),
    _Form(
        f"stored {_SIGN}", "stored", "memory", "{sign}", "", "stored by SGD",
        "what SGD stored, times the input: the sign {sign}",
    ),
    _Form(
        "unwritten(, slope -1)?", "unwritten", "blank", "·", "", "not written yet",
        "memory that SGD has not written yet",
    ),
    _Form("work(, symbol .*)?", "work", "blank", "", "", "work column", "the work column: a constant 1"),
    _Form(
        f"masked {_SIGN}, label (?P<label>[+-])", "masked", "masked", "{sign}", "←", _MASKED,
        "sign {sign}; the west wave multiplies it by the label {label}",
    ),
    _Form(
        f"held {_SIGN}", "held", "masked", "{sign}", "", _MASKED,
        "sign {sign}; its label is off, the test example's sign still on",
    ),
    _Form(
        f"unmasking {_SIGN}, example (?P<example>[+-])", "unmasking", "masked", "{sign}", "↑", _MASKED,
        "sign {sign}; the north wave multiplies it by the test bit's sign {example}",
    ),
    _Form(_BIT, "bit", "bit", "{bit}", "", "a bit", "holds the bit {bit}"),
)  # fmt: skip
_ROW_REDUCTION: Final = (
    _Form(
        rf"added to, {_BIT}, pivot bit (?P<pivot>[01])", "adding", "change", "{bit}", "+",
        "the pivot row is added", "holds {bit}; the pivot row's bit {pivot} is added",
    ),
    _Form(
        f"pivot row, {_BIT}", "pivot", "key", "{bit}", "★", "the pivot row",
        "holds {bit}, in the pivot row: sends it south",
    ),
    _Form(
        f"left, {_BIT}, no pivot above", "passing", "signal", "{bit}", "→", "a wave passes",
        "holds {bit}; the wave leaves this row alone",
    ),
    _Form(
        rf"left, {_BIT}, pivot bit (?P<pivot>[01])", "passing", "signal", "{bit}", "→",
        "a wave passes",
        "holds {bit}; the pivot row's bit {pivot} passes, not added",
    ),
    _Form(
        "deciding, bit (?P<bit>1), no pivot above", "deciding", "key", "{bit}", "★",
        "the pivot row", "holds 1, no pivot above: becomes the pivot row",
    ),
    _Form(
        rf"deciding, {_BIT}, (?P<above>no pivot|pivot) above", "deciding", "ask", "{bit}", "?",
        "deciding for its row", "holds {bit}, {above} above: decides for its row",
    ),
    _Form("decided", "decided", "done", "", "", "column is done", "this column is done"),
    _Form("answer (?P<bit>[01])", "answer", "answer", "{bit}", "✓", "the answer", "the answer is {bit}"),
)  # fmt: skip
_MAJORITY: Final = (
    _Form("(?P<bit>[01]) onto pile of [01]", "landing", "change", "{bit}", "↓", "a bit lands",
          "a {bit} lands on a pile of its own kind"),
    _Form("pile of (?P<bit>[01])", "pile", "bit", "{bit}", "", "on the pile", "a {bit} that lies on the pile"),
    _Form("falling (?P<bit>[01])", "falling", "signal", "{bit}", "↓", "falling", "a {bit} that falls"),
    _Form("empty", "empty", "done", "", "", "empty", "an empty cell"),
    _Form("(?P<bit>[01]) cancels [01]", "cancelling", "change", "{bit}", TIMES, "two bits cancel",
          "a {bit} meets its opposite, and both vanish"),
    _Form("last (?P<bit>[01]) cancels [01]", "cancelling", "change", "{bit}", TIMES, "two bits cancel",
          "the last bit, {bit}, meets its opposite"),
    _Form("last (?P<bit>[01])", "last", "key", "{bit}", "↓", "the last bit", "the last bit to fall, a {bit}"),
)  # fmt: skip
_COLUMN_SCAN: Final = (
    _Form("the wave starts", "asking", "signal", "", "↑", "a wave asks the column",
          "here a wave starts up the column"),
    _Form("(?P<found>.+), then (?P<holds>.+)", "asking", "signal", "{holds}", "↑",
          "a wave asks the column", "the wave up the column has found “{found}” below; this cell says “{holds}”"),
    _Form("verdict (?P<verdict>.+)", "verdict", "key", "{verdict}", "", "a column's verdict",
          "the verdict on this column is {verdict}"),
    _Form("search, verdict (?P<verdict>[+-]1)", "found", "answer", "{verdict}", "✓", "the answer",
          "the search stops here: the output is {verdict}"),
    _Form("search, verdict (?P<verdict>.+)", "search", "ask", "{verdict}", "→", "the search",
          "the search along the top row passes: nothing to say here"),
    _Form("search at its end", "found", "answer", "", "✓", "the answer", "the search has come to its end"),
    _Form(r"stored (?P<sign>[+-])1 in a row with label (?P<label>[+-])1", "masked", "masked", "{sign}", "←",
          "told its label", "the west wave passes and tells this cell its row's label {label}"),
    _Form("(?P<holds>agree|differ|negative)", "settled", "bit", "{holds}", "", "what a cell has to say",
          "says “{holds}”"),
)  # fmt: skip
_ONLINE: Final = (
    _Form("input bit (?P<bit>[01])", "input", "key", "{bit}", "", "the input", "the input's bit {bit}"),
    _Form(r"reducing (?P<bit>[01]), (?P<mode>search|add|skip), input (?P<input>[01]), reduced (?P<reduced>[01])",
          "reducing", "signal", "{bit}", "↓", "a wave reduces the input",
          "holds {bit}; its row is “{mode}”; of the input's bit {input} the sums so far have left {reduced}"),
    _Form(r"reduced, changed (?P<changed>[01]), left (?P<left>[01]), left to the west [01]", "reduced", "change",
          "{left}", "", "what is left of the input", "of the input's bit {left} is left"),
    _Form(r"rest, changed [01]", "rest", "done", "", "", "done", "this row is done"),
    _Form("spent", "spent", "done", "", "", "done", "this row is done"),
    _Form(r"told new, parity (?P<bit>[01]), changed [01]", "new", "ask", "{bit}", "←", "the input is new",
          "something is left of the input: SGD will store it"),
    _Form(r"new, parity (?P<bit>[01])", "new", "ask", "{bit}", "←", "the input is new",
          "something is left of the input: SGD will store it"),
    _Form(r"told known, changed [01]", "known", "answer", "", "←", "the input is known",
          "nothing is left of the input: its label is known"),
    _Form("known, answer (?P<bit>[01])", "answer", "answer", "{bit}", "✓", "the answer", "the answer is {bit}"),
    _Form("violated(?P<more>.*)", "violated", "change", TIMES, "", "a violated literal",
          "the input violates this feature's literal{more}"),
    _Form("does not matter(?P<more>.*)", "free", "done", "·", "", "does not matter",
          "this feature does not matter{more}"),
    _Form("satisfied(?P<more>.*)", "satisfied", "bit", "✓", "", "a satisfied literal",
          "the input satisfies this feature's literal{more}"),
    _Form(r"label, (?P<seen>.+), output (?P<sign>[+-])1", "answer", "answer", "{sign}", "", "the label cell",
          "the output is {sign}1: {seen}"),
)  # fmt: skip
_AUTOMATON: Final = (
    _Form(r"sum (?P<sum>\d+), alive", "alive", "alive", "", "", "alive", "alive; the weighted sum is {sum}"),
    _Form(r"sum (?P<sum>\d+), dead", "dead", "dead", "", "", "dead", "dead; the weighted sum is {sum}"),
    _Form("alive at the start", "alive", "alive", "", "", "alive", "alive at the start"),
    _Form("dead at the start", "dead", "dead", "", "", "dead", "dead at the start"),
)  # fmt: skip
_FORMS: Final = (*_PROTOCOL, *_ROW_REDUCTION, *_MAJORITY, *_COLUMN_SCAN, *_ONLINE, *_AUTOMATON)


def meanings(names: Mapping[int, str], machine: Machine | None = None) -> dict[int, Meaning]:
    """The meaning of each code, from the names of the rule's codes and the machine that it comes from."""
    known = dict(_of_machine(names, machine)) if machine is not None else {}
    return {
        code: known[code] if code in known else _named(code, name) for code, name in names.items()
    }


def _named(code: int, name: str) -> Meaning:
    for form in _FORMS:
        match = re.fullmatch(form.pattern, name)
        if match:
            fields = {key: value or "" for key, value in match.groupdict().items()}
            shown = {
                key: MINUS + value[1:] if value.startswith("-") else value
                for key, value in fields.items()
            }
            return Meaning(
                form.role,
                form.colour,
                _short(form.text.format(**shown)),
                form.mark,
                form.title,
                form.words.format(**shown),
                shade=int(fields.get("bit") == "1" or fields.get("sign") == "-"),
                fields=fields,
            )
    return Meaning("other", "done", str(code), "", "another code", name)


def _short(text: str) -> str:
    """What fits in a cell: words are cut to their first letter."""
    return text[0].upper() if len(text) > 2 and text.isalpha() else text


def _of_machine(names: Mapping[int, str], machine: Machine) -> Iterator[tuple[int, Meaning]]:
    numbers = {name: code for code, name in names.items()}
    ones = machine.bits[1:] if machine.bits else ("1",)
    for state, symbol in machine.pairs:
        if f"head {state} on {symbol}" in numbers:
            words = f"the machine's head, in state “{state}”, on the symbol “{symbol}”"
            yield (
                numbers[f"head {state} on {symbol}"],
                Meaning(
                    "head", "head", symbol, "", "the machine's head", words,
                    fields={"state": state, "symbol": symbol},
                ),
            )  # fmt: skip
    for symbol in machine.symbols:
        blank = symbol == machine.blank
        name = f"work, symbol {symbol}" if blank else f"symbol {symbol}"
        if name in numbers:
            words = f"the symbol “{symbol}”" + (", a blank" if blank else "")
            colour = "blank" if blank else "bit"
            title = "blank" if blank else "a symbol"
            yield (
                numbers[name],
                Meaning(
                    "symbol", colour, symbol, "", title, words, int(symbol in ones),
                    {"symbol": symbol},
                ),
            )  # fmt: skip
