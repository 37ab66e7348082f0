"""The main job: train a program's network on examples, predict, and compare with plain Python."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from time import perf_counter

import numpy as np

from construction.arguments import checked
from construction.arrays import Bits, signs
from construction.compiling.compiler import compile_rule
from construction.display import fields
from construction.executors.catalogue import load_executor
from construction.learning.data.data_set import Columns, DataSet, Examples
from construction.learning.row_reduction import row_reduction, stored_parity
from construction.learning.training import Training
from construction.programs.online_row_reduction import NAME as ONLINE_ROW_REDUCTION
from construction.programs.program import Program
from construction.progress import Progress, quiet


@dataclass(frozen=True)
class Report:
    """What happened; the fields are those of ``rcnn learn --json``.

    ``d`` features (a constant one included), ``m`` training examples and ``n_test`` to predict.
    ``layers`` is the depth of the network, ``pixels`` those of one grid, which may be a ``line``, ``hidden_units`` those of one
    pixel in one layer, and ``nodes`` all of one forward pass. ``sgd_steps``, ``abstentions``,
    ``mistakes``, ``unstored`` and ``memorised_exactly`` are those of :class:`~construction.learning.training.Training`;
    ``rows_used`` of the ``rows`` of memory are not 0.

    ``predictions`` are in the target's own values, None where the network gives no answer, as
    ``undecided`` of them. ``test_accuracy`` is that of the rows that are answered, None if there are
    none.

    Of a program that stores its training set: ``consistent`` says whether some parity explains the
    training examples, ``parity`` which columns row reduction adds up, ``complemented`` whether it adds
    the constant feature, too, of which ``free`` further ones could be chosen at will, and ``explained``
    how many training examples that explains, all of them or not; ``agreement_with_row_reduction`` is the fraction of the answered test rows on
    which row reduction says the same, which is 1 for the programs that are row reduction and anything
    for others; ``agreement_with_meaning`` the fraction on which the program's meaning in plain Python
    does, None if it has none. All of these are None for an online learner, which keeps no examples; but of
    online-row-reduction ``parity``, ``complemented`` and ``free`` are read off the rows of its memory.
    """

    program: str
    d: int
    m: int
    n_test: int
    layers: int
    pixels: int
    line: bool
    hidden_units: int
    nodes: int
    weights: dict[str, int]
    sgd_steps: int
    abstentions: int
    mistakes: int
    unstored: int
    rows: int
    rows_used: int
    memorised_exactly: bool | None
    consistent: bool | None
    parity: list[str] | None
    complemented: bool | None
    free: int | None
    explained: int | None
    predictions: list[str | None]
    undecided: int
    test_accuracy: float | None
    agreement_with_row_reduction: float | None
    agreement_with_meaning: float | None
    seconds: float

    def _repr_html_(self) -> str:
        return fields(asdict(self))


@checked
def learn(
    data: DataSet, program: Program, executor: str = "auto", progress: Progress = quiet
) -> Report:
    """Compile the program, train its network by SGD on the training examples, and predict.

    Raises :class:`~construction.errors.SizeError` when a grid would not fit in memory.
    """
    began = perf_counter()
    count, features = data.train.features.shape
    columns = program.work_columns(count, features)
    runner = load_executor(executor, compile_rule(program.rule, work_columns=columns))
    training = Training(program, runner, count, features)
    training.learn(data.train.pairs(), progress, count)
    kept = None if program.online else data.train
    return report(training, data.columns, data.test, began, train=kept, progress=progress)


def report(
    training: Training,
    columns: Columns,
    test: Examples | None,
    began: float,
    *,
    train: Examples | None = None,
    progress: Progress = quiet,
) -> Report:
    """Predict the test examples, if there are any, and say what happened since ``began``.

    ``train`` are the training examples, if they were kept: with them the predictions are compared.
    """
    program, network = training.program, training.executor.network
    if test is None:
        test = Examples(np.zeros((0, training.d), np.uint8), np.zeros(0, np.uint8))
    predictions = training.predict(signs(test.features), progress)
    answered = ~predictions.undecided
    predicted = (predictions.signs == -1).astype(np.uint8)

    def agreement(others: Bits) -> float | None:
        same = (predicted == others)[answered]
        return float(np.mean(same)) if same.size else None

    parity = meant = None
    if program.name == ONLINE_ROW_REDUCTION:
        parity = stored_parity(training.memory)
    if train is not None:
        parity = row_reduction(train.features, train.labels)
        if program.meaning is not None:
            sets = (train.features, train.labels, test.features)
            meant = (program.meaning(*map(signs, sets)) == -1).astype(np.uint8)
    return Report(
        program=program.name,
        d=training.d,
        m=training.examples,
        n_test=len(predicted),
        layers=training.layers,
        pixels=training.pixels,
        line=network.line,
        hidden_units=network.hidden_units,
        nodes=network.nodes(training.pixels, training.layers),
        weights=network.weight_counts(),
        sgd_steps=training.sgd_steps,
        abstentions=training.abstentions,
        mistakes=training.mistakes,
        unstored=training.unstored,
        rows=training.rows,
        rows_used=int(training.memory.any(axis=1).sum()),
        memorised_exactly=training.memorised_exactly,
        consistent=None if parity is None or train is None else parity.consistent,
        parity=None
        if parity is None
        else [
            column.name
            for column, added in zip(columns.features, parity.mask, strict=False)
            if added
        ],
        complemented=None if parity is None else columns.intercept and bool(parity.mask[-1]),
        free=None if parity is None else training.d - parity.rank,
        explained=None
        if parity is None or train is None
        else int((parity(train.features) == train.labels).sum()),
        predictions=[
            columns.target.values[bit] if known else None
            for bit, known in zip(predicted, answered, strict=True)
        ],
        undecided=int(predictions.undecided.sum()),
        test_accuracy=agreement(test.labels),
        agreement_with_row_reduction=None
        if parity is None or train is None
        else agreement(parity(test.features)),
        agreement_with_meaning=None if meant is None else agreement(meant),
        seconds=round(perf_counter() - began, 3),
    )
