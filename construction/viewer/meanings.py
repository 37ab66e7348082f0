"""What a program's codes mean to a reader: a colour, a short text and mark, and words.

The page, the widget and the pictures know codes by this alone. It follows from the codes' own meaning
(:mod:`construction.rules.codes`): a kind that has a :class:`Look` here is told in plain words; every other
kind is shown in the colour of its role, with its own text, mark and name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from construction.machines.machine import Machine
from construction.rules.codes import Code, Value
from construction.rules.rule import Alphabet


@dataclass(frozen=True)
class Colours:
    """Fills for bit 0 and bit 1, and the ink on them, for light and for dark surroundings."""

    light: tuple[str, str, str]
    dark: tuple[str, str, str]


#: Light and dark fills of one hue are the bits 0 and 1. The hues are pale, and some look alike to colour-blind
#: people: so text and marks say the same, and colour is not the only sign (a test compares all looks).
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
_SIGNS: Final = ("sign", "label", "example", "verdict")  #: fields whose numbers are signs
_ROLE_COLOURS: Final = {
    "memory": "memory", "masked": "masked", "blank": "blank", "data": "bit", "working": "signal", "done": "done",
    "answer": "answer",
}  # fmt: skip


@dataclass(frozen=True)
class Meaning:
    """A code for readers.

    ``role`` and ``fields`` are the meaning as data (``deciding`` with bit 1). ``colour`` is a key of
    :data:`PALETTE` and ``shade`` 0 or 1 the fill. ``text`` is what the cell holds, ``mark`` one character
    or two in its corner, ``title`` the entry in the legend, and ``words`` say it in a sentence's part.
    """

    role: str
    colour: str
    text: str
    mark: str
    title: str
    words: str
    shade: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Look:
    """How codes of a kind are told; ``when`` says for which values of fields, and braces stand for fields.

    ``shows`` is the text if it is not the code's own.
    """

    kind: str
    colour: str
    mark: str
    title: str
    words: str
    when: Mapping[str, Value] = field(default_factory=dict)
    role: str = ""
    shows: str | None = None


_MASKED: Final = "mask coming off"
_PROTOCOL: Final = (
    Look("padding", "blank", "", "outside", "outside the grid: the wall"),
    Look("stored", "memory", "", "stored by SGD", "what SGD stored, times the input: the sign {sign}"),
    Look("unwritten", "blank", "", "not written yet", "memory that SGD has not written yet", shows="·"),
    Look("minus", "blank", "", "not written yet", "empty memory; the head reads it with slope " + MINUS + "1",
         role="unwritten", shows="·"),
    Look("work", "blank", "", "work cell", "a work cell: the constant 1, as in the column on the right"),
    Look("masked", "masked", "←+", _MASKED, "sign {sign}; the west wave multiplies it by the label +", {"label": 1}),
    Look("masked", "masked", "←" + MINUS, _MASKED,
         "sign {sign}; the west wave multiplies it by the label " + MINUS, {"label": -1}),
    Look("masked", "masked", "←", _MASKED, "sign {sign}; the west wave multiplies it by the label {label}"),
    Look("held", "masked", "…", _MASKED, "sign {sign}; its label is off, the test example's sign still on"),
    Look("unmasking", "masked", "↑+", _MASKED,
         "sign {sign}; the north wave multiplies it by the test bit's sign +", {"example": 1}),
    Look("unmasking", "masked", "↑" + MINUS, _MASKED,
         "sign {sign}; the north wave multiplies it by the test bit's sign " + MINUS, {"example": -1}),
    Look("unmasking", "masked", "↑", _MASKED,
         "sign {sign}; the north wave multiplies it by the test bit's sign {example}"),
    Look("bit", "bit", "", "a bit", "holds the bit {bit}"),
    Look("answer", "answer", "=", "the answer", "the answer is {bit}"),
)  # fmt: skip
_ROW_REDUCTION: Final = (
    Look("acting", "change", "+1", "the pivot row's bit is added", "holds {bit}; the pivot row's bit 1 is added",
         {"decision": "add", "handed": 1}, "adding"),
    Look("acting", "change", "+0", "the pivot row's bit is added", "holds {bit}; the pivot row's bit 0 is added",
         {"decision": "add"}, "adding"),
    Look("acting", "key", "★→", "the pivot row", "holds {bit}, in the pivot row: sends it south",
         {"decision": "pivot"}, "pivot"),
    Look("acting", "signal", "→", "a wave passes, nothing is added", "holds {bit}; the wave leaves this row alone",
         {"decision": "leave", "handed": "none"}, "passing"),
    Look("acting", "signal", "→0", "a wave passes, nothing is added", "holds {bit}; the pivot row's bit 0 passes, not added",
         {"decision": "leave", "handed": 0}, "passing"),
    Look("acting", "signal", "→1", "a wave passes, nothing is added", "holds {bit}; the pivot row's bit 1 passes, not added",
         {"decision": "leave"}, "passing"),
    Look("deciding", "key", "★", "the pivot row", "holds 1, no pivot above: becomes the pivot row",
         {"bit": 1, "found": 0}),
    Look("deciding", "ask", "★?", "deciding for its row", "holds {bit}, pivot above: decides for its row",
         {"found": 1}),
    Look("deciding", "ask", "?", "deciding for its row", "holds {bit}, no pivot above: decides for its row"),
    Look("decided", "done", "", "column is done", "this column is done"),
)  # fmt: skip
_MAJORITY: Final = (
    Look("vote", "signal", "↑", "a bit rises", "a {bit}; nothing comes from below, so it rises", {"comes": "nothing"},
         "rising"),
    Look("vote", "bit", "", "a bit stays", "a {bit}; below it two bits cancelled, so it stays", {"comes": "cancelled"},
         "staying"),
    *(
        Look("vote", "signal", "↑", "a bit rises", "a {comes} rises past a {bit}, its equal",
             {"bit": bit, "comes": bit}, "rising")
        for bit in (0, 1)
    ),
    Look("vote", "change", TIMES, "two bits cancel", "a {comes} rises to a {bit}, its opposite: both vanish",
         role="cancelling"),
    Look("rising", "signal", "↑", "a bit rises", "a {bit} rises through an empty cell"),
    Look("word", "change", "↑", "word of two that cancelled", "word goes up that two bits cancelled below"),
    Look("empty", "done", "", "empty", "an empty cell"),
)  # fmt: skip
_COLUMN_SCAN: Final = (
    Look("starting", "signal", "↑", "a wave asks the column", "here a wave starts up the column", role="asking"),
    Look("asked", "signal", "↑", "a wave asks the column",
         "the wave up the column has found “{finding}” below; this cell says “{holds}”", role="asking"),
    Look("verdict", "key", "", "a column's verdict", "the verdict on this column is {verdict}"),
    Look("search", "ask", "→", "the search", "the search along the top row passes: nothing to say here",
         {"verdict": 0}),
    Look("search", "answer", "=", "the answer", "the search stops here: the output is {verdict}", role="found"),
    Look("end", "answer", "=", "the answer", "the search has come to its end", role="found"),
    Look("told", "masked", "←", "told its label", "the west wave passes and tells this cell its row's label {label}",
         role="telling"),
    Look("settled", "bit", "", "what a cell has to say", "says “{says}”"),
)  # fmt: skip
_ONLINE_ROW_REDUCTION: Final = (
    Look("showing", "key", "•", "the input", "the input's bit {input}", role="input"),
    Look("reducing", "signal", "↓", "a wave reduces the input",
         "sign {sign}; its row's mode is “{mode}”; of the input's bit {input} the sums so far left {reduced}"),
    Look("reduced", "change", "", "what is left of the input", "of the input's bit {left} is left"),
    Look("rest", "done", "", "done", "this row is done"),
    Look("spent", "done", "", "done", "this row is done"),
    Look("verdict", "ask", "←", "the input is new", "something is left of the input: SGD will store it",
         {"left": 1}, "new"),
    Look("verdict", "answer", "=", "the answer", "nothing is left of the input: the answer is {parity}",
         {"left": 0}, "answer"),
    Look("told", "answer", "✓", "the input is known", "nothing is left of the input: its label is known",
         {"verdict": "known"}, "known", ""),
    Look("told", "ask", "←", "the input is new", "something is left of the input: SGD will store it",
         role="new", shows=""),
    Look("answer", "answer", "=", "the answer", "the answer is {parity}"),
)  # fmt: skip
_TRIANGULAR: Final = (
    Look("leading", "key", "•", "the token starts", "the input's bit has the sign {sign}; here a token starts down the diagonal"),
    Look("top", "memory", "…", "the first label", "the first label cell: waits for the wave"),
    Look("sum starts", "signal", "Σ", "a wave sums the labels", "the sum of the labels starts with 0"),
    Look("marked", "key", "↘", "the diagonal", "the token marks the diagonal; memory shows {holds}"),
    Look("turning", "key", "↘", "the diagonal", "the token goes on south from here; memory shows {holds}"),
    Look("diagonal", "memory", "↘", "the diagonal", "on the diagonal: this row's pivot; memory shows {holds}"),
    Look("deciding", "ask", "?", "deciding for its row",
         "memory shows {holds}; of the input's bit {input} the sums so far left {reduced}: decides for its row"),
    Look("taking", "key", "★", "the row takes the input",
         "of the input's bit {input} the sums so far left {reduced}: SGD will write it here"),
    Look("passing", "signal", "↓", "a wave reduces the input",
         "nothing written; of the input's bit {input} the sums so far left {reduced}"),
    Look("summing", "signal", "Σ", "a wave sums the labels",
         "sign {sign}; its row's mode is “{mode}”; the labels so far sum to {parity}"),
    Look("taking label", "key", "★", "the row takes the input",
         "the labels so far sum to {parity}: SGD will write the reduced label here", role="taking"),
    Look("passing label", "signal", "Σ", "a wave sums the labels", "nothing written; the labels so far sum to {parity}"),
    Look("live", "memory", "+", "live", "empty memory; the head reads it with slope 1: SGD writes here", shows="·"),
)  # fmt: skip
_ONLINE_CONJUNCTION: Final = (
    Look("literal", "change", "", "a violated literal", "the input violates this feature's literal",
         {"shows": "violated"}, "violated", TIMES),
    Look("literal", "done", "", "does not matter", "this feature does not matter",
         {"shows": "does not matter"}, "free", "·"),
    Look("literal", "bit", "", "a satisfied literal", "the input satisfies this feature's literal",
         {"shows": "satisfied"}, "satisfied", "✓"),
    Look("label", "answer", "", "the label cell: true", "a true example has been seen, and no literal is violated: true",
         {"seen": 1, "violated": 0}, "answer", "1"),
    Look("label", "answer", "", "the label cell: false", "some literal is violated, or no true example seen: false",
         role="answer", shows="0"),
)  # fmt: skip
_ONLINE_ASSOCIATIVE_MEMORY: Final = (
    Look("comparing", "masked", "←", "comparing signs", "its sign and that of its neighbour in the east add up to {sum}"),
    Look("row", "key", "", "a row that matches", "nothing in this row differs, as far as the cell knows: it tells the cell below",
         {"differ": 0, "found": 0}, "matching", "="),
    Look("row", "signal", "↓", "found above", "a row above matches, as far as the cell knows", {"found": 1},
         "matching", ""),
    Look("row", "done", "", "a row that differs", "some signs in this row differ: its key is not the input",
         role="differing", shows=TIMES),
    Look("value", "answer", "✓", "the value of a row that matches", "nothing in this row differs: its value is {sign}",
         {"differ": 0, "found": 0}, "matching"),
    Look("value", "signal", "↓", "found above", "a row above matches, as far as the cell knows", {"found": 1},
         "matching"),
    Look("value", "done", TIMES, "a value", "some signs in this row differ: its value is not asked for", role="differing"),
    Look("known", "done", "", "not written, key found", "not written; a row above matches, so it stays as it is",
         role="matching", shows="·"),
)  # fmt: skip
_LINE: Final = (
    Look("done", "done", "", "done", "this row is done, or waits until it is written"),
    Look("passing west", "masked", "<", "a train passes", "{bit}, masked; the test example's bit {west} passes west"),
    Look("unmasks next", "masked", "(", "a marker comes", "{bit}, masked; the marker comes next, {west} passes west"),
    Look("memory is full", "key", "f", "memory is full", "the last separator: the memory is full"),
    Look("train from the east", "blank", "{", "a separator", "a separator; a train comes into the row to the west"),
    Look("separator", "blank", ":", "a separator", "a separator between two rows"),
    Look("separator, train going west", "blank", "<", "a separator", "a separator; the bit {west} passes west"),
    Look("passing east", "signal", ">", "a train passes", "holds {bit}; the bit {east} of a row passes east"),
    Look("meets next", "signal", ")", "a marker comes", "holds {bit}; the marker comes next, {east} passes east"),
    Look("train from the west", "blank", "}", "a separator", "a separator; the train's first bit {east} passes east"),
    Look("train has passed", "blank", "|", "a separator", "a separator that a train has passed"),
    Look("separator, train going east", "blank", ">", "a separator", "a separator; the bit {east} passes east"),
    Look("next row's turn", "key", "s", "next row's turn", "the marker goes on to the next row"),
    Look("next row's turn comes", "key", "t", "next row's turn", "the marker goes into the next row now"),
    Look("offering", "key", "◆", "the test example is sent", "sends its bit {bit} west", role="offering"),
    Look("offered", "key", "◆", "the test example is sent", "sent its bit {bit} west", role="offering"),
    Look("entered", "masked", "◂", _MASKED, "the train enters the row; its marker takes the label {label} along",
         role="unmasks"),
    Look("unmasks", "masked", "◂", _MASKED, "{bit}, exclusive or the train's {west} and the label {label}"),
    Look("sending", "key", "★", "a row is sent", "sends its bit {bit} east", role="sending"),
    Look("sent", "key", "★", "a row is sent", "sent its bit {bit} east", role="sending"),
    Look("meets", "change", "+", "the row is added", "holds {bit}; the train's {east} is added", {"how": "add"},
         "adding"),
    Look("meets", "ask", "?", "looking for the train's first 1", "holds {bit}; the train's {east} is here",
         role="searching"),
)  # fmt: skip
_AUTOMATON: Final = (
    Look("sum", "alive", "", "alive", "alive; the weighted sum is {sum}", {"cell": "alive"}, "alive", ""),
    Look("sum", "dead", "", "dead", "dead; the weighted sum is {sum}", {"cell": "dead"}, "dead", ""),
    Look("start", "alive", "", "alive", "alive at the start", {"cell": "alive"}, "alive", ""),
    Look("start", "dead", "", "dead", "dead at the start", {"cell": "dead"}, "dead", ""),
)  # fmt: skip
_MACHINE: Final = (
    Look("head", "head", "", "the machine's head", "the head, in state “{state}”, on the symbol “{symbol}”"),
    Look("symbol", "bit", "", "a symbol", "the symbol “{symbol}”"),
)  # fmt: skip
_LOOKS: Final = (
    *_PROTOCOL, *_ROW_REDUCTION, *_MAJORITY, *_COLUMN_SCAN, *_ONLINE_ROW_REDUCTION, *_ONLINE_CONJUNCTION,
    *_ONLINE_ASSOCIATIVE_MEMORY, *_TRIANGULAR,
    *_LINE, *_AUTOMATON, *_MACHINE,
)  # fmt: skip


def meanings(alphabet: Alphabet, machine: Machine | None = None) -> dict[int, Meaning]:
    """The meaning of each number; a machine's work column is its blank symbol."""
    found = {number: _meaning(code, machine) for number, code in alphabet.meanings.items()}
    if machine is not None:
        for number, code in alphabet.meanings.items():
            if code.kind == "work":
                words = f"the symbol “{machine.blank}”, a blank"
                fields = {"symbol": machine.blank}
                found[number] = Meaning(
                    "symbol", "blank", machine.blank, "", "blank", words, fields=fields
                )
    return found


