"""``rcnn compile``: write a program's network to a file, or compare a file with its program."""

from __future__ import annotations

import argparse
from pathlib import Path

from construction.cli.data_options import add_size_options, output_file, size_of
from construction.errors import ConstructionError
from construction.network.comparison import difference
from construction.network.files import load_network, save_network
from construction.network.rcnn import RCNN
from construction.sources.names import HELP, compilable

EXIT_DIFFERENT = 1


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("program", metavar="PROGRAM", help=HELP)
    add_size_options(
        parser.add_argument_group("a machine in a file whose work columns depend on the data")
    )
    file = parser.add_mutually_exclusive_group(required=True)
    file.add_argument(
        "-o",
        "--output",
        type=output_file,
        metavar="FILE",
        help="the file to write: safetensors, or ONNX if it ends in .onnx",
    )
    file.add_argument(
        "--check",
        type=Path,
        metavar="FILE",
        help="compile the program and compare FILE with it, weight by weight",
    )


def run(arguments: argparse.Namespace) -> int:
    """Compile, and write or compare; 1 when the file is another network."""
    program = compilable(arguments.program)
    size = size_of(arguments)
    if size is not None and program.any_size:
        raise ConstructionError(
            f"{arguments.program} is one network for every size of data; leave out --examples and --features"
        )
    network, certificate = program.compiled(size)
    if arguments.check is not None:
        place = _difference(arguments.check, network)
        if place is not None:
            print(f"{arguments.check} is not the network of {program.name}: {place}")
            return EXIT_DIFFERENT
        print(f"{arguments.check} is the network of {program.name}: every weight and name")
        return 0
    if _is_onnx(arguments.output):
        # ONNX is an extra, so it is imported only when it is asked for.
        from construction.exports.onnx import save_onnx  # noqa: PLC0415

        save_onnx(arguments.output, network)
    else:
        save_network(arguments.output, network, certificate)
    print(f"{arguments.output}: {_summary(network)}")
    return 0


def _is_onnx(path: Path) -> bool:
    return path.suffix.lower() == ".onnx"


def _difference(path: Path, network: RCNN) -> str | None:
    """The first difference between the file and the network, or None."""
    if not _is_onnx(path):
        return difference(load_network(path).network, network)
    from construction.exports.onnx import onnx_model  # noqa: PLC0415

    try:
        same = path.read_bytes() == onnx_model(network).SerializeToString(deterministic=True)
    except OSError as error:
        raise ConstructionError(f"{path}: cannot be read: {error.strerror}") from None
    return None if same else "it is another model than the one that compile writes"


def _summary(network: RCNN) -> str:
    counts = network.weight_counts()
    widths = " + ".join(map(str, network.hidden_widths))
    return (
        f"{network.name}, {len(network.codes)} codes, hidden widths {widths}, "
        f"{counts['nonzero']} non-zero weights"
    )
