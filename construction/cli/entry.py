"""The ``rcnn`` command as a process of its own: Ctrl-C ends it with exit code 130, and so does being told to end (SIGTERM).

Importing the command takes time, in which Python would answer Ctrl-C with a traceback. Before this file is loaded, in the first
hundredths of a second, it still does.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable


def main() -> int:
    """Import the command and run it; returns the exit code."""
    _answer_by(_leave)
    from construction.cli.main import main as run  # noqa: PLC0415

    try:
        code = run(ready=lambda: _answer_by(signal.default_int_handler))
        _answer_by(_leave)
    except KeyboardInterrupt:
        _leave()
    return code


def _answer_by(handler: Callable[..., object]) -> None:
    """Answer Ctrl-C and SIGTERM so, unless the process was started to ignore it, or its caller answers."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) in (signal.default_int_handler, signal.SIG_DFL, _leave):
            signal.signal(number, handler)


def _leave(*_: object) -> None:
    try:
        os.write(2, b"rcnn: interrupted\n")
    finally:
        os._exit(130)


if __name__ == "__main__":
    raise SystemExit(main())