def _meaning(code: Code, machine: Machine | None) -> Meaning:
    fields = {name: _shown(name, value) for name, value in code.fields.items()}
    ones = machine.bits[1:] if machine is not None and machine.bits else ("1",)
    shade = int(
        code.fields.get("bit", code.fields.get("input")) == 1
        or code.fields.get("sign") == -1
        or code.fields.get("symbol") in ones
    )
    for look in _LOOKS:
        if look.kind == code.kind and look.when.items() <= code.fields.items():
            try:
                words = look.words.format(**fields)
            except KeyError:
                continue  # another program's kind of this name, with other fields
            text = code.text if look.shows is None else look.shows
            return Meaning(
                look.role or look.kind, look.colour, _short(text), look.mark, look.title, words,
                shade, fields,
            )  # fmt: skip
    colour = _ROLE_COLOURS[code.role]
    return Meaning(
        code.kind, colour, _short(code.text), code.mark, code.kind, str(code), shade, fields
    )


def _shown(name: str, value: Value) -> str:
    """A field's value for a reader: signs with a true minus."""
    if name in _SIGNS and value in (-1, 1):
        return (MINUS if value == -1 else "+") + ("1" if name == "verdict" else "")
    return str(value)


def _short(text: str) -> str:
    """What fits in a cell: words are cut to their first letter, and a minus is a true one."""
    if len(text) > 2 and text.isalpha():
        return text[0].upper()
    return text.replace("-", MINUS) if text in ("-", "-1") else text
