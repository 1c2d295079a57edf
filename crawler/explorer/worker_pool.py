"""A pool of warm worker processes: bounded in time, replaced when killed or outdated."""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
import sys
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

import msgspec

from crawler.explorer.response_cache import ResponseCache
from crawler.explorer.worker_process import (
    WorkerRequest,
    WorkerResponse,
    plain_response,
    run_worker,
)
from crawler.workspace import Workspace

_START_SECONDS = 30.0
_RETRY_SECONDS = 1.0
_LOOK_SECONDS = 0.25  # between two looks whether the snapshot was replaced
_OUTDATED_SECONDS = 6.0  # for which a replaced snapshot may still be served
_LONGEST_QUEUE = 100
_LENGTH_BYTES = 4
_BUSY = "The explorer is busy. Try again in a few seconds."
_TOO_SLOW = "The query timed out. Use fewer rows or a narrower filter."
_STOPPED = "The query exceeds the memory or time limit. Use fewer rows or a narrower filter."
_NO_SNAPSHOT = "The data is being replaced. Try again in a minute."


@dataclass(frozen=True, slots=True)
class TimeBudget:
    """How long a request may take, in seconds: in all, and of these in the queue."""

    total: float
    queue: float


@dataclass(slots=True, order=True)
class _Job:
    """Jobs are done in the order of their first two fields."""

    rank: int
    deadline: float  # of the event loop's clock
    request: WorkerRequest = field(compare=False)
    started: asyncio.Future[None] = field(compare=False)
    answer: asyncio.Future[WorkerResponse] = field(compare=False)


class Worker:
    """One worker process and the connection to it. Opened by `start`, ended by `stop`."""

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
        """A worker that is ready. Raises OSError or TimeoutError when none can be started.

        `snapshot` identifies the file that the worker opens.
        """
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(
            ["crawler.explorer.block_optional_imports", "crawler.explorer.worker_process"]
        )
        ours, theirs = socket.socketpair()
        with theirs:
            process = context.Process(target=run_worker, args=(theirs, workspace), daemon=True)
            await asyncio.to_thread(process.start)
        worker = cls(process, *await asyncio.open_connection(sock=ours), snapshot)
        try:
            async with asyncio.timeout(_START_SECONDS):
                await worker._receive()
        except BaseException:
            await worker.stop()
            raise
        return worker

    async def ask(self, request: WorkerRequest) -> WorkerResponse:
        """The answer to a request. Raises OSError or EOFError when the process dies."""
        message = msgspec.msgpack.encode(request)
        self._writer.write(len(message).to_bytes(_LENGTH_BYTES, "big") + message)
        await self._writer.drain()
        return msgspec.msgpack.decode(await self._receive(), type=WorkerResponse)

    async def stop(self) -> None:
        """Kill the process, and wait until it is gone."""
        self._writer.close()
        self._process.kill()
        await asyncio.to_thread(self._process.join)
        self._process.close()

    async def _receive(self) -> bytes:
        length = int.from_bytes(await self._reader.readexactly(_LENGTH_BYTES), "big")
        return await self._reader.readexactly(length)


@dataclass(slots=True)
class WorkerPool:
    """Workers for one kind of request. `identity` returns what identifies the current snapshot."""

    workspace: Workspace
    identity: Callable[[], Hashable]
    size: int
    budget: TimeBudget
    cache: ResponseCache
    _jobs: asyncio.PriorityQueue[_Job] = field(default_factory=asyncio.PriorityQueue)
    _slots: list[asyncio.Task[None]] = field(default_factory=list)
    _ready: asyncio.Event = field(default_factory=asyncio.Event)
    _workers: set[Worker] = field(default_factory=set)

    async def open(self) -> None:
        """Start the workers, and wait until they are ready."""
        self._slots = [asyncio.create_task(self._slot()) for _ in range(self.size)]
        await self._ready.wait()

    async def close(self) -> None:
        """End the workers."""
        for slot in self._slots:
            slot.cancel()
        await asyncio.gather(*self._slots, return_exceptions=True)

    async def ask(self, request: WorkerRequest, rank: int = 0) -> WorkerResponse:
        """The answer to a request, or a refusal within the budget.

        Requests of a lower `rank` are answered first; those of rank 0 find no queue too long.
        """
        known = self.cache.get(request)
        if known:
            return known
        if rank and self._jobs.qsize() >= _LONGEST_QUEUE:
            return _refusal(503, _BUSY, request)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.budget.total
        job = _Job(rank, deadline, request, loop.create_future(), loop.create_future())
        self._jobs.put_nowait(job)

        await asyncio.wait([job.started], timeout=self.budget.queue)
        if not job.started.done():
            job.started.cancel()
            return _refusal(503, _BUSY if self._workers else _NO_SNAPSHOT, request)
        return await job.answer

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
        """The worker that takes over when the snapshot of `worker` is replaced.

        `worker` goes on until then, so that no reader has to wait.
        """
        while worker.snapshot == self.identity():
            await asyncio.sleep(_LOOK_SECONDS)
        return await self._start()

    async def _work(self, worker: Worker, successor: asyncio.Task[Worker]) -> bool:
        """Give jobs to a worker until it must be replaced. Returns whether `successor` does it."""
        loop = asyncio.get_running_loop()
        current = loop.time()
        while not successor.done():
            if worker.snapshot == self.identity():
                current = loop.time()
            elif loop.time() - current > _OUTDATED_SECONDS:
                self.cache.follow(None)
                return True
            try:
                async with asyncio.timeout(_LOOK_SECONDS):
                    job = await self._jobs.get()
            except TimeoutError:
                continue
            if not job.started.cancelled() and not await self._do(worker, job):
                return False
        return True

    async def _do(self, worker: Worker, job: _Job) -> bool:
        """Answer one job. Returns whether the worker can go on."""
        job.started.set_result(None)
        known = self.cache.get(job.request)
        if known:  # another reader asked for the same in the meantime
            job.answer.set_result(known)
            return True
        answer, usable = _refusal(400, _STOPPED, job.request), False
        try:
            async with asyncio.timeout_at(job.deadline):
                answer = await worker.ask(job.request)
            usable = not answer.last
            self.cache.put(job.request, answer, worker.snapshot)
        except TimeoutError:
            answer = _refusal(400, _TOO_SLOW, job.request)
        except (OSError, EOFError):
            pass  # the process ended: by a limit of its own
        except Exception as error:  # a failed request must not end its worker
            print(f"{job.request.path}: {type(error).__name__}: {error}", file=sys.stderr)
        finally:
            job.answer.set_result(answer)
        return usable


def _refusal(status: int, sentence: str, request: WorkerRequest) -> WorkerResponse:
    answer = plain_response(status, sentence, request.path)
    if status == 503:
        answer.headers.append((b"retry-after", b"5"))
    return answer
