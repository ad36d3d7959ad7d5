"""Join a base GGUF and a LoRA adapter into one Q8_0 GGUF with numpy only."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType, GGUFReader, GGUFValueType, GGUFWriter, LlamaFileType, ReaderTensor, quants
from numpy.typing import NDArray
from safetensors import deserialize

from agent.models.files import adapter_files
from agent.models.gguf_file import Array, field, open_gguf, rotary_heads, to_llama_rows, transformers_name
from tools.errors import InputError

REFUSED = ("use_dora", "use_rslora", "rank_pattern", "alpha_pattern", "modules_to_save", "fan_in_fan_out")
"""peft's options that change the sum W + scale * B A, or add weights beside it."""

FLOATS = {"F16": "<f2", "F32": "<f4"}
"""safetensors' names of the number formats that numpy has."""

PREFIX = "base_model.model."
"""What peft writes before a module's name."""

WRITER_FIELDS = frozenset({"general.architecture", "general.file_type", "general.quantization_version"})
"""Metadata that the writer sets anew."""


def read_adapter(folder: Path) -> dict[str, Array]:
    """Read a peft LoRA folder as weight changes under transformers' tensor names.

    Raises:
        InputError: Files are missing, or the adapter is more than plain LoRA on linear layers.
    """
    config_file, weights_file = adapter_files(folder)
    config = json.loads(config_file.read_text(encoding="utf-8"))
    used = [name for name in REFUSED if config.get(name)]
    if used or config.get("bias", "none") != "none":
        raise InputError(f"adapter {str(folder)!r} uses {used or 'bias'}; expected plain LoRA; try retraining without")
    return _changes(read_safetensors(weights_file), config["lora_alpha"] / config["r"], folder)


def read_safetensors(path: Path) -> dict[str, Array]:
    """Read every tensor of a safetensors file as float32; numpy has no bfloat16, so that is widened by hand."""
    parts = deserialize(path.read_bytes())  # type: ignore[no-untyped-call]
    return {name: _float32(part["dtype"], part["data"], part["shape"]) for name, part in parts}


def _float32(kind: str, data: bytes, shape: list[int]) -> Array:
    if kind == "BF16":
        return (np.frombuffer(data, dtype="<u2").astype("<u4") << 16).view("<f4").reshape(shape)
    if kind not in FLOATS:
        raise InputError(f"adapter holds {kind!r} numbers; expected one of {['BF16', *FLOATS]}; try saving as F32")
    return np.frombuffer(data, dtype=FLOATS[kind]).astype(np.float32).reshape(shape)


def _changes(weights: dict[str, Array], scale: float, folder: Path) -> dict[str, Array]:
    changes = {}
    for name, down in weights.items():
        module, _, part = name.removeprefix(PREFIX).partition(".lora_")
        if part not in {"A.weight", "B.weight"}:
            raise InputError(f"adapter {str(folder)!r} holds {name!r}; expected lora_A and lora_B weights only")
        if part == "A.weight":
            up = weights[name.replace(".lora_A.", ".lora_B.")]
            changes[f"{module}.weight"] = scale * (up @ down)
    return changes


def write_merged(base: Path, changes: dict[str, Array], target: Path) -> None:
    """Write base + changes as GGUF: changed tensors as Q8_0, the others as they are."""
    reader = open_gguf(base)
    unknown = set(changes) - {transformers_name(tensor.name) for tensor in reader.tensors}
    if unknown:
        raise InputError(f"adapter changes {min(unknown)!r}, which {base.name} lacks; expected an adapter of this base")
    writer = GGUFWriter(target, str(field(reader, "general.architecture")))
    writer.add_quantization_version(2)
    writer.add_file_type(LlamaFileType.MOSTLY_Q8_0)
    _copy_metadata(reader, writer)
    for tensor in reader.tensors:
        data, kind = merged_tensor(tensor, changes.get(transformers_name(tensor.name)), reader)
        writer.add_tensor(tensor.name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def merged_tensor(
    tensor: ReaderTensor, change: Array | None, reader: GGUFReader
) -> tuple[NDArray[np.generic], GGMLQuantizationType]:
    """Return one tensor's stored bytes and kind after the change."""
    if change is None:
        return tensor.data, tensor.tensor_type
    heads = rotary_heads(tensor.name, reader)
    change = change if heads is None else to_llama_rows(change, heads)
    weight = quants.dequantize(tensor.data, tensor.tensor_type) + change
    return quants.quantize(weight, GGMLQuantizationType.Q8_0), GGMLQuantizationType.Q8_0


def _copy_metadata(reader: GGUFReader, writer: GGUFWriter) -> None:
    for name, value in reader.fields.items():
        if name in WRITER_FIELDS or name.startswith("GGUF."):
            continue
        kind, *items = value.types
        writer.add_key_value(name, value.contents(), kind, sub_type=items[-1] if kind == GGUFValueType.ARRAY else None)
