"""The engine on a Dask `distributed` cluster: batches survive lost workers and schedulers.

    submit -> client -> worker: dask_worker runs it -> result, or a file of the exchange
                 ^ the scheduler is lost: wait for one, submit unfinished batches again

One thread owns the client and every batch; other threads send it events. A batch that fails because
the archive or the exchange does not answer is repeated until `patience_seconds` are over.
"""

from __future__ import annotations

import logging
import pickle
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import Empty, Queue
from typing import Any, Generic, TypeVar
from uuid import uuid4

from crawler.derivation_versions import package_digest
from crawler.errors import ConfigurationError, HashtrailError, StoreError
from crawler.parallel import dask_worker
from crawler.parallel.dask_worker import Raised, UnwantedBatchError
from crawler.parallel.engine import Job
from crawler.parallel.exchange import ExchangedFile, remove_exchanged
from crawler.parallel.sent_files import send_files
from crawler.parallel.waiting_notices import WaitingNotices
from crawler.paused_collector import paused_collector
from crawler.settings.engine import EngineSettings

_ATTEMPTS = 2  # of a batch that raises an error or kills its worker
_CONNECT_SECONDS = 10.0
_PAUSE_SECONDS = 2.0  # before a batch is repeated or a scheduler is sought again
_STORAGE = "the archive or the exchange"
_SCHEDULER = "the scheduler"
_WORKERS = "workers"
A = TypeVar("A")
T = TypeVar("T")


