"""Which model folders are opened, and which could run somebody's code and are not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from retrieval.cross_encoder import CrossEncoderReranker
from retrieval.errors import EncoderFilesError
from retrieval.sentence_encoder import SentenceEncoder, check_model_folder

OWN = "sentence_transformers.sentence_transformer.modules.Transformer"


def _folder(at: Path, kind: str = OWN, files: tuple[str, ...] = ("model.safetensors",)) -> Path:
    (at / "modules.json").write_text(json.dumps([{"idx": 0, "name": "0", "path": "", "type": kind}]))
    for name in files:
        (at / name).parent.mkdir(exist_ok=True)
        (at / name).write_bytes(b"")
    return at


@pytest.mark.parametrize("files", [("model.safetensors",), ("model.safetensors", "pytorch_model.bin")])
def test_a_folder_with_safetensors_passes(tmp_path: Path, files: tuple[str, ...]) -> None:
    """A pickle beside them is never read."""
    folder = _folder(tmp_path, files=files)
    check_model_folder(folder)
    assert sorted(file.name for file in folder.iterdir()) == sorted(("modules.json", *files))


@pytest.mark.parametrize("pickled", ["pytorch_model.bin", "2_Dense/pytorch_model.bin", "weights.pt"])
def test_pickled_weights_are_refused(tmp_path: Path, pickled: str) -> None:
    files = (pickled,) if "/" not in pickled else ("model.safetensors", pickled)
    with pytest.raises(EncoderFilesError, match="pickled"):
        SentenceEncoder.named(str(_folder(tmp_path, files=files)))


def test_modules_of_somebody_else_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderFilesError, match="code of its own"):
        SentenceEncoder.named(str(_folder(tmp_path, kind="evil.Module")))


@pytest.mark.parametrize("text", ["", "{}", '[{"idx": 0}]', "[1]"])
def test_a_damaged_list_of_modules_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "modules.json").write_text(text)
    with pytest.raises(EncoderFilesError):
        check_model_folder(tmp_path)


def test_no_model_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderFilesError, match=r"modules\.json"):
        check_model_folder(tmp_path)


@pytest.mark.parametrize("files", [(), ("config.json",), ("config.json", "pytorch_model.bin")])
def test_a_reranker_needs_its_config_and_safetensors(tmp_path: Path, files: tuple[str, ...]) -> None:
    for name in files:
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(EncoderFilesError, match="re-ranker"):
        CrossEncoderReranker(tmp_path)
