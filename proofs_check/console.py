"""Where verdicts are printed."""

from __future__ import annotations

from typing import NoReturn

import rich.console


class Console(rich.console.Console):
    """Plain lines, as long as they are; when their reader has gone, that is no verdict."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(highlight=False, markup=False, soft_wrap=True, stderr=stderr)

    def on_broken_pipe(self) -> NoReturn:
        raise BrokenPipeError
