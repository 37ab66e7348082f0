"""``rcnn learn`` on a terminal, where progress is shown, and Ctrl-C while it learns."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
from collections.abc import Sequence


def interrupted_while_it_learns(command: Sequence[str], text: str = "") -> tuple[int, bytes, str]:
    """Ctrl-C during its SGD steps: exit code, standard output, and what the terminal shows.

    ``text`` is on standard input, which is not over.
    """
    terminal, stderr = pty.openpty()
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "200"},
    )
    os.close(stderr)
    assert process.stdin is not None
    process.stdin.write(text.encode())
    process.stdin.flush()
    shown = b""
    while b"SGD steps" not in shown:
        shown += os.read(terminal, 4096)
    process.send_signal(signal.SIGINT)
    while b"interrupted" not in shown:
        shown += os.read(terminal, 4096)
    out, _ = process.communicate(timeout=60)
    os.close(terminal)
    return process.returncode, out, shown.decode()
