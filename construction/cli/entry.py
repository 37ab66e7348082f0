"""The ``rcnn`` command as a process of its own: Ctrl-C while it starts ends it without a traceback."""

from __future__ import annotations

import os
import signal


def _leave(*_: object) -> None:
    os.write(2, b"rcnn: interrupted\n")
    os._exit(130)


def main() -> int:
    """Import the command and run it; returns the exit code."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)
    from construction.cli.main import main as run  # noqa: PLC0415

    return run(ready=lambda: signal.signal(signal.SIGINT, before))
