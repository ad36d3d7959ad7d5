"""The global demand model: one set of trees for all series, forecasting each step directly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tools.estimators.demand.conditions import condition_features
from tools.estimators.demand.history import LEVEL, history_features, level
from tools.estimators.demand.panel import Array, Panel
from tools.estimators.demand.trees import Loss, Size, fit_trees

CATEGORIES: Final = ("item", "market")
PERCENTAGE: Final[tuple[Loss, ...]] = ("percentage", "weighted median")
"""Members for a judge who counts percentages: their log forecasts are averaged."""


@dataclass(frozen=True)
class Plan:
    """How the model is fitted.

    Attributes:
        losses: One member each.
        size: Of the members' trees.
        first: Period from which to learn; earlier ones only make features.
        categories: Whether items and markets have effects of their own, which takes a long history.
        threads: Of the trees.
        seed: Of the first member; each further one adds 1.
    """

    losses: tuple[Loss, ...] = PERCENTAGE
    size: Size = Size()
    first: int = 26
    categories: bool = True
    threads: int = 1
    seed: int = 0


class FeatureCube:
    """Features of a panel for each number of steps ahead: made once, since none of them looks at later sales.

    A forecast from period `last` reads the features of period `last + ahead`, which use sales up to `last` only.
    """

    def __init__(self, panel: Panel, steps: Sequence[int], window: int = LEVEL) -> None:
        """Make the features of every series and period; forecasts are relative to the mean of `window` periods."""
        self.panel = panel
        self.steps = tuple(steps)
        conditions = condition_features(panel)
        self.levels = {ahead: level(panel, ahead, window) for ahead in self.steps}
        blocks = {ahead: history_features(panel, ahead, window) for ahead in self.steps}
        self.names = (*conditions, *blocks[self.steps[0]], "steps ahead")
        self.values = {ahead: _stack(conditions | block, ahead) for ahead, block in blocks.items()}

    @property
    def categories(self) -> tuple[int, ...]:
        """Return the columns that hold names."""
        return tuple(self.names.index(name) for name in CATEGORIES)


def _stack(features: dict[str, Array], ahead: int) -> NDArray[np.float32]:
    shape = next(iter(features.values())).shape
    columns = [*features.values(), np.full(shape, float(ahead))]
    return np.stack([column.astype(np.float32) for column in columns], axis=2)


def forecast_from(cube: FeatureCube, last: int, plan: Plan | None = None) -> Array:
    """Return log units expected `steps` periods after period `last`, having learned from sales up to it.

    Returns:
        Series × steps of the cube; NaN where a series had no sale in the half year before.
    """
    plan = plan or Plan()
    rows, target = _learning_rows(cube, last, plan.first)
    ahead = [cube.values[step][:, last + step] for step in cube.steps]
    levels = np.column_stack([cube.levels[step][:, last + step] for step in cube.steps])
    asked = np.concatenate(ahead)
    members = fit_trees(
        rows,
        target,
        plan.losses,
        categories=cube.categories if plan.categories else (),
        size=plan.size,
        seed=plan.seed,
        threads=plan.threads,
    )
    total: Array = np.sum([member.predict(asked) for member in members], axis=0)
    return levels + (total / len(plan.losses)).reshape(len(cube.steps), -1).T


def _learning_rows(cube: FeatureCube, last: int, first: int) -> tuple[NDArray[np.float32], Array]:
    """Return the features and targets of all series, steps and periods from `first` to `last` with known sales."""
    rows, targets = [], []
    for step in cube.steps:
        relative = (cube.panel.units - cube.levels[step])[:, first : last + 1]
        known = ~np.isnan(relative)
        rows.append(cube.values[step][:, first : last + 1][known])
        targets.append(relative[known])
    return np.concatenate(rows), np.concatenate(targets)
