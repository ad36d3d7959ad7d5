"""The same looking back on Spark, Ray or Dask, through Fugue: one call, whichever engine runs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from fugue.dataframe.api import as_pandas
from fugue.workflow.api import transform

from tools.estimators.forecasting.arrays import Values
from tools.estimators.forecasting.cores import joined
from tools.estimators.forecasting.origins import ORIGINS, Learned, learn
from tools.estimators.forecasting.panel import Learner

# Series that one task works on.
PART: Final = 500
SCHEMA: Final = "place:long,learned:[double]"


def on_engine(engine: Any = None, part: int = PART) -> Learner:
    """Return a learner that works on a Fugue engine.

    Args:
        engine: What Fugue takes: a Spark session, a Dask or Ray client, "native" or None for this process.
        part: Series a task.
    """

    def learn_on_engine(series: Sequence[Values], steps: int, season: int, names: Sequence[str]) -> Learned:
        if not len(series):
            return learn(series, steps, season, names)
        panel = pd.DataFrame(
            {
                "part": np.arange(len(series)) // part,
                "place": np.arange(len(series)),
                "points": [one.tolist() for one in series],
            }
        )
        found = transform(
            panel,
            learn_part,
            schema=SCHEMA,
            params={"steps": steps, "season": season, "names": list(names)},
            partition={"by": "part", "algo": "hash"},
            engine=engine,
            as_local=True,
        )
        rows = as_pandas(found)
        learned = _packed(np.stack(rows["learned"].to_list()), steps, names)
        return joined([learned], rows["place"].tolist())

    return learn_on_engine


def learn_part(panel: pd.DataFrame, steps: int, season: int, names: list[str]) -> pd.DataFrame:
    """Learn of one part of a panel, and return it as a row of numbers a series."""
    learned = learn([np.array(points, dtype=np.float64) for points in panel["points"]], steps, season, names)
    rows = np.concatenate([array.reshape(len(panel), -1) for array in _by_series(learned)], axis=1)
    return pd.DataFrame({"place": panel["place"].to_numpy(), "learned": rows.tolist()})


def _by_series(learned: Learned) -> Iterator[Values]:
    yield np.moveaxis(learned.forecasts, 1, 0)
    yield learned.scales
    yield np.moveaxis(learned.errors, 2, 0)
    yield np.moveaxis(learned.actuals, 1, 0)
    yield np.moveaxis(learned.past_scales, 1, 0)


def _packed(rows: Values, steps: int, names: Sequence[str]) -> Learned:
    """Turn the rows back into arrays."""
    methods = len(names)
    shapes: list[tuple[int, ...]] = [(methods, steps), (), (ORIGINS, methods, steps), (ORIGINS, steps), (ORIGINS,)]
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    forecasts, scales, errors, actuals, past_scales = (
        part.reshape(len(rows), *shape) for part, shape in zip(np.split(rows, ends[:-1], axis=1), shapes, strict=True)
    )
    return Learned(
        names=tuple(names),
        forecasts=np.moveaxis(forecasts, 0, 1),
        scales=scales,
        errors=np.moveaxis(errors, 0, 2),
        actuals=np.moveaxis(actuals, 0, 1),
        past_scales=np.moveaxis(past_scales, 0, 1),
    )
