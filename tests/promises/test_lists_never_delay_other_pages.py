"""Lists never delay the front page or the page of a row: they wait until those are answered."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from crawler.explorer.request_dispatcher import is_list
from crawler.explorer.response_cache import ResponseCache
from crawler.explorer.worker_pool import TimeBudget, Worker, WorkerPool
from crawler.explorer.worker_process import WorkerRequest, WorkerResponse
from crawler.settings.all_settings import Settings
from crawler.workspace import Workspace


class BusyWorker:
    """A worker that answers when `free` is set, and notes the order of the requests."""

    snapshot = 1

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.served: list[str] = []

    async def respond(self, request: WorkerRequest) -> WorkerResponse:
        self.served.append(request.path)
        await self.free.wait()
        return WorkerResponse(200, [], b"")

    async def stop(self) -> None:
        pass


async def _order(monkeypatch: pytest.MonkeyPatch, tmp_path: Any, paths: list[str]) -> list[str]:
    """The order in which one worker gets these requests, which all wait while it is busy."""
    worker = BusyWorker()

    async def start(*_: object) -> BusyWorker:
        return worker

    monkeypatch.setattr(Worker, "start", start)
    budget = TimeBudget(9, 9)
    pool = WorkerPool(Workspace(tmp_path, Settings()), lambda: 1, 1, ResponseCache())
    await pool.open()
    tasks = [
        asyncio.create_task(pool.respond(WorkerRequest("/public/x", "", "http", "h"), budget, 1))
    ]
    while not worker.served:
        await asyncio.sleep(0)
    tasks += [
        asyncio.create_task(
            pool.respond(WorkerRequest(path, "", "http", "h"), budget, int(is_list(path)))
        )
        for path in paths
    ]
    await asyncio.sleep(0)
    worker.free.set()
    answers = await asyncio.gather(*tasks)
    await pool.close()
    assert {answer.status for answer in answers} <= {200, 503}
    return worker.served[1:]


def test_lists_are_served_last(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    paths = [
        "/public/shares",
        "/public/sh~61res",
        "/public/posts.json",
        "/public/posts/1",
        "/",
        "/public/articles",
        "/public/articles/2",
        "/robots.txt",
    ]
    order = asyncio.run(_order(monkeypatch, tmp_path, paths))
    assert order[:4] == ["/public/posts/1", "/", "/public/articles/2", "/robots.txt"]
    assert order[4:] == [path for path in paths if is_list(path)]


def test_front_page_is_served_while_the_queue_is_full(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    lists = [f"/public/shares{number}" for number in range(120)]
    order = asyncio.run(_order(monkeypatch, tmp_path, [*lists, "/"]))
    assert order[0] == "/"
    assert len(order) == 101
