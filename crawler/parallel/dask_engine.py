"""The engine on a Dask `distributed` cluster: batches survive lost workers and schedulers.

    submit -> client -> worker: prepare once, run -> result, or a file of the exchange
                 ^ the scheduler is lost: wait for one, submit unfinished batches again

A thread looks after the batches. A batch that fails because the archive or the exchange does not
answer is repeated until `patience_seconds` are over.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, Queue
from typing import Any, Generic, TypeVar
from uuid import uuid4

from crawler.errors import ConfigurationError, HashtrailError, StoreError
from crawler.parallel.engine import Job
from crawler.parallel.exchange import ExchangedFile, remove_exchanged
from crawler.settings.engine import EngineSettings

_ATTEMPTS = 2  # of a batch that raises an error or kills its worker
_CONNECT_SECONDS = 10.0
_PAUSE_SECONDS = 2.0  # before a batch is repeated or a scheduler is sought again
A = TypeVar("A")
T = TypeVar("T")


@dataclass(slots=True, eq=False)
class _Work(Generic[A, T]):
    """One batch on its way: `number` names it, `client` has its last attempt."""

    number: int
    batch: A
    future: Future[T] = field(default_factory=Future)
    client: Any = None
    failures: int = 0
    repeat_until: float = 0.0
    due: float = 0.0


@contextmanager
def open_dask_engine(settings: EngineSettings, job: Job[A, T]) -> Iterator[DaskEngine[A, T]]:
    """Yield the engine for a `job` on the cluster of `[engine] scheduler` in `settings`.

    Raises ConfigurationError if `distributed` is not installed or no scheduler answers.
    """
    engine = DaskEngine(settings, job, _connected(settings.scheduler))
    try:
        yield engine
    finally:
        engine.close()


class DaskEngine(Generic[A, T]):
    """The workers of a cluster for one `job`, through a connected `client`.

    `lost` counts attempts that did not end: what they wrote to the archive is listed nowhere.
    """

    def __init__(self, settings: EngineSettings, job: Job[A, T], client: Any) -> None:
        self.lost = 0
        self._workers = 1
        self._settings = settings
        self._job = job
        self._token = uuid4().hex
        self._client = client
        self._prepared = self._send_job()
        self._open: dict[int, _Work[A, T]] = {}
        self._count = 0
        self._ended: Queue[tuple[_Work[A, T], Any] | None] = Queue()
        self._waiting: list[_Work[A, T]] = []
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._look_after, daemon=True)
        self._thread.start()

    @property
    def workers(self) -> int:
        """The number of workers that the cluster has now, at least 1."""
        with suppress(Exception):  # the scheduler is lost: the last number is good enough
            self._workers = max(len(self._client.scheduler_info()["workers"]), 1)
        return self._workers

    def submit(self, batch: A) -> Future[T]:
        """Return the future value of the job's function for a `batch`."""
        with self._lock:
            self._count += 1
            work: _Work[A, T] = _Work(self._count, batch)
            self._open[work.number] = work
            self._start(work)
        return work.future

    def close(self) -> None:
        """Cancel what is not done, and disconnect."""
        self._ended.put(None)
        self._thread.join()
        for work in self._open.values():
            work.future.cancel()
        with suppress(Exception):  # an unreachable scheduler has nothing to disconnect
            self._client.close(timeout=_PAUSE_SECONDS)
        if self._settings.exchange:
            remove_exchanged(self._exchange)

    @property
    def _exchange(self) -> str:
        return f"{self._settings.exchange.rstrip('/')}/{self._token}"

    def _send_job(self) -> Any:
        return self._client.submit(_Prepared, self._token, self._job, pure=False)

    def _start(self, work: _Work[A, T]) -> None:
        place = None
        if self._settings.exchange:
            place = ExchangedFile(f"{self._exchange}/{work.number}")
        work.client = self._client
        attempt = self._client.submit(_run, self._prepared, work.batch, place, pure=False)
        attempt.add_done_callback(lambda ended: self._ended.put((work, ended)))

    def _look_after(self) -> None:
        """Handle ended attempts until the engine is closed. Runs in a thread."""
        while True:
            try:
                ended = self._ended.get(timeout=_PAUSE_SECONDS if self._waiting else None)
            except Empty:
                self._repeat_due()
                continue
            if ended is None:
                return
            work, attempt = ended
            try:
                self._end(work, attempt)
            except Exception as unexpected:  # nobody else would wake the caller
                self._finish(work, error=unexpected)

    def _end(self, work: _Work[A, T], attempt: Any) -> None:
        if work.client is not self._client:
            return  # an attempt on a lost cluster; the batch is submitted again
        if attempt.status == "finished":
            try:
                value = attempt.result(timeout=_CONNECT_SECONDS)
                self._finish(work, value.take() if isinstance(value, ExchangedFile) else value)
            except (OSError, StoreError, TimeoutError) as error:
                self._repeat_later(work, error)
            return
        if attempt.status in ("cancelled", "lost"):
            self._reconnect()
            return
        self._fail(work, attempt.exception(timeout=_CONNECT_SECONDS))

    def _fail(self, work: _Work[A, T], error: BaseException) -> None:
        """Repeat a batch whose attempt raised an `error`, or give it up."""
        if isinstance(error, StoreError):
            self._repeat_later(work, error)
            return
        work.failures += 1
        if isinstance(error, ConfigurationError) or work.failures >= _ATTEMPTS:
            self._finish(work, error=error)
            return
        self.lost += 1
        self._start(work)

    def _finish(
        self, work: _Work[A, T], value: Any = None, error: BaseException | None = None
    ) -> None:
        self._open.pop(work.number, None)
        if not work.future.set_running_or_notify_cancel():
            return
        if error is not None:
            self.lost += 1
            work.future.set_exception(error)
        else:
            work.future.set_result(value)

    def _repeat_later(self, work: _Work[A, T], error: BaseException) -> None:
        """Repeat a batch after a pause, because the archive or the exchange does not answer."""
        self.lost += 1
        now = time.monotonic()
        work.repeat_until = work.repeat_until or now + self._settings.patience_seconds
        if now > work.repeat_until:
            self._finish(work, error=error)
            return
        work.due = now + _PAUSE_SECONDS
        self._waiting.append(work)

    def _repeat_due(self) -> None:
        now = time.monotonic()
        due = [work for work in self._waiting if work.due <= now]
        self._waiting = [work for work in self._waiting if work.due > now]
        with self._lock:
            for work in due:
                self._start(work)

    def _reconnect(self) -> None:
        """Wait for a scheduler, and submit every unfinished batch again."""
        with self._lock:
            until = time.monotonic() + self._settings.patience_seconds
            with suppress(Exception):  # the connection is lost already
                self._client.close(timeout=_PAUSE_SECONDS)
            while True:
                time.sleep(_PAUSE_SECONDS)  # workers without a scheduler end their requests
                try:
                    self._client = _connected(self._settings.scheduler)
                    break
                except ConfigurationError as error:
                    if time.monotonic() > until:
                        self._give_up(error)
                        return
            self.lost += len(self._open)
            self._prepared = self._send_job()
            self._waiting.clear()
            for work in list(self._open.values()):
                self._start(work)

    def _give_up(self, cause: ConfigurationError) -> None:
        for work in list(self._open.values()):
            self._finish(
                work,
                error=HashtrailError(
                    f"The scheduler was lost: {cause.message}",
                    "Completed work is stored. Run the same command again.",
                ),
            )


