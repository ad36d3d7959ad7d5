"""Self-attention over a customer's purchases in order: what comes next.

Source: W.-C. Kang, J. McAuley, Self-attentive sequential recommendation, ICDM 2018; with the full softmax instead of
sampled negatives, which A. Petrov, C. Macdonald, gSASRec, RecSys 2023, show to matter more than the architecture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

WIDTH, HEADS, BLOCKS = 64, 2, 2
DROPOUT: Final = 0.3
LONGEST: Final = 100
"""Purchases looked back; the oldest are forgotten."""

EPOCHS, BATCH, RATE = 60, 128, 1e-3
Floats = NDArray[np.float32]


class _Attention(nn.Module):
    """Embeddings of items and places, causal self-attention, and the items' embeddings again as the output."""

    def __init__(self, items: int) -> None:
        super().__init__()
        self.items = nn.Embedding(items + 1, WIDTH, padding_idx=0)
        self.places = nn.Embedding(LONGEST, WIDTH)
        nn.init.normal_(self.items.weight, std=0.05)
        nn.init.normal_(self.places.weight, std=0.05)
        self.drop = nn.Dropout(DROPOUT)
        layer = nn.TransformerEncoderLayer(WIDTH, HEADS, WIDTH * 2, DROPOUT, batch_first=True, norm_first=True)
        self.blocks = nn.TransformerEncoder(layer, BLOCKS, norm=nn.LayerNorm(WIDTH), enable_nested_tensor=False)

    def forward(self, sequences: Tensor) -> Tensor:
        """Return the state after each place; sequences are padded with 0 at their end."""
        length = sequences.shape[1]
        states = self.drop(self.items(sequences) + self.places.weight[:length])
        later = torch.triu(torch.ones(length, length, dtype=torch.bool), diagonal=1)
        found: Tensor = self.blocks(states, mask=later)
        return found


@dataclass(frozen=True)
class SequenceRecommender:
    """A trained network."""

    network: _Attention

    def scores(self, sequences: list[NDArray[np.int64]]) -> Floats:
        """Return customers × items, the higher the likelier next; items are numbered from 0."""
        padded, lengths = _padded(sequences)
        with torch.no_grad():
            states = self.network(padded)[torch.arange(len(padded)), lengths - 1]
            found = states @ self.network.items.weight[1:].T
        return np.asarray(found.numpy(), dtype=np.float32)


def fit_sasrec(
    sequences: list[NDArray[np.int64]], items: int, epochs: int = EPOCHS, seed: int = 0
) -> SequenceRecommender:
    """Train on each purchase given those before it.

    Args:
        sequences: Items of each customer, oldest first, numbered from 0.
        items: How many items there are.
        epochs: Times that every customer is seen.
        seed: Of the first weights, the order and the dropout.
    """
    padded, _ = _padded([sequence for sequence in sequences if len(sequence) > 1])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = _Attention(items)
        optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=1e-4)
        for _ in range(epochs):
            for rows in torch.randperm(len(padded)).split(BATCH):
                given, then = padded[rows, :-1], padded[rows, 1:]
                logits = network(given) @ network.items.weight.T
                optimiser.zero_grad()
                nn.functional.cross_entropy(logits.flatten(0, 1), then.flatten(), ignore_index=0).backward()
                optimiser.step()
    network.eval()
    return SequenceRecommender(network)


def _padded(sequences: list[NDArray[np.int64]]) -> tuple[Tensor, Tensor]:
    """Return the last items of each sequence, numbered from 1, with zeros behind; and the lengths, at least 1."""
    kept = [sequence[-LONGEST:] + 1 for sequence in sequences]
    longest = max((len(sequence) for sequence in kept), default=1)
    padded = torch.zeros(len(kept), max(longest, 2), dtype=torch.long)
    for place, sequence in enumerate(kept):
        padded[place, : len(sequence)] = torch.from_numpy(sequence)
    return padded, torch.tensor([max(len(sequence), 1) for sequence in kept])
