"""Functions that run in the processes of a Dask cluster: keep a job, and run its batches.

The scheduler keeps the pickled job of each run. A worker gets it with its first batch, so that
workers may join at any time, and no batch depends on data of another worker.
"""

from __future__ import annotations

import pickle
import socket
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from crawler.derivation_versions import package_digest
from crawler.errors import ConfigurationError, HashtrailError, StoreError
from crawler.parallel.engine import Job
from crawler.parallel.exchange import ExchangedFile
from crawler.parallel.sent_files import SentFiles

_ENDED = frozenset({"closed", "closing", "failed"})
_JOBS = "hashtrail-jobs"  # in the metadata of the scheduler, by token


@dataclass(frozen=True, slots=True)
class Raised:
    """The error that a job's function raised on a worker.

    It is a value, because Dask replaces an error whose traceback it cannot pickle by another one.
    """

    error: Exception


class UnwantedBatchError(HashtrailError):
    """A batch was not completed, because it was cancelled or its worker ends."""

    def __init__(self) -> None:
        super().__init__("The batch was cancelled, or its worker ends.")


def pack_job(job: Job[Any, Any], files: SentFiles) -> bytes:
    """Return a pickled `job` with its packed `files`."""
    return pickle.dumps((job, files))


def keep_job(token: str, client: str, packed: bytes, code: str, dask_scheduler: Any) -> None:
    """Keep the `packed` job named `token` of a `client`; runs on the scheduler `dask_scheduler`.

    `code` is the digest of the client's package. Jobs of clients that ended are forgotten.
    """
    jobs = dask_scheduler.task_metadata.setdefault(_JOBS, {})
    ended = [name for name, (owner, *_) in jobs.items() if owner not in dask_scheduler.clients]
    for name in ended:
        del jobs[name]
    jobs[token] = (client, code, packed)


_prepared_for = ""  # the token of the job that this process is prepared for
_function: Callable[[Any], Any] | None = None  # the function of that job
_unpacked: TemporaryDirectory[str] | None = None  # the files of that job


def run(token: str, batch: bytes, place: ExchangedFile | None) -> Any:
    """Run a job on one pickled `batch`, or return the error; this function runs on a worker.

    `token` names the job. With a `place`, the result is written there.
    """
    try:
        return _result(token, batch, place)
    except Exception as error:
        error.add_note("".join(traceback.format_exception(error)))
        error.__cause__ = error.__context__ = None
        return Raised(error.with_traceback(None))


def _result(token: str, batch: bytes, place: ExchangedFile | None) -> Any:
    function = _prepare(token)
    if place is None:
        return function(pickle.loads(batch))
    place.compute(function, pickle.loads(batch))
    return place


def _prepare(token: str) -> Callable[[Any], Any]:
    """Return the function of a job, for which this process prepares itself once."""
    global _function, _prepared_for
    if _function is None or _prepared_for != token:
        _function, _prepared_for = None, token
        job, files = _unpack_job(token)
        job.prepare(*job.arguments(_unpack_files(files)))
        _function = job.function
    return _function


def _unpack_job(token: str) -> tuple[Job[Any, Any], SentFiles]:
    """Get a job from the scheduler.

    Raises StoreError if it does not answer, ConfigurationError if the client has other code.
    """
    from distributed import get_worker
    from distributed.utils import sync

    worker = get_worker()
    try:
        get = worker.scheduler.get_metadata
        _, code, packed = sync(worker.loop, get, keys=[_JOBS, token])
    except OSError as error:
        raise StoreError(f"The scheduler does not answer: {error}.") from None
    if code != package_digest():
        raise ConfigurationError(
            f"The worker on {socket.gethostname()} has another version of Hashtrail.",
            "Install the same version on every machine, and restart the workers.",
        )
    job, files = pickle.loads(packed)
    return job, files


def _unpack_files(files: SentFiles) -> dict[str, Path]:
    """Write the files of a job to the worker's folder, in place of those of the last job.

    Dask deletes that folder at the end, or when the next worker starts after a kill.
    """
    from distributed import get_worker

    global _unpacked
    if _unpacked:
        _unpacked.cleanup()
        _unpacked = None
    if not files.names:
        return {}
    _unpacked = TemporaryDirectory(prefix="hashtrail-", dir=get_worker().local_directory)
    return files.unpack(Path(_unpacked.name))


def is_wanted() -> Callable[[], bool]:
    """Return a function that tells whether the cluster still wants the batch of this thread.

    It does not once the batch was cancelled or the worker ends: another worker gets the batch, so
    that this one must not begin another request. A worker that takes no further batches, because
    of its memory or before it retires, ends its own. Outside of a cluster the result is True.
    """
    from distributed import get_worker

    try:
        worker = get_worker()
    except ValueError:
        return lambda: True
    key = worker.get_current_task()

    def is_running() -> bool:
        task = worker.state.tasks.get(key)
        is_open = worker.status.name not in _ENDED
        return is_open and task is not None and task.state == "executing"

    return is_running


def outage_topic(token: str) -> str:
    """Return the topic of the events about outages that the workers of the job `token` report."""
    return f"hashtrail-outages-{token}"


def report_outage(reason: str) -> None:
    """Tell the client the `reason` why this worker waits. Outside of a cluster nothing happens."""
    from distributed import get_worker

    with suppress(ValueError):
        get_worker().log_event(outage_topic(_prepared_for), reason)
