"""The worker: one thing at a time, urgent things first, and bugs stay with their task."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from agent.server.worker import Worker


@pytest.fixture
def worker() -> Iterator[Worker]:
    started = Worker()
    started.start()
    yield started
    assert started.stop(5)


def test_urgent_tasks_go_before_patient_ones(worker: Worker) -> None:
    gate, order = threading.Event(), []
    worker.submit(lambda: gate.wait(5), urgent=False)
    futures = [
        worker.submit(lambda name=name: order.append(name), urgent=name.startswith("u"))  # type: ignore[misc]
        for name in ("p1", "p2", "u1", "u2")
    ]
    gate.set()
    for future in futures:
        future.result(5)
    assert order == ["u1", "u2", "p1", "p2"]


def test_a_failing_task_does_not_stop_the_worker(worker: Worker) -> None:
    with pytest.raises(ZeroDivisionError):
        worker.submit(lambda: 1 // 0, urgent=True).result(5)
    assert worker.submit(lambda: 7, urgent=True).result(5) == 7


def test_a_cancelled_task_is_not_run(worker: Worker) -> None:
    gate, ran = threading.Event(), []
    worker.submit(lambda: gate.wait(5), urgent=True)
    dropped = worker.submit(lambda: ran.append(1), urgent=True)
    assert dropped.cancel()
    gate.set()
    worker.submit(lambda: None, urgent=True).result(5)
    assert ran == []
