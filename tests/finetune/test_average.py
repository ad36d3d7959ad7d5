"""The mean of two adapters: between them tensor by tensor, and refused where they are not of one line."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from agent.models.files import ADAPTER_CONFIG, ADAPTER_WEIGHTS
from finetune.average import average
from tools.errors import InputError


def adapter(folder: Path, value: float, rows: int = 2) -> Path:
    folder.mkdir()
    save_file({"lora_A": torch.full((rows, 3), value, dtype=torch.bfloat16)}, folder / ADAPTER_WEIGHTS)
    (folder / ADAPTER_CONFIG).write_text(f'{{"r": {rows}}}', encoding="utf-8")
    return folder


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1.0), (0.5, 2.0), (1.0, 3.0)])
def test_weights_lie_between(tmp_path: Path, share: float, expected: float) -> None:
    out = average(adapter(tmp_path / "a", 1.0), adapter(tmp_path / "b", 3.0), tmp_path / "out", share)
    mean = load_file(out / ADAPTER_WEIGHTS)["lora_A"]
    assert mean.dtype == torch.bfloat16
    assert torch.equal(mean, torch.full((2, 3), expected, dtype=torch.bfloat16))
    assert (out / ADAPTER_CONFIG).read_text(encoding="utf-8") == '{"r": 2}'


def test_adapters_of_other_shapes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="differ in shape"):
        average(adapter(tmp_path / "a", 1.0), adapter(tmp_path / "b", 1.0, rows=4), tmp_path / "out")


def test_a_share_beyond_either_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="outside 0 to 1"):
        average(adapter(tmp_path / "a", 1.0), adapter(tmp_path / "b", 3.0), tmp_path / "out", 1.5)
