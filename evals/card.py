"""Naming what is scored: the model with its digest, and the prompts with their fingerprints."""

from __future__ import annotations

from agent.front import open_desk
from agent.requests import AskRequest, ignore
from evals.report import ModelCard
from evals.suite import Scene
from prompts import fingerprints


def model_card(scene: Scene) -> ModelCard:
    """Open the scene's store and model as the product does, and name the model.

    Raises:
        InputError: Unknown store or model, or a day about which the data say nothing.
        MissingCapabilityError: The model is not there.
    """
    request = AskRequest(message="?", store=scene.store, as_of=scene.as_of, model=scene.model, seed=scene.seed)
    desk = open_desk(request, ignore)
    prompts = fingerprints() if desk.speaker else {}
    return ModelCard(name=desk.model.name, runtime=desk.model.runtime, sha256=desk.model.sha256, prompts=prompts)
