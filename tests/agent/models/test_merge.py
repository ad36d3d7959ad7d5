"""Base and adapter are joined as peft joins them, on a tiny llama written for the test."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from gguf import GGUFWriter
from peft import LoraConfig, get_peft_model
from transformers import LlamaForCausalLM

from agent.models.build import build_model, is_current
from agent.models.files import ADAPTER_CONFIG, ADAPTER_WEIGHTS, read_record, sha256_of
from agent.models.gguf_file import BLOCK_NAMES, open_gguf, to_llama_rows, to_rotary_halves, transformers_weights
from agent.models.merge import read_adapter, read_safetensors
from agent.models.weights import config_of, with_adapter
from tools.errors import InputError, MissingCapabilityError

pytestmark = pytest.mark.filterwarnings(
    "ignore:.is_gradient_checkpointing. is deprecated:FutureWarning"
)  # in peft 0.21

WIDTH, HEADS, KEY_HEADS, INNER, BLOCKS, WORDS = 64, 4, 2, 96, 2, 32
SIZES = {
    "attn_norm": (WIDTH,),
    "ffn_norm": (WIDTH,),
    "attn_q": (WIDTH, WIDTH),
    "attn_k": (WIDTH // 2, WIDTH),
    "attn_v": (WIDTH // 2, WIDTH),
    "attn_output": (WIDTH, WIDTH),
    "ffn_gate": (INNER, WIDTH),
    "ffn_up": (INNER, WIDTH),
    "ffn_down": (WIDTH, INNER),
}
Q8_STEP = 1 / 127
"""Q8_0 stores 32 numbers as signed bytes of their largest: an error of half a step of it."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "tiny.gguf"
    writer = GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_block_count(BLOCKS)
    writer.add_context_length(128)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(WORDS)
    for add in (writer.add_bos_token_id, writer.add_eos_token_id, writer.add_pad_token_id):
        add(2)
    rng = np.random.default_rng(0)
    shapes = {f"blk.{block}.{name}.weight": shape for block in range(BLOCKS) for name, shape in SIZES.items()}
    shapes |= {"token_embd.weight": (WORDS, WIDTH), "output_norm.weight": (WIDTH,)}
    for name, shape in shapes.items():
        writer.add_tensor(name, rng.normal(size=shape).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def tiny_model(base: Path) -> LlamaForCausalLM:
    reader = open_gguf(base)
    model = LlamaForCausalLM(config_of(reader))
    weights = {name: torch.tensor(array) for name, array in transformers_weights(reader).items()}
    model.load_state_dict(weights, strict=False)
    return model


@pytest.fixture(scope="module")
def joined(base: Path) -> tuple[Path, dict[str, torch.Tensor]]:
    """Give an adapter's folder, and what peft makes of base and adapter."""
    model = tiny_model(base)
    targets = [name.split(".")[1] for name in BLOCK_NAMES.values() if "." in name]
    torch.manual_seed(0)
    adapted = get_peft_model(model, LoraConfig(r=4, lora_alpha=8, target_modules=targets, init_lora_weights=False))
    folder = base.parent / "adapter"
    adapted.save_pretrained(str(folder))
    return folder, dict(adapted.merge_and_unload().state_dict())


def test_the_merge_equals_pefts(base: Path, joined: tuple[Path, dict[str, torch.Tensor]], tmp_path: Path) -> None:
    adapter, expected = joined
    merged = transformers_weights(open_gguf(build_model(base, adapter, tmp_path / "m.gguf")))
    original = transformers_weights(open_gguf(base))
    for name, weight in merged.items():
        want = expected[name].numpy()
        changed = not np.array_equal(want, original[name])
        assert changed is name.endswith("_proj.weight")
        np.testing.assert_allclose(weight, want, atol=np.abs(want).max() * Q8_STEP if changed else 0)


def test_the_merge_in_memory_equals_pefts(base: Path, joined: tuple[Path, dict[str, torch.Tensor]]) -> None:
    adapter, expected = joined
    merged = with_adapter(tiny_model(base), adapter).state_dict()
    for name, weight in merged.items():
        torch.testing.assert_close(weight, expected[name], rtol=1e-5, atol=1e-5)


def test_row_orders_undo_each_other() -> None:
    weight = np.random.default_rng(0).normal(size=(24, 5)).astype(np.float32)
    assert np.array_equal(to_rotary_halves(to_llama_rows(weight, 3), 3), weight)


def test_a_build_is_recorded_repeatable_and_redone_when_the_adapter_changes(
    base: Path, joined: tuple[Path, dict[str, torch.Tensor]], tmp_path: Path
) -> None:
    adapter, _ = joined
    first = build_model(base, adapter, tmp_path / "a" / "m.gguf")
    record = read_record(first)
    assert record is not None
    assert record.output_sha256 == sha256_of(first)
    assert record.base_sha256 == sha256_of(base)
    assert sorted(path.name for path in first.parent.iterdir()) == ["m.gguf", "m.json"]
    assert sha256_of(build_model(base, adapter, tmp_path / "b" / "m.gguf")) == record.output_sha256
    changed_at = first.stat().st_mtime_ns
    assert build_model(base, adapter, first).stat().st_mtime_ns == changed_at
    other = tmp_path / "other"
    other.mkdir()
    (other / ADAPTER_WEIGHTS).write_bytes((adapter / ADAPTER_WEIGHTS).read_bytes())
    config = json.loads((adapter / ADAPTER_CONFIG).read_text(encoding="utf-8"))
    (other / ADAPTER_CONFIG).write_text(json.dumps(config | {"lora_alpha": 16}), encoding="utf-8")
    build_model(base, other, first)
    again = read_record(first)
    assert again is not None
    assert again.output_sha256 != record.output_sha256
    assert not is_current(first, record.base_sha256, record.adapter_sha256)


def test_bfloat16_adapters_are_widened(tmp_path: Path) -> None:
    bits = np.array([0x3F80, 0xC000, 0x3E80], dtype="<u2")  # 1, -2, 0.25: the upper halves of their float32
    header = json.dumps({"w": {"dtype": "BF16", "shape": [3], "data_offsets": [0, 6]}}).encode()
    path = tmp_path / "a.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header + bits.tobytes())
    assert read_safetensors(path)["w"].tolist() == [1.0, -2.0, 0.25]


@pytest.mark.parametrize("change", [{"use_dora": True}, {"bias": "all"}, {"modules_to_save": ["lm_head"]}])
def test_more_than_plain_lora_is_refused(
    joined: tuple[Path, dict[str, torch.Tensor]], tmp_path: Path, change: dict[str, object]
) -> None:
    adapter, _ = joined
    config = json.loads((adapter / ADAPTER_CONFIG).read_text(encoding="utf-8"))
    (tmp_path / ADAPTER_CONFIG).write_text(json.dumps(config | change), encoding="utf-8")
    (tmp_path / ADAPTER_WEIGHTS).write_bytes((adapter / ADAPTER_WEIGHTS).read_bytes())
    with pytest.raises(InputError, match="plain LoRA"):
        read_adapter(tmp_path)


def test_what_is_missing_is_said(base: Path, joined: tuple[Path, object], tmp_path: Path) -> None:
    with pytest.raises(InputError, match=ADAPTER_CONFIG):
        read_adapter(tmp_path)
    (tmp_path / "not.gguf").write_bytes(b"no model")
    with pytest.raises(InputError, match="GGUF"):
        open_gguf(tmp_path / "not.gguf")
    with pytest.raises(MissingCapabilityError, match="free space"):
        build_model(base, joined[0], base / "below-a-file" / "m.gguf")
