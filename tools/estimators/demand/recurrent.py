"""A small recurrent network over all series: shown beside the trees, used nowhere, since it does not win.

Source: K. Cho et al., Learning phrase representations using RNN encoder-decoder, EMNLP 2014 (gated recurrent unit);
one network for all series as in D. Salinas et al., DeepAR, International Journal of Forecasting 36, 2020.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

Array = NDArray[np.float64]

WINDOW: Final = 12
HIDDEN: Final = 16
EPOCHS: Final = 20
BATCH: Final = 256
RATE: Final = 0.01
"""Size and training: about 1,000 weights for some thousand windows; not tuned on any weeks."""


class _Network(nn.Module):
    """A gated recurrent unit over the last weeks, then one layer to all weeks ahead at once."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self.weeks = nn.GRU(1, HIDDEN, batch_first=True)
        self.head = nn.Linear(HIDDEN, steps)

    def forward(self, windows: Tensor) -> Tensor:
        """Return rows × steps for rows × weeks, both in logarithms over the window's mean."""
        _, last = self.weeks(windows[:, :, None])
        ahead: Tensor = self.head(last[0])
        return ahead


def forecast_recurrent(units: Array, steps: int, seed: int = 0) -> Array | None:
    """Forecast every series by one network trained on all of them; None where their past is too short.

    Args:
        units: Series × weeks, oldest first.
        steps: Weeks ahead.
        seed: Of the first weights and of the order of training.

    Returns:
        Series × steps, from 0 upwards.
    """
    weeks = units.shape[1]
    if weeks < WINDOW + steps:
        return None
    ends = range(WINDOW, weeks - steps + 1)
    pasts = np.concatenate([units[:, end - WINDOW : end] for end in ends]).clip(0)
    futures = np.concatenate([units[:, end : end + steps] for end in ends]).clip(0)
    sold = pasts.sum(axis=1) > 0
    windows, level = _scaled(pasts[sold])
    wanted = np.log((futures[sold] + 1) / level)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = _trained(_tensor(windows), _tensor(wanted), steps)
    latest, height = _scaled(units[:, -WINDOW:].clip(0))
    with torch.no_grad():
        ahead = np.asarray(network(_tensor(latest)).numpy(), float)
    forecast: Array = np.maximum(np.exp(ahead) * height - 1, 0.0)
    return forecast


def _scaled(windows: Array) -> tuple[Array, Array]:
    """Return logarithms over the window's mean, and that mean; one more than was sold, for weeks without a sale."""
    level = windows.mean(axis=1, keepdims=True) + 1
    return np.log((windows + 1) / level), level


def _tensor(values: Array) -> Tensor:
    return torch.from_numpy(values.astype(np.float32))


def _trained(windows: Tensor, wanted: Tensor, steps: int) -> _Network:
    """Train on absolute errors of logarithms, whose optimum is the median, as WAPE asks for."""
    network, loss = _Network(steps), nn.L1Loss()
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE)
    batches = EPOCHS * -(-len(windows) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=batches)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(windows)).split(BATCH):
            optimiser.zero_grad()
            loss(network(windows[rows]), wanted[rows]).backward()
            optimiser.step()
            schedule.step()
    return network.eval()
