"""``python -m proofs_check.coq FILE -o DIR``: write what Coq needs to prove the theorem about a network file.

``DIR`` gets the file's weights, for a machine its table, and the hand-written proofs, so that
``coq_makefile -f _CoqProject -o Makefile && make`` compiles it. ``rcnn verify --coq`` does both.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from construction.errors import ConstructionError
from construction.network.files import load_network
from proofs_check.coq.proof import write_sources

EXIT_BAD_INPUT = 2


def main() -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m proofs_check.coq", description=__doc__)
    parser.add_argument("file", metavar="FILE", type=Path, help="a network file (safetensors)")
    parser.add_argument(
        "-o", "--output", metavar="DIR", type=Path, required=True, help="the folder to write"
    )
    options = parser.parse_args()
    try:
        file = load_network(options.file)
        write_sources(options.output, file.network, file.certificate)
    except ConstructionError as error:
        print(f"python -m proofs_check.coq: {error}", file=sys.stderr)
        return EXIT_BAD_INPUT
    print(f"{options.output}: the weights of {options.file}, and the proofs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
