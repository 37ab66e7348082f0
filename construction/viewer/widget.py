"""The page as a widget for notebooks: the same modules and style, by anywidget."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from construction.errors import DataError
from construction.extras import missing_extra
from construction.programs.program import Program
from construction.viewer.bundle import script, style_sheet
from construction.viewer.content import Content, learner_content
from construction.viewer.examples import ExampleData, names_of, sample_data
from construction.viewer.lessons import with_lessons


def program_widget(
    program: Program,
    examples: npt.ArrayLike | None = None,
    labels: npt.ArrayLike | None = None,
    test: npt.ArrayLike | None = None,
) -> Any:
    """The widget of a program on a data set in bits, or on a small sample.

    Raises :class:`~construction.errors.DataError` when the data are no bits, or only a part is given, and
    :class:`~construction.extras.MissingExtraError` without anywidget.
    """
    given = [each is not None for each in (examples, labels, test)]
    if not any(given):
        return widget(with_lessons(learner_content(program, sample_data()), []))
    if not all(given):
        raise DataError("examples, labels and test should be given together")
    rows, answers, last = map(np.asarray, (examples, labels, test))
    shapes = rows.shape, answers.shape, last.shape
    if last.ndim != 1 or shapes != ((len(answers), len(last)), (len(answers),), (len(last),)):
        raise DataError(
            f"examples, labels and test have the shapes {shapes[0]}, {shapes[1]} and {shapes[2]}; they "
            f"should be (m, d), (m,) and (d,)"
        )
    for name, bits in (("examples", rows), ("labels", answers), ("test", last)):
        if not np.isin(bits, (0, 1)).all():
            raise DataError(f"{name} should be bits, 0 and 1")
    data = ExampleData(rows.astype(int), answers.astype(int), last.astype(int), names_of(len(last)))
    return widget(with_lessons(learner_content(program, data), []))


def widget(content: Content) -> Any:
    """The widget of this content."""
    return _widget_class()(content=content)


@cache
def _widget_class() -> Any:
    try:
        import anywidget  # noqa: PLC0415
        import traitlets  # noqa: PLC0415
    except ImportError:
        raise missing_extra("anywidget", "widget") from None

    class NetworkView(anywidget.AnyWidget):
        """A view of a network; ``state`` is what the address holds on the page."""

        _esm = script("widget")
        _css = style_sheet()
        content = traitlets.Dict().tag(sync=True)
        state = traitlets.Unicode().tag(sync=True)

        def __repr__(self) -> str:
            return f"<NetworkView of {self.content['name']}>"

    return NetworkView
