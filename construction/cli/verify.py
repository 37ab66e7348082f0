"""``rcnn verify``: check every statement of the paper, with a checker that trusts no compiler."""

from __future__ import annotations

import argparse
from pathlib import Path

from construction.cli.report import progress_bars
from construction.errors import ConstructionError
from construction.network.files import load_network
from construction.programs.catalogue import PROGRAMS
from construction.search.discovered import DISCOVERED
from construction.sources.names import ANY_SIZE, HELP, compilable
from proofs_check.coq.generate import PROOFS
from proofs_check.coq.proof import prove
from proofs_check.coq.report import report as coq_report
from proofs_check.subject import Subject
from proofs_check.table import report


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "programs",
        metavar="PROGRAM",
        nargs="*",
        help=f"{HELP}; default: every bundled program that no search found",
    )
    parser.add_argument(
        "--network",
        metavar="FILE",
        type=Path,
        help="check the network of this file instead: with the certificate in it (safetensors), or its "
        "program's (ONNX; PROGRAM says which, if it is not a bundled one)",
    )
    parser.add_argument(
        "--coq",
        action="store_true",
        help=f"instead, have Coq check the theorems about the weights of {', '.join(PROOFS)}",
    )
    parser.add_argument(
        "--only",
        metavar="ID",
        action="append",
        default=[],
        help="only statements whose name has ID in it, such as memorisation; may be repeated",
    )
    parser.add_argument(
        "--details", action="store_true", help="say what each statement is, and what was covered"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Check, and print a line for each statement; 1 when one does not hold."""
    if arguments.coq:
        return _coq(arguments)
    if arguments.network is not None:
        subjects = [_from_file(arguments.network, arguments.programs)]
    else:
        names = arguments.programs or list(PROGRAMS)
        subjects = [Subject(*compilable(name).compiled(ANY_SIZE)) for name in names]
    return report(subjects, as_json=arguments.json, details=arguments.details, only=arguments.only)


def _coq(arguments: argparse.Namespace) -> int:
    """Have Coq check the proof; 1 when there is none for the weights."""
    if arguments.only or arguments.details:
        raise ConstructionError(
            "--coq is one proof; --only and --details are for the checker's rows"
        )
    if arguments.network is not None:
        if arguments.network.suffix == ".onnx":
            raise ConstructionError(
                f"{arguments.network}: Coq checks the network of a safetensors file, which has its "
                f"certificate in it; rcnn compile writes one"
            )
        subject = _from_file(arguments.network, arguments.programs)
        subjects = [(subject.network, subject.data)]
    else:
        subjects = [compilable(name).compiled(ANY_SIZE) for name in arguments.programs or PROOFS]
    with progress_bars() as progress:
        outcomes = prove(subjects, progress)
    return coq_report(outcomes, as_json=arguments.json)


def _from_file(path: Path, programs: list[str]) -> Subject:
    """The network of a file. The weights of an ONNX file are checked with its program's certificate."""
    if path.suffix == ".onnx":
        # Imported late: it needs an optional package.
        from construction.exports.onnx_reading import load_onnx, program_of  # noqa: PLC0415

        if len(programs) > 1:
            raise ConstructionError(
                f"{path} is the network of one program; {len(programs)} are given"
            )
        name = programs[0] if programs else program_of(path)
        if not programs and name not in (*PROGRAMS, *DISCOVERED):
            # It may be the name of any file, which is not the ONNX file's to open.
            raise ConstructionError(
                f"{path} says that it is the network of {name[:80]!r}, which is no bundled program; say of which "
                f"program or machine it is: rcnn verify PROGRAM --network {path}"
            )
        network, certificate = compilable(name).compiled(ANY_SIZE)
        return Subject(load_onnx(path, network), certificate)
    if programs:
        raise ConstructionError(
            f"{path} has its certificate in it; give a program or a file, not both"
        )
    file = load_network(path)
    return Subject(file.network, file.certificate)
