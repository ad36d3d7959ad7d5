"""Read and name the tensors of a llama-architecture GGUF file with numpy only."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from gguf import GGUFReader, dequantize
from numpy.typing import NDArray

from tools.errors import InputError

Array = NDArray[np.float32]

BLOCK_NAMES = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
"""A block's tensors, llama.cpp's name to transformers' name (gguf's tensor_mapping for LLAMA)."""

OUTER_NAMES = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
"""Tensors outside the blocks."""

BLOCK = re.compile(r"blk\.(\d+)\.(\w+)\.weight")


def transformers_name(name: str) -> str:
    """Translate llama.cpp's tensor name into transformers'.

    >>> transformers_name("blk.3.attn_q.weight")
    'model.layers.3.self_attn.q_proj.weight'
    """
    if name in OUTER_NAMES:
        return OUTER_NAMES[name]
    match = BLOCK.fullmatch(name)
    if match is None or match[2] not in BLOCK_NAMES:
        raise InputError(f"tensor {name!r} is unknown; expected a llama-architecture GGUF; try SmolLM2's")
    return f"model.layers.{match[1]}.{BLOCK_NAMES[match[2]]}.weight"


def to_llama_rows(weight: Array, heads: int) -> Array:
    """Reorder a q or k projection's rows from transformers' rotary halves to llama.cpp's interleaved pairs.

    Shape (heads * size, width) stays. Source: `LlamaModel.permute` of llama.cpp's convert_hf_to_gguf.py.

    >>> to_llama_rows(np.arange(4, dtype=np.float32)[:, None], heads=1).ravel().tolist()
    [0.0, 2.0, 1.0, 3.0]
    """
    rows, width = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, width).swapaxes(1, 2).reshape(rows, width)


def to_rotary_halves(weight: Array, heads: int) -> Array:
    """Undo `to_llama_rows`.

    >>> to_rotary_halves(np.array([[0.0], [2.0], [1.0], [3.0]], dtype=np.float32), heads=1).ravel().tolist()
    [0.0, 1.0, 2.0, 3.0]
    """
    rows, width = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, width).swapaxes(1, 2).reshape(rows, width)


def field(reader: GGUFReader, key: str) -> int | float | str:
    """Return one metadata value, or say that the file lacks it."""
    found = reader.get_field(key)
    if found is None:
        raise InputError(f"GGUF field {key!r} is missing; expected a llama-architecture model; try SmolLM2's")
    value = found.contents()
    return value if isinstance(value, int | float | str) else str(value)


def rotary_heads(name: str, reader: GGUFReader) -> int | None:
    """Return how many heads a tensor's rows are permuted by, or None when they are not."""
    if name.endswith("attn_q.weight"):
        return int(field(reader, "llama.attention.head_count"))
    if name.endswith("attn_k.weight"):
        return int(field(reader, "llama.attention.head_count_kv"))
    return None


def open_gguf(path: Path) -> GGUFReader:
    """Open a GGUF file, refusing what is not one."""
    try:
        return GGUFReader(path)
    except (OSError, ValueError) as problem:
        raise InputError(f"model file {str(path)!r} is not readable as GGUF ({problem}); expected a .gguf") from problem


def transformers_weights(reader: GGUFReader) -> dict[str, Array]:
    """Return every tensor as float32 under transformers' names and row order."""
    weights = {}
    for tensor in reader.tensors:
        weight = dequantize(tensor.data, tensor.tensor_type)
        heads = rotary_heads(tensor.name, reader)
        weights[transformers_name(tensor.name)] = weight if heads is None else to_rotary_halves(weight, heads)
    return weights