class _Prepared:
    """A job on a worker; each process prepares itself once for it."""

    def __init__(self, token: str, job: Job[Any, Any]) -> None:
        self.token = token
        self.job = job


_prepared_for = ""  # the token of the job that this process is prepared for


def _run(prepared: _Prepared, batch: Any, place: ExchangedFile | None) -> Any:
    """Run a job on one batch; this function runs on a worker."""
    global _prepared_for
    job = prepared.job
    if _prepared_for != prepared.token:
        job.prepare(*job.prepared_with)
        _prepared_for = prepared.token
    if place is None:
        return job.function(batch)
    place.compute(job.function, batch)
    return place


def is_wanted() -> Callable[[], bool]:
    """Return a function that tells whether the worker of this thread still has a scheduler.

    A worker without one must not begin another request: its batch is given to another worker.
    Outside of a cluster the function always returns True.
    """
    from distributed import get_worker

    try:
        worker = get_worker()
    except ValueError:
        return lambda: True
    return lambda: worker.status.name == "running"


def _connected(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise ConfigurationError(
            "[engine] name = 'dask' needs a package that is not installed.",
            "Install it with: pip install 'hashtrail[dask]'",
        ) from None
    try:
        return Client(scheduler, timeout=_CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"[engine] scheduler = {scheduler!r}: {error}.", "Start one with: dask scheduler"
        ) from None
