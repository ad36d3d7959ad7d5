"""Train the LoRA adapter: `torchrun --nproc-per-node 2 -m finetune.train --config CONFIG --data train.jsonl --out DIR`.

A plain loop, since on two CPU cores every padded token and every unneeded logit costs: batches of similar length,
logits only where something is learned, bf16 weights with fp32 masters of the adapter. It runs for `minutes`, reads the
data anew each round (so data may grow meanwhile), writes a checkpoint every `checkpoint_minutes`, and resumes from it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
import yaml
from peft import LoraConfig, PeftModel, get_peft_model
from pydantic import BaseModel, ConfigDict, Field
from safetensors import safe_open
from safetensors.torch import save_file
from torch import distributed
from torch.nn import functional
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from agent.models.weights import load_base
from finetune.batches import Row, batches, encode, read_examples


class TrainConfig(BaseModel):
    """Everything that decides how a run trains."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_name: str = Field(
        "HuggingFaceTB/SmolLM2-135M-Instruct", description="The base model, as the adapter names it."
    )
    rank: int = Field(gt=0, description="LoRA rank, on all linear layers.")
    alpha: int = Field(gt=0, description="LoRA scale is alpha / rank.")
    learning_rate: float = Field(gt=0, description="Highest learning rate.")
    batch_tokens: int = Field(gt=0, description="Padded tokens in a batch.")
    longest: int = Field(gt=0, description="Longer examples are left out.")
    round_examples: int = Field(gt=0, description="Examples drawn a round; the data file is read anew for each.")
    minutes: float = Field(gt=0, description="Wall time of the whole run, earlier parts of a resumed one included.")
    max_steps: int | None = Field(None, description="Stop after so many steps (for tests).")
    warmup_steps: int = Field(description="Steps of linear warm-up.")
    decay_share: float = Field(ge=0, le=1, description="Last share of the time, in which the rate falls to zero.")
    checkpoint_minutes: float = Field(gt=0, description="Minutes between checkpoints.")
    threads: int = Field(gt=0, description="CPU threads.")
    dtype: str = Field("bfloat16", description="Type of the frozen weights and of the computation.")
    seed: int = Field(1, description="Seed of the drawing and of the adapter.")


CHECKPOINT = "checkpoint.safetensors"
"""Masters and optimizer moments; like all weights here, never a pickle."""

PROGRESS = ("step", "tokens", "examples", "seconds", "round")
"""How far a run is, kept beside the tensors."""


@dataclass(frozen=True)
class Summed:
    """Gradients, loss and time added over the processes."""

    gradients: list[torch.Tensor]
    loss: float


@dataclass(frozen=True)
class Share:
    """This process's part of the work: with one thread each, processes do not wait for one another inside a layer."""

    rank: int = 0
    count: int = 1

    def add(self, gradients: list[torch.Tensor], loss: float) -> Summed:
        """Add gradients and loss over all processes."""
        if self.count == 1:
            return Summed(gradients, loss)
        flat = torch.cat([*(g.flatten() for g in gradients), torch.tensor([loss])])
        distributed.all_reduce(flat)
        pieces = flat.split([*(g.numel() for g in gradients), 1])
        return Summed([p.view_as(g) for p, g in zip(pieces, gradients, strict=False)], float(pieces[-1]))

    def longest(self, seconds: float) -> float:
        """Return the longest time any process took, so that all stop at the same step."""
        if self.count == 1:
            return seconds
        slowest = torch.tensor([seconds])
        distributed.all_reduce(slowest, distributed.ReduceOp.MAX)
        return float(slowest)


