"""``rcnn view``: write the page that shows how a network becomes an algorithm."""

from __future__ import annotations

import argparse
import webbrowser
from pathlib import Path
from typing import Final

import numpy as np

from construction.cli.data_options import add_column_options, add_seed_option, output_file
from construction.cli.numbers import natural, positive, refuse
from construction.cli.report import progress_bars
from construction.errors import ConstructionError, RuleError
from construction.formats.golly import parse_automaton
from construction.learning.data.bundled import DATA_SETS
from construction.machines.on_tape import MachineOnTape
from construction.network.container import write_atomically
from construction.programs.catalogue import DEFAULT_PROGRAM
from construction.programs.program import Program
from construction.rules.cellular_automaton import CellularAutomaton
from construction.sources.files import read_pattern
from construction.sources.names import ANY_SIZE, HELP, compilable, find, learner
from construction.viewer.content import (
    Content,
    automaton_content,
    learner_content,
    machine_content,
)
from construction.viewer.examples import (
    MOST_EXAMPLES,
    ExampleData,
    random_data,
    sample_data,
    table_data,
)
from construction.viewer.lessons import with_lessons
from construction.viewer.page import page
from construction.viewer.stills import animation, still

EXAMPLES: Final = 4
FEATURES: Final = 3
LAYERS: Final = 200
SOUP: Final = (24, 32)  #: rows and columns of an automaton's random pattern
MARGIN: Final = 8  #: dead cells around a pattern that is given

