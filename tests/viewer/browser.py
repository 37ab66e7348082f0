"""Pages opened from a file, in the tests' browser, with every request blocked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from construction.programs.catalogue import load_program
from construction.viewer.content import Content, learner_content
from construction.viewer.examples import ExampleData, sample_data
from construction.viewer.page import page as page_text

STATE = "document.getElementById('view').rcnn.model.state"


class Opened:
    """A page, what it asked for, and what went wrong in it."""

    def __init__(self, browser: Any, file: Path, **options: Any) -> None:
        size = {"width": 1280, "height": 720}
        self.context = browser.new_context(**{"viewport": size, "offline": True, **options})
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.problems: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._console)
        self.url = file.as_uri()

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def goto(self, state: str = "") -> Any:
        """The page in this state."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.url}#{state}")
        self.page.wait_for_selector(".rv-time")
        return self.page

    def close(self) -> None:
        self.context.close()
        assert self.problems == []
        assert {url.split("#")[0] for url in self.requests} <= {self.url, "about:blank"}


def opened(browser: Any, folder: Path, content: Content, **options: Any) -> Opened:
    """The page of this content, written to a file and opened."""
    file = folder / "page.html"
    file.write_text(page_text(content), encoding="utf-8")
    return Opened(browser, file, **options)


def content(data: ExampleData | None = None, name: str = "systolic-row-reduction") -> Content:
    return learner_content(load_program(name), data or sample_data())


def text(page: Any, selector: str) -> str:
    return " ".join(page.inner_text(selector).split())
