"""The base model and its tokenizer as plain torch modules, read from GGUF; the home of transformers."""

from __future__ import annotations

from pathlib import Path

import torch
from gguf import GGUFReader
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from agent.models.files import base_gguf
from agent.models.gguf_file import field, open_gguf, transformers_weights
from agent.models.merge import read_adapter
from tools.errors import InputError


def load_base(
    dtype: torch.dtype = torch.float32, path: Path | None = None
) -> tuple[LlamaForCausalLM, PreTrainedTokenizerBase]:
    """Load the base model, dequantized to plain linear layers, and its tokenizer.

    transformers' own GGUF loading keeps the weights packed, which can be neither trained nor saved.

    Args:
        dtype: Of the weights.
        path: A llama-architecture GGUF; the fetched base model by default.
    """
    path = path or base_gguf()
    reader = open_gguf(path)
    weights = {name: torch.tensor(array, dtype=dtype) for name, array in transformers_weights(reader).items()}
    with torch.device("meta"):
        model = LlamaForCausalLM(config_of(reader))
    tied = "lm_head.weight" not in weights
    if tied:
        weights["lm_head.weight"] = weights["model.embed_tokens.weight"]
    model.load_state_dict(weights, assign=True)
    if tied:
        model.tie_weights()
    model.model.rotary_emb = type(model.model.rotary_emb)(config=model.config)
    return model.eval(), load_tokenizer(path)


def with_adapter(model: LlamaForCausalLM, folder: Path) -> LlamaForCausalLM:
    """Join a LoRA adapter with a model in memory, as the served file is built; changes the model in place.

    Raises:
        InputError: The adapter is not plain LoRA, or not of this model.
    """
    weights = dict(model.named_parameters())
    for name, change in read_adapter(folder).items():
        if name not in weights:
            raise InputError(f"adapter changes {name!r}, which the model lacks; expected an adapter of this base")
        weights[name].data += torch.from_numpy(change).to(weights[name])
    return model


def load_folder(folder: Path, dtype: torch.dtype = torch.float32) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Load a Hugging Face model folder; safetensors only, since pickled weights can run code.

    Raises:
        InputError: The folder is no such model.
    """
    try:
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, use_safetensors=True, local_files_only=True)
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError) as problem:
        raise InputError(
            f"model folder {str(folder)!r} cannot be loaded ({problem}); "
            "expected config.json, tokenizer.json and .safetensors; try a .gguf file"
        ) from problem
    return model.eval(), tokenizer


def load_tokenizer(path: Path | None = None) -> PreTrainedTokenizerBase:
    """Load the tokenizer that a GGUF file carries."""
    path = path or base_gguf()
    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    return tokenizer


def config_of(reader: GGUFReader) -> LlamaConfig:
    """Translate a GGUF file's metadata into transformers' configuration."""
    tied = all(tensor.name != "output.weight" for tensor in reader.tensors)
    return LlamaConfig(
        vocab_size=int(field(reader, "llama.vocab_size")),
        hidden_size=int(field(reader, "llama.embedding_length")),
        intermediate_size=int(field(reader, "llama.feed_forward_length")),
        num_hidden_layers=int(field(reader, "llama.block_count")),
        num_attention_heads=int(field(reader, "llama.attention.head_count")),
        num_key_value_heads=int(field(reader, "llama.attention.head_count_kv")),
        max_position_embeddings=int(field(reader, "llama.context_length")),
        rms_norm_eps=float(field(reader, "llama.attention.layer_norm_rms_epsilon")),
        rope_parameters={"rope_theta": float(field(reader, "llama.rope.freq_base")), "rope_type": "default"},
        bos_token_id=int(field(reader, "tokenizer.ggml.bos_token_id")),
        eos_token_id=int(field(reader, "tokenizer.ggml.eos_token_id")),
        pad_token_id=int(field(reader, "tokenizer.ggml.padding_token_id")),
        tie_word_embeddings=tied,
    )
