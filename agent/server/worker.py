"""One thread that does the analytical work, one piece at a time; questions go before plans that wait."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import PriorityQueue
from typing import Any, TypeVar

Result = TypeVar("Result")

_FIRST, _URGENT, _PATIENT = 0, 1, 2


@dataclass(order=True)
class _Task:
    priority: int
    number: int
    work: Callable[[], Any] | None = field(compare=False)
    future: Future[Any] = field(compare=False, default_factory=Future)

    def run(self) -> None:
        """Do the work; what it raises becomes the future's, as in the standard library's executors."""
        if self.work is None or not self.future.set_running_or_notify_cancel():
            return
        try:
            result = self.work()
        except BaseException as error:  # a bug in one task is that task's result, not the end of the worker
            self.future.set_exception(error)
        else:
            self.future.set_result(result)


class Worker:
    """Run tasks one at a time: models, DuckDB connections and indexes are then used by one thread only.

    The thread is a daemon: leaving the process does not wait for a running plan, which is marked as interrupted when
    the server starts again.
    """

    def __init__(self) -> None:
        self._tasks: PriorityQueue[_Task] = PriorityQueue()
        self._numbers = itertools.count()
        self._thread = threading.Thread(target=self._work, name="marketwright-worker", daemon=True)

    def start(self) -> None:
        """Begin to take tasks."""
        self._thread.start()

    def submit(self, work: Callable[[], Result], *, urgent: bool) -> Future[Result]:
        """Queue a task; urgent ones go before those that are not, and equals in order of arrival."""
        task = _Task(_URGENT if urgent else _PATIENT, next(self._numbers), work)
        self._tasks.put(task)
        return task.future

    @property
    def waiting(self) -> int:
        """Return how many tasks are queued, the running one apart."""
        return self._tasks.qsize()

    def stop(self, seconds: float) -> bool:
        """Take no more tasks and wait that long for the running one; say whether it ended."""
        self._tasks.put(_Task(_FIRST, next(self._numbers), None))
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (task := self._tasks.get()).work is not None:
            task.run()