#: Options that belong to a kind of subject, and what that kind is called.
_OWN: Final = {
    "learner": ("data", "target", "intercept", "examples", "features", "verdicts", "seed"),
    "machine": ("input", "layers"),
    "automaton": ("input", "layers", "seed"),
}
_CALLED: Final = {
    "learner": "a program that learns",
    "machine": "a machine on a tape",
    "automaton": "a cellular automaton",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.epilog = (
        "The page is one file that needs no network: open it in a browser. It shows the algorithm, the "
        "grid, a cell, its neurons and the weights, forwards and backwards, and what happens if a bit is "
        "flipped or a weight damaged."
    )
    parser.add_argument(
        "name", metavar="NAME", nargs="?", default=DEFAULT_PROGRAM,
        help=f"{HELP} (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=output_file,
        help="the file to write (default: the name, with .html)",
    )  # fmt: skip
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    add_seed_option(parser, "for random examples or patterns, and for the rows that train")
    parser.add_argument(
        "--lesson", metavar="FILE", type=Path, action="append", default=[],
        help="a lesson of your own, in YAML (docs/viewer.md); can be given several times",
    )  # fmt: skip
    pictures = parser.add_argument_group("pictures instead of a page")
    kinds = pictures.add_mutually_exclusive_group()
    kinds.add_argument("--svg", action="store_true", help="some layers of the run side by side")
    kinds.add_argument(
        "--animated-svg", action="store_true", help="all layers, one after the other"
    )
    pictures.add_argument(
        "--show", metavar="LAYERS", type=_layers,
        help="the layers of --svg, such as 0,4,9 (default: six)",
    )  # fmt: skip
    learners = parser.add_argument_group("programs that learn")
    learners.add_argument(
        "--data", metavar="DATA",
        help=f"a CSV file with a header, or a bundled data set: {', '.join(DATA_SETS)} (default: "
        f"four examples of a parity; with --examples, --features or --seed, random ones)",
    )  # fmt: skip
    add_column_options(learners)
    learners.add_argument(
        "--examples", metavar="M", type=natural,
        help=f"examples to train on (default: {EXAMPLES}; of DATA, two for each feature, but at most half "
        f"and at most {MOST_EXAMPLES})",
    )  # fmt: skip
    learners.add_argument(
        "--features",
        metavar="D",
        type=positive,
        help=f"features of random examples (default: {FEATURES})",
    )
    learners.add_argument(
        "--verdicts", action="store_true", default=None,
        help="have the checker of rcnn verify judge every damage of one weight; takes a while",
    )  # fmt: skip
    runs = parser.add_argument_group("machines and automata")
    runs.add_argument(
        "--input", metavar="TEXT",
        help="the tape of a machine; or the pattern of an automaton: a file, or a row of . and O "
        "(default: a random pattern)",
    )  # fmt: skip
    runs.add_argument(
        "--layers", metavar="N", type=natural, help=f"layers at most (default: {LAYERS})"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the page, and say where it is."""
    content = with_lessons(_content(arguments), arguments.lesson)
    picture = arguments.svg or arguments.animated_svg
    if arguments.show is not None and not arguments.svg:
        raise ConstructionError("--show chooses layers of --svg, which is not given")
    if picture and arguments.lesson:
        raise ConstructionError("--lesson is for a page; leave out --svg or --animated-svg")
    if arguments.verdicts:
        if picture:
            raise ConstructionError("--verdicts is for a page; leave out --svg or --animated-svg")
        # The checker is large, and few pages need it.
        from construction.viewer.verdicts import verdicts  # noqa: PLC0415

        network, certificate = compilable(arguments.name).compiled(ANY_SIZE)
        with progress_bars() as progress:
            found = verdicts(network, certificate, progress)
        content = {**content, "verdicts": found}
    if arguments.svg:
        text = still(content, arguments.show)
    else:
        text = animation(content) if arguments.animated_svg else page(content)
    suffix = "svg" if picture else "html"
    path = arguments.output or Path(f"{_file_name(content['name'])}.{suffix}")
    write_atomically(path, text.encode())
    print(f"{path}: {len(text.encode()) / 1000:,.0f} kB; open it in a browser")
    if arguments.open:
        webbrowser.open(path.resolve().as_uri())
    return 0


def _content(arguments: argparse.Namespace) -> Content:
    found = find(arguments.name)
    if isinstance(found, CellularAutomaton):
        _refuse(arguments, "automaton")
        return _automaton(found, arguments)
    if isinstance(found, MachineOnTape) and found.machine.bits is None:
        _refuse(arguments, "machine")
        if arguments.input is not None:
            found = found.with_input(arguments.input)
        return machine_content(found, LAYERS if arguments.layers is None else arguments.layers)
    _refuse(arguments, "learner")
    program = found if isinstance(found, Program) else learner(arguments.name)
    return learner_content(program, _data(arguments))


def _data(arguments: argparse.Namespace) -> ExampleData:
    if arguments.data is None:
        refuse(arguments, "there is no --data", "target", "intercept")
        if all(getattr(arguments, each) is None for each in ("examples", "features", "seed")):
            return sample_data()
        count = EXAMPLES if arguments.examples is None else arguments.examples
        return random_data(count, arguments.features or FEATURES, arguments.seed or 0)
    if arguments.features is not None:
        raise ConstructionError("--features is for random examples; --data has its own columns")
    return table_data(
        arguments.data,
        arguments.target,
        arguments.examples,
        arguments.seed or 0,
        intercept=arguments.intercept is not False,
    )


def _automaton(automaton: CellularAutomaton, arguments: argparse.Namespace) -> Content:
    layers = LAYERS if arguments.layers is None else arguments.layers
    if arguments.input is None:
        cells = np.random.default_rng(arguments.seed or 0).integers(0, 2, SOUP)
        return automaton_content(automaton, cells, layers)
    refuse(arguments, "the pattern is given", "seed")
    start = read_pattern(arguments.input)
    if start.rule is not None and parse_automaton(start.rule).name != automaton.name:
        raise RuleError(
            f"{arguments.input}: the pattern is made for {start.rule}, not for {automaton.name}; view "
            f"{start.rule}, or take the rule out of the file"
        )
    return automaton_content(automaton, np.pad(start.cells, MARGIN), layers)


def _refuse(arguments: argparse.Namespace, kind: str) -> None:
    """Raise for an option that this kind of subject has no use for."""
    every = dict.fromkeys(option for options in _OWN.values() for option in options)
    others = [option for option in every if option not in _OWN[kind]]
    refuse(arguments, f"{arguments.name} is {_CALLED[kind]}", *others)


def _layers(text: str) -> list[int]:
    try:
        return [natural(number) for number in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} should be layers with commas between them, such as 0,4,9"
        ) from None


def _file_name(name: str) -> str:
    """The name without characters that files cannot have in their names."""
    return "".join(each if each.isalnum() or each in "-_." else "-" for each in name)