@dataclass(slots=True, eq=False)
class _Work(Generic[A, T]):
    """One batch on its way: `number` names it, `attempt` is the last one, None before the first.

    `is_computed` is set while only the result of the last attempt is missing.
    """

    number: int
    batch: A
    future: Future[T] = field(default_factory=Future)
    attempt: Any = None
    is_computed: bool = False
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

    `notices` tell the user what the run waits for.
    """

    def __init__(
        self,
        settings: EngineSettings,
        job: Job[A, T],
        client: Any,
        notices: WaitingNotices | None = None,
    ) -> None:
        self._settings = settings
        self._job = job
        self._notices = notices or WaitingNotices()
        self._token = uuid4().hex
        self._client = client
        self._files = send_files(job.files, self._exchange)
        self._send_job()
        self._workers = _count_workers(client)
        self._without_workers_since: float | None = None
        self._open: dict[int, _Work[A, T]] = {}
        self._count = 0
        self._events: Queue[tuple[_Work[A, T], Any] | None] = Queue()
        self._waiting: list[_Work[A, T]] = []
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._look_after, daemon=True)
        self._thread.start()

    @property
    def workers(self) -> int:
        """The number of workers that the cluster had in the last seconds, at least 1."""
        return max(self._workers, 1)

    def submit(self, batch: A) -> Future[T]:
        """Return the future value of the job's function for a `batch`."""
        self._count += 1
        work: _Work[A, T] = _Work(self._count, batch)
        self._open[work.number] = work
        self._events.put((work, None))
        return work.future

    def close(self) -> None:
        """Cancel what is not done, and disconnect."""
        self._closing.set()
        self._events.put(None)  # it ends the wait for an event
        self._thread.join()
        for work in self._open.values():
            work.future.cancel()
        self._disconnect()
        if self._exchange:
            remove_exchanged(self._exchange)

    @property
    def _exchange(self) -> str:
        url = self._settings.exchange.rstrip("/")
        return f"{url}/{self._token}" if url else ""

    def _send_job(self) -> None:
        job = replace(self._job, files=dict.fromkeys(self._files.names, Path()))
        packed = dask_worker.pack_job(job, self._files)
        self._client.run_on_scheduler(
            dask_worker.keep_job, self._token, self._client.id, packed, package_digest()
        )
        self._client.subscribe_topic(dask_worker.outage_topic(self._token), self._report_outage)

    def _report_outage(self, event: tuple[float, object]) -> None:
        """Report that a worker waits for the storage. A thread of the client calls this."""
        self._notices.waiting(_STORAGE, str(event[1]), self._settings.patience_seconds)

    def _look_after(self) -> None:
        """Handle events until the engine is closed. Runs in a thread."""
        tick = time.monotonic() + _PAUSE_SECONDS
        while not self._closing.is_set():
            with suppress(Empty):
                event = self._events.get(timeout=max(tick - time.monotonic(), 0))
                if event:
                    self._handle(*event)
            if time.monotonic() >= tick:
                self._tick()
                tick = time.monotonic() + _PAUSE_SECONDS

    def _tick(self) -> None:
        try:
            self._check_workers()
            self._repeat_due()
        except Exception as unexpected:  # nobody else would wake the callers
            self._give_up(f"The cluster cannot be used: {unexpected!r}.")

    def _handle(self, work: _Work[A, T], attempt: Any) -> None:
        """Start new `work`, or handle the end of its `attempt`."""
        if attempt is not work.attempt:
            return  # the batch was submitted again since
        try:
            if attempt is None:
                self._start(work)
            else:
                self._end(work, attempt)
        except Exception as unexpected:  # nobody else would wake the caller
            self._finish(work, error=unexpected)

    def _start(self, work: _Work[A, T]) -> None:
        from distributed.client import ClosedClientError

        try:
            self._submit(work)
        except ClosedClientError:
            self._reconnect()  # it also starts this batch

    def _submit(self, work: _Work[A, T]) -> None:
        """Submit a batch. Raises ClosedClientError if the scheduler is lost."""
        place = None
        if self._exchange:
            place = ExchangedFile(f"{self._exchange}/{work.number}")
        batch = pickle.dumps(work.batch)  # the scheduler passes bytes on as they are
        attempt = self._client.submit(dask_worker.run, self._token, batch, place, pure=False)
        work.attempt = attempt
        work.is_computed = False
        attempt.add_done_callback(lambda ended: self._events.put((work, ended)))

    def _end(self, work: _Work[A, T], attempt: Any) -> None:
        if attempt.status == "cancelled":
            self._reconnect()
        elif attempt.status == "error":  # its worker was lost several times
            self._fail(work, attempt.exception(timeout=_CONNECT_SECONDS))
        else:
            self._take(work, attempt)

    def _take(self, work: _Work[A, T], attempt: Any) -> None:
        """Take the value of a completed batch, or its error."""
        try:
            value = attempt.result(timeout=_CONNECT_SECONDS)
        except TimeoutError:  # a large result, or one that is computed again
            work.is_computed = True
            self._repeat_later(work, StoreError("The result of a batch does not arrive."))
            return
        except Exception:
            if attempt.status != "cancelled":
                raise
            self._reconnect()
            return
        try:
            value = value.take() if isinstance(value, ExchangedFile) else value
        except StoreError as error:
            value = Raised(error)
        if isinstance(value, Raised):
            self._fail(work, value.error)
        else:
            self._notices.answered(_STORAGE)
            self._finish(work, value)

    def _fail(self, work: _Work[A, T], error: BaseException) -> None:
        """Repeat a batch whose attempt raised an `error`, or give it up."""
        if isinstance(error, StoreError):
            self._repeat_later(work, error)
            return
        work.failures += not isinstance(error, UnwantedBatchError)
        if isinstance(error, ConfigurationError) or work.failures >= _ATTEMPTS:
            self._finish(work, error=error)
        else:
            self._start(work)

    def _finish(
        self, work: _Work[A, T], value: Any = None, error: BaseException | None = None
    ) -> None:
        self._open.pop(work.number, None)
        if not work.future.set_running_or_notify_cancel():
            return
        if error is not None:
            work.future.set_exception(error)
        else:
            work.future.set_result(value)

    def _repeat_later(self, work: _Work[A, T], error: StoreError) -> None:
        """Repeat a batch after a pause, because the archive or the exchange does not answer."""
        now = time.monotonic()
        work.repeat_until = work.repeat_until or now + self._settings.patience_seconds
        if now > work.repeat_until:
            self._finish(work, error=error)
            return
        self._notices.waiting(_STORAGE, error.message, work.repeat_until - now)
        work.due = now + _PAUSE_SECONDS
        self._waiting.append(work)

    def _repeat_due(self) -> None:
        now = time.monotonic()
        due = [work for work in self._waiting if work.due <= now]
        self._waiting = [work for work in self._waiting if work.due > now]
        for work in due:
            if work.is_computed:
                self._handle(work, work.attempt)
            else:
                self._start(work)

    def _check_workers(self) -> None:
        """Count the workers. Without any for too long, give up every batch."""
        with suppress(Exception):  # the scheduler is lost: its attempts end, which is handled
            self._workers = _count_workers(self._client)
        if self._workers or not self._open:
            self._without_workers_since = None
            self._notices.answered(_WORKERS)
            return
        now = time.monotonic()
        since = self._without_workers_since = self._without_workers_since or now
        if now - since > self._settings.patience_seconds:
            self._give_up("The cluster has no workers.")
            return
        remaining = since + self._settings.patience_seconds - now
        self._notices.waiting(_WORKERS, "the scheduler has none.", remaining)

    def _reconnect(self) -> None:
        """Wait for a scheduler, and submit every unfinished batch again."""
        until = time.monotonic() + self._settings.patience_seconds
        self._disconnect()
        # first of all a pause, because workers without a scheduler end their requests
        while not self._closing.wait(_PAUSE_SECONDS):
            reason = self._submit_all_again()
            if not reason:
                self._notices.answered(_SCHEDULER)
                return
            remaining = until - time.monotonic()
            if remaining < 0:
                self._give_up(f"The scheduler was lost: {reason}")
                return
            self._notices.waiting(_SCHEDULER, reason, remaining)

    def _submit_all_again(self) -> str:
        """Connect, and submit every unfinished batch. Return why that failed, if it did."""
        from distributed.client import ClosedClientError

        self._disconnect()
        try:
            self._client = _connected(self._settings.scheduler)
            self._send_job()
            self._waiting.clear()
            for work in list(self._open.values()):
                self._submit(work)
        except ConfigurationError as error:
            return error.message
        except (ClosedClientError, OSError) as error:
            return str(error)
        return ""

    def _disconnect(self) -> None:
        """Close the client, also if its scheduler is lost.

        A client that could not be closed closes when it is collected. While another one starts or
        closes, it would wait for ever, because all clients have one lock.
        """
        with paused_collector(), suppress(Exception):
            self._client.close(timeout=_PAUSE_SECONDS)

    def _give_up(self, reason: str) -> None:
        for work in list(self._open.values()):
            advice = "Completed work is stored. Run the same command again."
            self._finish(work, error=HashtrailError(reason, advice))


def _count_workers(client: Any) -> int:
    return len(client.scheduler_info()["workers"])


def _connected(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise ConfigurationError(
            "[engine] name = 'dask' needs a package that is not installed.",
            "Install it with: pip install 'hashtrail[dask]'",
        ) from None
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # there are notices
    try:
        with paused_collector():  # as in _disconnect
            return Client(scheduler, timeout=_CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"[engine] scheduler = {scheduler!r}: {error}.", "Start one with: dask scheduler"
        ) from None
