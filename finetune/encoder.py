"""Fine-tune the encoder on a shop's own pairs: `python -m finetune.encoder --store S --out FOLDER`.

Texts that belong together are pulled together, all others of the batch apart (multiple negatives ranking: Henderson et
al. 2017). The loss is sentence-transformers'; the loop is plain, for the library's trainer would bring in a package of
data sets with a dozen dependencies of its own. What was trained is measured on pairs that training did not see, beside
the encoder it started from, and only used where it is better: `marketwright index build S --encoder FOLDER`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

from finetune.encoder_pairs import Pair, basket_pairs, meanings_of, read_pairs, search_pairs
from retrieval.documents import distinct
from retrieval.sentence_encoder import check_model_folder
from tools.packages import fetched
from tools.progress import say
from tools.warehouse.store import open_store
from tools.warehouse.view import StoreView

BATCH: Final = 16
LEARNING_RATE: Final = 2e-5
WARM_UP: Final = 0.1
HELD_OUT: Final = 0.25
"""Last part of the store's time, from which the measuring pairs come."""
CUT: Final = 10


def main(argv: Sequence[str] | None = None) -> int:
    """Train, save and measure."""
    parser = argparse.ArgumentParser(prog="python -m finetune.encoder", description=__doc__)
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("--store", metavar="S", help="train on a store's searches and co-purchases")
    given.add_argument("--pairs", metavar="FILE", help="train on pairs: tab-separated anchor, positive, group")
    parser.add_argument("--leave-out", nargs="*", default=(), metavar="GROUP", help="groups of the file not trained on")
    parser.add_argument("--base", metavar="FOLDER", help="model to start from (default all-MiniLM-L6-v2)")
    parser.add_argument("--out", required=True, metavar="FOLDER", help="where the tuned model is saved")
    parser.add_argument("--steps", type=int, default=200, metavar="N", help=f"batches of {BATCH} pairs (default 200)")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    args = parser.parse_args(argv)
    base, out = Path(args.base) if args.base else fetched("encoder"), Path(args.out)
    if args.pairs:
        train(base, read_pairs(Path(args.pairs), args.leave_out), out, args.steps, args.seed)
        return 0
    early, late = halves(open_store(args.store).at(latest(args.store)))
    train(base, search_pairs(early) + basket_pairs(early), out, args.steps, args.seed)
    report(base, out, early, late)
    return 0


def latest(store: str) -> dt.date:
    """Return the day after a store's last order."""
    return open_store(store).meta.last_at.date() + dt.timedelta(days=1)


def halves(view: StoreView) -> tuple[StoreView, StoreView]:
    """Return the store as of the day when the held-out time begins, and as of its end."""
    first = view.meta.first_at.date()
    return view.at(first + dt.timedelta(days=int((view.as_of - first).days * (1 - HELD_OUT)))), view


def train(base: Path, pairs: Sequence[Pair], out: Path, steps: int, seed: int) -> None:
    """Train for so many batches and save the model as safetensors."""
    check_model_folder(base)
    torch.manual_seed(seed)
    model = SentenceTransformer(str(base), device="cpu", local_files_only=True)
    loss_of = MultipleNegativesRankingLoss(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate_at(step, steps))
    model.train()
    say(f"{len(pairs):,} pairs, {steps} batches of {BATCH}")
    for step, batch in enumerate(batches(pairs, steps, seed), 1):
        columns: list[Any] = [[pair.anchor for pair in batch], [pair.positive for pair in batch]]
        loss = loss_of([model.preprocess(column) for column in columns], torch.empty(0))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 20 == 0 or step == steps:
            say(f"  {step} of {steps}: loss {loss.item():.3f}")
    model.eval()
    model.save(str(out), create_model_card=False, safe_serialization=True)


def rate_at(step: int, steps: int) -> float:
    """Return the share of the learning rate: up over the first tenth, then down to nothing.

    >>> [rate_at(step, 100) for step in (0, 10, 55, 100)]
    [0.1, 1.0, 0.5, 0.0]
    """
    warm = max(1, int(steps * WARM_UP))
    return (step + 1) / warm if step < warm else max(0.0, (steps - step) / max(1, steps - warm))


def batches(pairs: Sequence[Pair], steps: int, seed: int) -> Iterator[list[Pair]]:
    """Yield batches of pairs in which no text occurs twice, for the others of a batch serve as what does not fit."""
    rng = random.Random(seed)
    waiting: list[Pair] = []
    for _ in range(steps):
        if len(waiting) < BATCH:
            waiting += rng.sample(pairs, len(pairs))
        batch: list[Pair] = []
        seen: set[str] = set()
        left: list[Pair] = []
        for pair in waiting:
            if len(batch) < BATCH and not {pair.anchor, pair.positive} & seen:
                batch.append(pair)
                seen |= {pair.anchor, pair.positive}
            else:
                left.append(pair)
        waiting = left
        yield batch


def report(base: Path, tuned: Path, early: StoreView, late: StoreView) -> None:
    """Print how well each model finds what was bought together later, of pairs that were not trained on."""
    trained = {frozenset((pair.anchor, pair.positive)) for pair in basket_pairs(early)}
    held = [pair for pair in basket_pairs(late) if frozenset((pair.anchor, pair.positive)) not in trained]
    for name, folder in (("before", base), ("tuned", tuned)):
        value = recall(folder, list(dict.fromkeys(meanings_of(late))), held)
        print(f"{name}: recall@{CUT} of {len(held):,} later pairs {value:.4f}")


def recall(folder: Path, texts: Sequence[str], pairs: Sequence[Pair]) -> float:
    """Return the share of pairs whose second text is among the ten nearest of the first."""
    rows = {text: row for row, text in enumerate(texts)}
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    vectors = model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False, batch_size=64)
    anchors, places = distinct([pair.anchor for pair in pairs])
    scores = vectors[[rows[anchor] for anchor in anchors]] @ vectors.T
    scores[np.arange(len(anchors)), [rows[anchor] for anchor in anchors]] = -1
    nearest = np.argpartition(-scores, CUT, axis=1)[:, :CUT]
    found = [rows[pair.positive] in nearest[place] for pair, place in zip(pairs, places, strict=True)]
    return float(np.mean(found)) if found else 0.0


if __name__ == "__main__":
    sys.exit(main())
