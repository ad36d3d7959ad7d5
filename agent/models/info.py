"""What `marketwright model info` prints and what a campaign records about its model."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from agent.models.build import NAME
from agent.models.files import base_gguf, has_adapter, models_folder, read_record
from tools.errors import MissingCapabilityError
from tools.frozen import Frozen

BASE_MODEL = "SmolLM2-135M-Instruct"


class ModelInfo(Frozen):
    """The default model's parts and whether each is there."""

    base: str = Field(description="Name of the base model.")
    base_file: str | None = Field(description="Its GGUF file; none when it is not fetched.")
    adapter: bool = Field(description="Whether a tuned adapter is shipped.")
    file: str | None = Field(description="The merged file; none when it is not built.")
    quantization: str | None = Field(description="How the merged file stores changed tensors.")
    base_sha256: str | None = Field(description="Of the base the merged file was built from.")
    adapter_sha256: str | None = Field(description="Of the adapter it was built from.")
    output_sha256: str | None = Field(description="Of the merged file.")


def model_info(models: Path | None = None) -> ModelInfo:
    """Describe the default model from the files alone; nothing is loaded or fetched."""
    merged = (models or models_folder()) / NAME
    record = read_record(merged) if merged.is_file() else None
    return ModelInfo(
        base=BASE_MODEL,
        base_file=_base_file(),
        adapter=has_adapter(),
        file=str(merged) if record else None,
        quantization=record.quantization if record else None,
        base_sha256=record.base_sha256 if record else None,
        adapter_sha256=record.adapter_sha256 if record else None,
        output_sha256=record.output_sha256 if record else None,
    )


def _base_file() -> str | None:
    try:
        return str(base_gguf())
    except MissingCapabilityError:
        return None
