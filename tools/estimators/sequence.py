"""A small recurrent network over customers' weeks: the probability that each buys next.

Source: K. Cho et al., Learning phrase representations using RNN encoder-decoder, EMNLP 2014 (gated recurrent unit).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

Array = NDArray[np.float64]
Sequences = NDArray[np.float32]

HIDDEN: Final = 24
EPOCHS: Final = 6
BATCH: Final = 256
RATE: Final = 0.005
DECAY: Final = 1e-4
"""Size and training: about 3,000 weights for some ten thousand sequences."""


class _Network(nn.Module):
    """A gated recurrent unit over the weeks, then one layer with what does not change from week to week."""

    def __init__(self, inputs: int, steady: int) -> None:
        super().__init__()
        self.weeks = nn.GRU(inputs, HIDDEN, batch_first=True)
        self.head = nn.Sequential(nn.Linear(HIDDEN + steady, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 1))

    def forward(self, sequences: Tensor, steady: Tensor) -> Tensor:
        """Return log-odds, one a row."""
        _, last = self.weeks(sequences)
        logits: Tensor = self.head(torch.cat([last[0], steady], dim=1))[:, 0]
        return logits


@dataclass(frozen=True)
class SequenceModel:
    """A trained network, with the scales of its inputs."""

    network: _Network
    centre: NDArray[np.float32]
    scale: NDArray[np.float32]
    steady_centre: NDArray[np.float32]
    steady_scale: NDArray[np.float32]

    def predict(self, sequences: Sequences, steady: Array) -> Array:
        """Return the probability of each row."""
        with torch.no_grad():
            found = torch.sigmoid(self.network(*self.inputs(sequences, steady)))
        return np.asarray(found.numpy(), float)

    def inputs(self, sequences: Sequences, steady: Array) -> tuple[Tensor, Tensor]:
        """Return standardised inputs; what is unknown is at the mean."""
        known = np.nan_to_num((np.log1p(steady.clip(0)) - self.steady_centre) / self.steady_scale).astype(np.float32)
        return torch.from_numpy((sequences - self.centre) / self.scale), torch.from_numpy(known)


def fit_sequences(sequences: Sequences, steady: Array, bought: Array, seed: int = 0) -> SequenceModel:
    """Train the network.

    Args:
        sequences: Rows, weeks, columns; oldest week first.
        steady: Numbers from 0 upwards of each row that are no sequence; NaN where unknown. Seen by logarithm.
        bought: 1 or 0.
        seed: Of the first weights and the order of the rows.
    """
    logs = np.log1p(steady.clip(0))
    centre, scale = sequences.mean((0, 1)), np.maximum(sequences.std((0, 1)), 1e-3)
    known = ~np.isnan(logs)
    many = np.maximum(1, known.sum(axis=0))
    steady_centre = np.where(known, logs, 0.0).sum(axis=0) / many
    steady_scale = np.sqrt((np.where(known, logs - steady_centre, 0.0) ** 2).sum(axis=0) / many).clip(1e-3)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = _Network(sequences.shape[2], steady.shape[1])
        model = SequenceModel(network, centre, scale, steady_centre.astype(np.float32), steady_scale.astype(np.float32))
        _train(network, *model.inputs(sequences, steady), torch.from_numpy(bought.astype(np.float32)))
    network.eval()
    return model


def _train(network: _Network, sequences: Tensor, steady: Tensor, bought: Tensor) -> None:
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    loss = nn.BCEWithLogitsLoss()
    steps = EPOCHS * -(-len(bought) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(bought)).split(BATCH):
            optimiser.zero_grad()
            loss(network(sequences[rows], steady[rows]), bought[rows]).backward()
            optimiser.step()
            schedule.step()