class Trainer:
    """The state of a run."""

    def __init__(
        self,
        model: PeftModel,
        tokenizer: PreTrainedTokenizerBase,
        config: TrainConfig,
        out: Path,
        share: Share = Share(),
    ) -> None:  # noqa: B008 - frozen
        """Set up masters and optimizer."""
        self.share = share
        self.base = cast(PreTrainedModel, model.get_base_model())
        self.model, self.tokenizer, self.config, self.out = model, tokenizer, config, out
        self.weights = [p for p in model.parameters() if p.requires_grad]
        self.masters = [p.detach().float().clone().requires_grad_() for p in self.weights]
        self.optimizer = torch.optim.AdamW(self.masters, lr=config.learning_rate, weight_decay=0.01, betas=(0.9, 0.98))
        self.step, self.tokens, self.examples, self.seconds = 0, 0, 0, 0.0
        self.round = 0

    def resume(self) -> None:
        """Continue from the checkpoint in `out`, if there is one."""
        path = self.out / CHECKPOINT
        if not path.is_file():
            return
        with safe_open(path, framework="pt") as saved:
            tensors = {name: saved.get_tensor(name) for name in saved.keys()}  # noqa: SIM118 - not a dict
            progress = json.loads(saved.metadata()["progress"])
        for name in PROGRESS:
            setattr(self, name, progress[name])
        moments: dict[int, dict[str, torch.Tensor]] = {}
        for name, tensor in tensors.items():
            key, _, index = name.rpartition(".")
            moments.setdefault(int(index), {})[key] = tensor
        with torch.no_grad():
            for index, (master, weight) in enumerate(zip(self.masters, self.weights, strict=True)):
                master.copy_(moments[index]["master"])
                weight.copy_(moments[index].pop("master"))
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": moments, "param_groups": groups})

    def save(self) -> None:
        """Write the adapter (bf16 safetensors) and the state to resume from; the first process does."""
        if self.share.rank:
            return
        self.model.save_pretrained(str(self.out), save_embedding_layers=False)
        tensors = {f"master.{i}": master.detach() for i, master in enumerate(self.masters)}
        for index, moments in self.optimizer.state_dict()["state"].items():
            tensors |= {f"{key}.{index}": value for key, value in moments.items()}
        progress = json.dumps({name: getattr(self, name) for name in PROGRESS})
        temporary = self.out / f"{CHECKPOINT}.part"
        save_file(tensors, temporary, metadata={"progress": progress})
        temporary.replace(self.out / CHECKPOINT)

    def rate(self) -> float:
        """Return the learning rate of this step: linear up, flat, linear down to a twentieth."""
        done = self.seconds / (60 * self.config.minutes)
        if self.config.max_steps:
            done = max(done, self.step / self.config.max_steps)
        down = min(1.0, max(0.05, (1 - done) / self.config.decay_share)) if self.config.decay_share else 1.0
        return self.config.learning_rate * min(1.0, (self.step + 1) / max(1, self.config.warmup_steps)) * down

    def finished(self) -> bool:
        """Say whether time or steps are used up."""
        limit = self.config.max_steps
        return self.seconds >= 60 * self.config.minutes or (limit is not None and self.step >= limit)

    def run(self, data: Path, report: Callable[[str], None]) -> None:
        """Train until finished."""
        saved = self.seconds
        while not self.finished():
            self.round += 1
            rng = random.Random(f"{self.config.seed}-{self.round}")  # noqa: S311 - drawing examples
            examples = read_examples(data)
            drawn = rng.sample(examples, min(self.config.round_examples, len(examples)))
            rows = [row for e in drawn if (row := encode(e, self.tokenizer, self.config.longest))]
            for batch in batches(rows, self.config.batch_tokens, rng):
                began = time.monotonic()
                loss = self.learn(batch)
                self.seconds += self.share.longest(time.monotonic() - began)
                if self.step % 5 == 0 or self.finished():
                    report(self._line(loss))
                if self.seconds - saved > 60 * self.config.checkpoint_minutes:
                    self.save()
                    saved = self.seconds
                if self.finished():
                    break
        self.save()

    def learn(self, batch: Sequence[Row]) -> float:
        """Take one step on a batch, shared among the processes; return its loss per learned token."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate()
        mine = batch[self.share.rank :: self.share.count]
        learned = sum(sum(row.learned[1:]) for row in batch)
        loss = torch.zeros(())
        if mine:
            loss = answer_loss(self.base, mine, self.tokenizer.pad_token_id or 0) / learned
            loss.backward()
        summed = self.share.add([_gradient(weight) for weight in self.weights], float(loss.detach()))
        for master, gradient in zip(self.masters, summed.gradients, strict=True):
            master.grad = gradient
        torch.nn.utils.clip_grad_norm_(self.masters, 1.0)
        self.optimizer.step()
        with torch.no_grad():
            for master, weight in zip(self.masters, self.weights, strict=True):
                weight.copy_(master)
        self.step += 1
        self.tokens += sum(len(row.ids) for row in batch)
        self.examples += len(batch)
        return summed.loss

    def _line(self, loss: float) -> str:
        return json.dumps(
            {
                "step": self.step, "minutes": round(self.seconds / 60, 2), "round": self.round,
                "examples": self.examples, "tokens": self.tokens, "loss": round(loss, 4), "rate": round(self.rate(), 7),
                "tokens_per_second": round(self.tokens / max(self.seconds, 1e-9)),
            }
        )  # fmt: skip


def answer_loss(model: PreTrainedModel, batch: Sequence[Row], pad: int) -> torch.Tensor:
    """Return the summed cross-entropy of the learned tokens; logits are computed at their positions only."""
    width = max(len(row.ids) for row in batch)
    ids = torch.tensor([[*row.ids, *[pad] * (width - len(row.ids))] for row in batch])
    kept = torch.tensor([[True] * len(row.ids) + [False] * (width - len(row.ids)) for row in batch])
    learned = torch.tensor([[*row.learned, *[False] * (width - len(row.ids))] for row in batch])
    states = model.model(input_ids=ids, attention_mask=kept.long()).last_hidden_state
    before = states[:, :-1][learned[:, 1:]]
    wanted = ids[:, 1:][learned[:, 1:]]
    return functional.cross_entropy(model.lm_head(before).float(), wanted, reduction="sum")


def _gradient(weight: torch.Tensor) -> torch.Tensor:
    gradient = torch.zeros_like(weight, dtype=torch.float32) if weight.grad is None else weight.grad.float()
    weight.grad = None
    return gradient


def adapt(model: PreTrainedModel, config: TrainConfig, start: Path | None = None) -> PeftModel:
    """Freeze the model and add an adapter to all linear layers but the output: a new one, or the one in `start`."""
    torch.manual_seed(config.seed)
    if start is not None:
        return PeftModel.from_pretrained(model, str(start), is_trainable=True, autocast_adapter_dtype=False)
    lora = LoraConfig(r=config.rank, lora_alpha=config.alpha, target_modules="all-linear", task_type="CAUSAL_LM")
    adapted = get_peft_model(model, lora, autocast_adapter_dtype=False)
    adapted.peft_config["default"].base_model_name_or_path = config.base_name
    return adapted


def _base(folder: Path | None, dtype: torch.dtype) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    if folder is None:
        return load_base(dtype)
    return AutoModelForCausalLM.from_pretrained(folder, dtype=dtype), AutoTokenizer.from_pretrained(folder)


def join() -> Share:
    """Join the processes that `torchrun` started, if it did."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return Share()
    distributed.init_process_group("gloo")
    return Share(distributed.get_rank(), distributed.get_world_size())


def load_config(path: Path) -> TrainConfig:
    """Read and check a config file."""
    return TrainConfig.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def main() -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--base", type=Path, help="folder of another base model; the fetched default one otherwise")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--adapter", type=Path, help="folder of an adapter to go on from, where no checkpoint is left")
    options = parser.parse_args()
    config = load_config(options.config)
    torch.set_num_threads(config.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    model, tokenizer = _base(options.base, getattr(torch, config.dtype))
    trainer = Trainer(adapt(model, config, options.adapter), tokenizer, config, options.out, join())
    trainer.resume()
    with (options.out / "curve.jsonl").open("a", encoding="utf-8") as log:

        def report(line: str) -> None:
            if trainer.share.rank:
                return
            print(line, flush=True)
            log.write(line + "\n")
            log.flush()

        trainer.run(options.data, report)


if __name__ == "__main__":
    main()
