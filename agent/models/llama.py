"""llama.cpp in this process: open a file, complete a prompt; the home of xllamacpp."""

from __future__ import annotations

import os
import queue
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from xllamacpp import CommonParams, Server

from agent.models.grammar import LLAMA_PREFIX
from agent.models.request import MIN_P, TOP_P, Reply, Request
from tools.errors import InputError, MissingCapabilityError

CONTEXT = 2048
"""Tokens of prompt and answer together; SmolLM2 was trained to 8,192, the prompts here are short."""

THREADS = 1
"""Of one answer. Measured with the merged Q8_0 file on 2 cores: two threads write 12-16 % faster than one where both
are idle, and a third as fast where something else takes one of them, since they wait for each other at every layer."""

MOST_COPIES = 4
"""Of one model in one process; each takes about 210 MB."""

Completion = dict[str, Any]


def copies_here() -> int:
    """Return how many answers this machine writes well at once: one a core that the process may use, up to a limit."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_COPIES)


def open_server(path: Path, threads: int = THREADS, context: int = CONTEXT) -> Server:
    """Load a GGUF file, to answer one prompt at a time.

    llama.cpp also opens a port on 127.0.0.1; a random key that nobody learns keeps other programs out of it.

    Raises:
        MissingCapabilityError: The file is not there or llama.cpp cannot load it.
    """
    if not path.is_file():
        raise MissingCapabilityError(f"model file {str(path)!r} is missing; try `marketwright model build`")
    params = CommonParams()
    params.model.path = str(path)
    params.n_ctx, params.n_parallel = context, 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.api_keys = [secrets.token_hex()]
    params.cache_ram_mib, params.fit_params, params.warmup, params.ui, params.verbosity = 0, False, False, False, 0
    try:
        return Server(params)
    except RuntimeError as problem:
        raise MissingCapabilityError(
            f"model file {str(path)!r} cannot be loaded ({problem}); expected a whole GGUF; "
            "try `marketwright model build`"
        ) from problem


def completion_body(
    prompt: str, request: Request, grammar: str | None, seed: int, *, reuse: bool = False
) -> Completion:
    """Write llama.cpp's request; unless `reuse`, nothing of an earlier prompt is, since that changes rounding."""
    body: Completion = {
        "prompt": prompt,
        "n_predict": request.max_tokens,
        "temperature": request.temperature,
        "seed": seed,
        "samplers": ["top_p", "min_p", "temperature"],
        "top_p": TOP_P,
        "min_p": MIN_P,
        "cache_prompt": reuse,
    }
    return body if grammar is None else body | {"grammar": LLAMA_PREFIX + grammar}


def complete(server: Server, body: Completion) -> Reply:
    """Run one completion to its end."""
    return _piece(server.handle_completions(body))


class Copies:
    """Copies of one model that answer beside each other, opened as they are needed.

    Each answers alone, so an answer does not depend on what is written beside it, as it would in the slots of one
    server; nor do copies wait for each other, as threads do. On 2 cores two copies write 1.8 times what one writes.
    """

    def __init__(self, open_one: Callable[[], Server], most: int) -> None:
        """Open the first copy; at most `most` there will be."""
        self._open_one = open_one
        self._free: queue.LifoQueue[Server | None] = queue.LifoQueue()  # one given back last is taken first
        for _ in range(most - 1):
            self._free.put(None)
        self._free.put(open_one())

    @contextmanager
    def take(self) -> Iterator[Server]:
        """Give a copy that nobody else uses, when there is one."""
        server = self._free.get()
        try:
            if server is None:
                server = self._open_one()
            yield server
        finally:
            self._free.put(server)


def complete_all(copies: Copies, bodies: Sequence[Completion]) -> list[Reply]:
    """Run several completions, as many at a time as there are copies."""

    def run(body: Completion) -> Reply:
        with copies.take() as server:
            return complete(server, body)

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(run, bodies))


def stream(server: Server, body: Completion) -> Iterator[Reply]:
    """Yield the pieces of one completion as they come; closing the iterator stops the model.

    Each piece is a `Reply`; token counts come with the last one.
    """
    pieces: queue.SimpleQueue[Completion | None] = queue.SimpleQueue()
    closed = threading.Event()

    def receive(piece: Completion) -> bool:
        pieces.put(piece)
        return closed.is_set()

    def work() -> None:
        server.handle_completions(body | {"stream": True}, receive)
        pieces.put(None)

    worker = threading.Thread(target=work, name="llama-stream", daemon=True)
    worker.start()
    try:
        while (piece := pieces.get()) is not None:
            yield _piece(piece)
    finally:
        closed.set()
        worker.join()


def _piece(answer: Completion) -> Reply:
    if "error" in answer:
        raise InputError(f"prompt was refused by llama.cpp: {answer['error']['message']}; try a shorter one")
    choice, usage = answer["choices"][0], answer.get("usage", {})
    return Reply(
        text=choice["text"],
        finished=choice["finish_reason"] == "stop",
        tokens_in=usage.get("prompt_tokens", 0),
        tokens_out=usage.get("completion_tokens", 0),
    )
