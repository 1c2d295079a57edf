"""A pool of warm worker processes: bounded in time, replaced when killed or outdated."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

import msgspec

from crawler.explorer.conditional_requests import with_entity_tag
from crawler.explorer.response_cache import ResponseCache
from crawler.explorer.worker_process import (
    MEMORY_EXIT,
    WorkerRequest,
    WorkerResponse,
    plain_response,
    run_worker,
)
from crawler.parallel.forkserver import forkserver_context
from crawler.workspace import Workspace

_START_SECONDS = 30.0
_RETRY_SECONDS = 1.0
_CHECK_SECONDS = 0.25  # between two checks whether the snapshot was replaced
_OUTDATED_SECONDS = 6.0  # for which a replaced snapshot may still be served
_LONGEST_QUEUE = 100
_ATTEMPTS = 2  # of a request whose worker crashes: GET requests are idempotent (RFC 9110, 9.2.2)
_LENGTH_BYTES = 4
_EXIT_SECONDS = 1.0  # between the end of a connection and the end of its process
_LIMIT_EXITS = (MEMORY_EXIT, -signal.SIGXCPU, -signal.SIGXFSZ)  # as multiprocessing reports them
_BUSY = "The explorer is busy. Try again in a few seconds."
_TOO_SLOW = "The query timed out. Use fewer rows or a narrower filter."
_STOPPED = "The query exceeds the memory or time limit. Use fewer rows or a narrower filter."
_FAILED = "The explorer could not answer this request. Try again in a few seconds."
_NO_SNAPSHOT = "The data is being replaced. Try again in a minute."


@dataclass(frozen=True, slots=True)
class TimeBudget:
    """The longest time of a request in seconds: `total`, and the part of it in the queue."""

    total: float
    queue: float


@dataclass(slots=True, order=True)
class _Job:
    """A queued request. Jobs are sorted by their first two fields.

    The response is None if the worker ended for a reason outside the request.
    """

    rank: int
    deadline: float  # of the event loop's clock
    request: WorkerRequest = field(compare=False)
    started: asyncio.Future[None] = field(compare=False)
    response: asyncio.Future[WorkerResponse | None] = field(compare=False)


class Worker:
    """One worker process and the connection to it. `start` opens it, `stop` ends it."""

    def __init__(
        self,
        process: BaseProcess,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        snapshot: Hashable,
    ) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer
        self.snapshot = snapshot

    @classmethod
    async def start(cls, workspace: Workspace, snapshot: Hashable) -> Worker:
        """Return a worker of `workspace` that is ready.

        `snapshot` identifies the file that the worker opens. Raises OSError or TimeoutError when
        the process cannot be started.
        """
        context = forkserver_context(
            "crawler.explorer.block_optional_imports", "crawler.explorer.worker_process"
        )
        server_end, worker_end = socket.socketpair()
        with worker_end:
            process = context.Process(target=run_worker, args=(worker_end, workspace), daemon=True)
            await asyncio.to_thread(process.start)
        worker = cls(process, *await asyncio.open_connection(sock=server_end), snapshot)
        try:
            async with asyncio.timeout(_START_SECONDS):
                await worker._receive()
        except BaseException:
            await worker.stop()
            raise
        return worker

    async def respond(self, request: WorkerRequest) -> WorkerResponse:
        """Return the response to a request. Raises OSError or EOFError when the process ends."""
        message = msgspec.msgpack.encode(request)
        self._writer.write(len(message).to_bytes(_LENGTH_BYTES, "big") + message)
        await self._writer.drain()
        return msgspec.msgpack.decode(await self._receive(), type=WorkerResponse)

    async def reached_limit(self) -> bool:
        """Return whether the process ended at its limits, and not by a crash or a signal."""
        await asyncio.to_thread(self._process.join, _EXIT_SECONDS)
        return self._process.exitcode in _LIMIT_EXITS

    async def stop(self) -> None:
        """Kill the process, and wait until it has ended."""
        self._writer.close()
        self._process.kill()
        await asyncio.to_thread(self._process.join)
        self._process.close()

    async def _receive(self) -> bytes:
        length = int.from_bytes(await self._reader.readexactly(_LENGTH_BYTES), "big")
        return await self._reader.readexactly(length)


@dataclass(slots=True)
class WorkerPool:
    """Workers for one kind of request. `identity` returns a value that identifies the snapshot."""

    workspace: Workspace
    identity: Callable[[], Hashable]
    size: int
    cache: ResponseCache
    _jobs: asyncio.PriorityQueue[_Job] = field(default_factory=asyncio.PriorityQueue)
    _slots: list[asyncio.Task[None]] = field(default_factory=list)
    _ready: asyncio.Event = field(default_factory=asyncio.Event)
    _workers: set[Worker] = field(default_factory=set)

    async def open(self) -> None:
        """Start the workers, and wait until they are ready.

        Without a snapshot, return at once: requests get 503 until there is one.
        """
        self._slots = [asyncio.create_task(self._slot()) for _ in range(self.size)]
        if self.identity() is not None:
            await self._ready.wait()

    async def close(self) -> None:
        """Stop the workers."""
        for slot in self._slots:
            slot.cancel()
        await asyncio.gather(*self._slots, return_exceptions=True)

    async def respond(
        self, request: WorkerRequest, budget: TimeBudget, rank: int = 0
    ) -> WorkerResponse:
        """Return the response to a request, or a refusal within its `budget`.

        Requests of a lower `rank` come first. Those of rank 0 enter the queue at any length. If a
        worker crashes or is killed from outside, the request runs once more on the next free one.
        """
        cached = self.cache.get(request)
        if cached:
            return cached
        if rank and self._jobs.qsize() >= _LONGEST_QUEUE:
            return _refusal(503, _BUSY, request)
        begun = asyncio.get_running_loop().time()
        for _ in range(_ATTEMPTS):
            response = await self._attempt(request, begun, budget, rank)
            if response:
                return response
        return _refusal(503, _FAILED, request)

    async def _attempt(
        self, request: WorkerRequest, begun: float, budget: TimeBudget, rank: int
    ) -> WorkerResponse | None:
        """The response of one worker. None if it ended for a reason outside the request."""
        loop = asyncio.get_running_loop()
        deadline = begun + budget.total
        job = _Job(rank, deadline, request, loop.create_future(), loop.create_future())
        self._jobs.put_nowait(job)

        await asyncio.wait([job.started], timeout=begun + budget.queue - loop.time())
        if not job.started.done():
            job.started.cancel()
            return _refusal(503, _BUSY if self._workers else _NO_SNAPSHOT, request)
        return await job.response

    async def _slot(self) -> None:
        """Keep one worker running, and replace it when it ends or when the snapshot changes."""
        worker = await self._start()
        while True:
            self._workers.add(worker)
            self.cache.follow(worker.snapshot)
            if len(self._workers) == self.size:
                self._ready.set()
            successor = asyncio.create_task(self._successor(worker))
            try:
                usable = await self._work(worker, successor)
            except BaseException:
                usable = False
                raise
            finally:
                self._workers.discard(worker)
                if not usable:
                    successor.cancel()
                await asyncio.shield(worker.stop())
            worker = await successor if usable else await self._start()

    async def _start(self) -> Worker:
        """A worker of the current snapshot; waits until there is one."""
        while True:
            identity = self.identity()
            try:
                if identity is not None:
                    return await Worker.start(self.workspace, identity)
            except (OSError, EOFError, TimeoutError) as error:
                print(f"Cannot start a worker: {error or type(error).__name__}", file=sys.stderr)
            await asyncio.sleep(_RETRY_SECONDS)

    async def _successor(self, worker: Worker) -> Worker:
        """The next worker, after the snapshot of `worker` was replaced.

        `worker` continues until then, so that no visitor has to wait.
        """
        while worker.snapshot == self.identity():
            await asyncio.sleep(_CHECK_SECONDS)
        return await self._start()

    async def _work(self, worker: Worker, successor: asyncio.Task[Worker]) -> bool:
        """Give jobs to a worker until it must be replaced. Returns whether `successor` replaces
        it.
        """
        loop = asyncio.get_running_loop()
        current = loop.time()
        while not successor.done():
            if worker.snapshot == self.identity():
                current = loop.time()
            elif loop.time() - current > _OUTDATED_SECONDS:
                self.cache.follow(None)
                return True
            try:
                async with asyncio.timeout(_CHECK_SECONDS):
                    job = await self._jobs.get()
            except TimeoutError:
                continue
            if not job.started.cancelled() and not await self._respond_to(worker, job):
                return False
        return True

    async def _respond_to(self, worker: Worker, job: _Job) -> bool:
        """Run one job. Returns whether the worker can continue."""
        job.started.set_result(None)
        cached = self.cache.get(job.request)
        if cached:  # another visitor sent the same request in the meantime
            job.response.set_result(cached)
            return True
        response: WorkerResponse | None = None
        usable = False
        try:
            async with asyncio.timeout_at(job.deadline):
                response = await worker.respond(job.request)
            response = with_entity_tag(response, worker.snapshot)
            usable = not response.last
            self.cache.put(job.request, response, worker.snapshot)
        except asyncio.CancelledError:  # the pool closes
            response = _refusal(503, _FAILED, job.request)
            raise
        except TimeoutError:
            response = _refusal(400, _TOO_SLOW, job.request)
        except (OSError, EOFError):
            if await worker.reached_limit():
                response = _refusal(400, _STOPPED, job.request)
        except Exception as error:  # a failed request must not end its worker
            response = _refusal(503, _FAILED, job.request)
            print(f"{job.request.path}: {type(error).__name__}: {error}", file=sys.stderr)
        finally:
            job.response.set_result(response)
        return usable


def _refusal(status: int, sentence: str, request: WorkerRequest) -> WorkerResponse:
    response = plain_response(status, sentence, request.path)
    if status == 503:
        response.headers.append((b"retry-after", b"5"))
    return response
