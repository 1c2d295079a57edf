"""Requests whose worker process is killed from outside, crashes, or reaches one of its limits."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal

import pytest

from crawler.explorer.current_snapshot import CurrentSnapshot
from crawler.explorer.response_cache import ResponseCache
from crawler.explorer.worker_pool import TimeBudget, WorkerPool
from crawler.explorer.worker_process import WorkerRequest, WorkerResponse
from crawler.workspace import Workspace
from tests.explorer.request_fuzz import sample_workspace

BUDGET = TimeBudget(total=50, queue=40)  # far above the time of a start on a busy machine
SEARCH = WorkerRequest("/search", "q=consensus", "http", "localhost")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return sample_workspace(tmp_path_factory.mktemp("workers"))


async def response_after(
    workspace: Workspace, workers: int, ending: signal.Signals
) -> WorkerResponse:
    """Return the response to a search after all idle `workers` got the signal `ending`.

    They serve the snapshot of `workspace`.
    """
    identity = CurrentSnapshot(workspace.public_database).identity
    pool = WorkerPool(workspace, identity, workers, ResponseCache())
    before = set(multiprocessing.active_children())
    await pool.open()
    try:
        for process in set(multiprocessing.active_children()) - before:
            assert process.pid
            os.kill(process.pid, ending)
        return await pool.respond(SEARCH, BUDGET)
    finally:
        await pool.close()


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGSEGV])
def test_request_of_an_ended_worker_runs_on_the_next(
    workspace: Workspace, ending: signal.Signals
) -> None:
    response = asyncio.run(response_after(workspace, 1, ending))
    assert response.status == 200
    assert b"consensus" in response.body


def test_request_that_two_workers_cannot_answer_gets_503(workspace: Workspace) -> None:
    response = asyncio.run(response_after(workspace, 2, signal.SIGKILL))
    assert response.status == 503
    assert (b"retry-after", b"5") in response.headers


def test_request_of_a_worker_at_its_time_limit_does_not_run_again(workspace: Workspace) -> None:
    response = asyncio.run(response_after(workspace, 1, signal.SIGXCPU))
    assert response.status == 400
    assert b"memory or time limit" in response.body
