"""Models are chosen by name, and what cannot be is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.models.build import build_model
from agent.models.choose import NAMES, load_model
from agent.models.info import model_info
from agent.models.local import LocalChat
from agent.models.server import ServerChat
from tools.errors import InputError, MissingCapabilityError


@pytest.mark.parametrize("name", ["gpt", "server:", "server:http://host/v1", "server:host#m", "no/such/folder"])
def test_an_unknown_name_lists_the_known_ones(name: str) -> None:
    with pytest.raises(InputError, match="expected"):
        load_model(name)


def test_the_names_are_in_the_message() -> None:
    with pytest.raises(InputError) as caught:
        load_model("gpt")
    assert all(name in str(caught.value) for name in NAMES)


def test_a_server_is_named_by_url_and_model(capsys: pytest.CaptureFixture[str]) -> None:
    model = load_model("server:http://localhost:8000/v1#qwen")
    assert isinstance(model, ServerChat)
    assert (model.url, model.model) == ("http://localhost:8000/v1", "qwen")
    assert "qwen at http://localhost:8000/v1" in capsys.readouterr().err


def test_a_missing_file_or_adapter_is_a_missing_capability(tmp_path: Path) -> None:
    with pytest.raises(MissingCapabilityError, match="missing"):
        load_model(str(tmp_path / "none.gguf"))
    base = tmp_path / "base.gguf"
    with pytest.raises(MissingCapabilityError, match="base model"):
        build_model(base, tmp_path, tmp_path / "m.gguf")
    base.write_bytes(b"")
    with pytest.raises(InputError, match="incomplete"):
        build_model(base, tmp_path, tmp_path / "m.gguf")


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="safetensors"):
        load_model(str(tmp_path))


def test_info_of_nothing_built(tmp_path: Path) -> None:
    info = model_info(tmp_path)
    assert info.file is None
    assert info.output_sha256 is None


@pytest.mark.weights
def test_the_base_loads_once_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    first = load_model("base")
    said = capsys.readouterr().err
    assert isinstance(first, LocalChat)
    assert load_model("base") is first
    assert capsys.readouterr().err == ""
    assert said.startswith("model: base (asked for; SmolLM2-135M untuned")
