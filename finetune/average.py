"""Average two adapters of one line of training: `python -m finetune.average EARLIER LATER --out DIR`.

A later stage learns its new lessons and forgets a little of the old ones; the mean of both stages' weights often keeps
more of either (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from agent.models.files import ADAPTER_CONFIG, ADAPTER_WEIGHTS, adapter_files
from tools.errors import InputError


def average(earlier: Path, later: Path, out: Path, share: float = 0.5) -> Path:
    """Write the adapter between two, `share` of the way to the later one; returns its folder.

    Raises:
        InputError: The two are not of one line: other tensors or shapes, or another configuration.
    """
    first, second = (load_file(adapter_files(folder)[1]) for folder in (earlier, later))
    if {name: part.shape for name, part in first.items()} != {name: part.shape for name, part in second.items()}:
        raise InputError(f"adapters {earlier.name!r} and {later.name!r} differ in shape; expected two of one training")
    if not 0 <= share <= 1:
        raise InputError(f"share {share:g} is outside 0 to 1; expected how far to go to the later one; try 0.5")
    out.mkdir(parents=True, exist_ok=True)
    mean = {name: _between(part, second[name], share) for name, part in first.items()}
    save_file(mean, out / ADAPTER_WEIGHTS, metadata={"format": "pt"})
    shutil.copy2(later / ADAPTER_CONFIG, out / ADAPTER_CONFIG)
    return out


def _between(first: torch.Tensor, second: torch.Tensor, share: float) -> torch.Tensor:
    return ((1 - share) * first.float() + share * second.float()).to(first.dtype).contiguous()


def main() -> None:
    """Average two adapters from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("earlier", type=Path)
    parser.add_argument("later", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--share", type=float, default=0.5, help="how far to go to the later one (default 0.5)")
    options = parser.parse_args()
    print(average(options.earlier, options.later, options.out, options.share))


if __name__ == "__main__":
    main()
