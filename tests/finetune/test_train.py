"""Training: a tiny random model really learns for a few steps, stops, resumes; every config loads."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from finetune.batches import Row, batches, chat_pieces, encode
from finetune.train import TrainConfig, Trainer, adapt, answer_loss, load_config

CONFIGS = sorted((Path(__file__).parents[2] / "finetune" / "configs").glob("*.yaml"))
VOCABULARY = 300
pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing.:FutureWarning")  # peft asks for it


class Bytes:
    """A tokenizer with one token a byte."""

    pad_token_id = 0

    def encode(self, text: str, *, add_special_tokens: bool) -> list[int]:
        return [1 + b for b in text.encode()]


def tiny_model() -> LlamaForCausalLM:
    """Return a random Llama of a few thousand weights."""
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, max_position_embeddings=512,
    )  # fmt: skip
    return LlamaForCausalLM(config)


def tiny_data(folder: Path) -> Path:
    """Write two examples."""
    path = folder / "train.jsonl"
    line = '{"skill":"stop","messages":[{"role":"user","content":"%s"},{"role":"assistant","content":"%s"}]}\n'
    path.write_text(line % ("hi", "answer") + line % ("spam them", "refuse"), encoding="utf-8")
    return path


def trainer(out: Path, steps: int) -> Trainer:
    """Return a trainer of the tiny config."""
    config = load_config(CONFIGS[0].parent / "tiny.yaml").model_copy(update={"max_steps": steps})
    return Trainer(adapt(tiny_model(), config), Bytes(), config, out)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", CONFIGS, ids=lambda p: p.stem)
def test_config_loads(path: Path) -> None:
    assert isinstance(load_config(path), TrainConfig)


def test_a_few_steps_lower_the_loss_and_leave_an_adapter(tmp_path: Path) -> None:
    lines: list[str] = []
    run = trainer(tmp_path, steps=12)
    rows = [Row(tuple(range(1, 20)), (False,) * 10 + (True,) * 9, "stop")]
    before = answer_loss(run.base, rows, 0).item()
    run.run(tiny_data(tmp_path), lines.append)
    first, last = (float(line.split('"loss": ')[1].split(",")[0]) for line in (lines[0], lines[-1]))
    assert last < first
    assert before > 0
    assert (tmp_path / "adapter_model.safetensors").is_file()


def test_a_stopped_run_resumes_where_it_was(tmp_path: Path) -> None:
    data = tiny_data(tmp_path)
    trainer(tmp_path, steps=3).run(data, lambda _: None)
    again = trainer(tmp_path, steps=5)
    again.resume()
    assert again.step == 3
    again.run(data, lambda _: None)
    assert again.step == 5


def test_a_shipped_adapter_can_be_trained_on(tmp_path: Path) -> None:
    first = trainer(tmp_path, steps=3)
    first.run(tiny_data(tmp_path), lambda _: None)
    again = adapt(tiny_model(), first.config, tmp_path)
    weights = [p for p in again.parameters() if p.requires_grad]
    assert len(weights) == len(first.weights)
    assert all(torch.equal(a, b) for a, b in zip(weights, first.weights, strict=True))


def test_loss_looks_at_answers_only() -> None:
    model = tiny_model()
    ids = tuple(range(1, 21))
    learned = (False,) * 15 + (True,) * 5
    alone = answer_loss(model, [Row(ids, learned, "x")], 0)
    padded = answer_loss(model, [Row(ids, learned, "x"), Row(tuple(range(1, 41)), (False,) * 40, "x")], 0)
    assert torch.isclose(alone, padded, atol=1e-4)


def test_batches_hold_each_row_once_within_their_limit() -> None:
    rows = [Row(tuple(range(n)), (True,) * n, "x") for n in (5, 40, 7, 90, 12, 33)]
    made = batches(rows, 100, random.Random(1))
    assert sorted(len(r.ids) for b in made for r in b) == sorted(len(r.ids) for r in rows)
    assert all(len(b) * max(len(r.ids) for r in b) <= 100 for b in made)


def test_an_example_longer_than_the_limit_is_left_out() -> None:
    example: dict[str, object] = {"skill": "x", "messages": [{"role": "assistant", "content": "y" * 50}]}
    assert encode(example, Bytes(), 10) is None


def test_what_comes_after_the_last_answer_is_not_learned() -> None:
    assert list(chat_pieces([{"role": "assistant", "content": "a"}]))[-1] == ("\n", False)
