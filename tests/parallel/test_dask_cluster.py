"""The engine on a cluster of real processes: results, errors, lost workers, batches of hosts."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from bench.cluster_processes import LoopbackCluster, loopback_cluster
from crawler.errors import ConfigurationError, HashtrailError
from crawler.parallel import dask_engine, dask_worker
from crawler.parallel.engine import Job, map_in_order, open_engine
from crawler.parallel.waiting_notices import WaitingNotices
from crawler.settings.engine import EngineSettings
from tests.parallel import work

pytest.importorskip(
    "distributed",
    reason="The cluster engine is optional: pip install 'hashtrail[dask]' to test it.",
)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackCluster]:
    with loopback_cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


@pytest.fixture(params=["network", "folder"])
def settings(
    request: pytest.FixtureRequest, cluster: LoopbackCluster, tmp_path: Path
) -> EngineSettings:
    """The settings of a cluster that sends results through Dask, and through files."""
    exchange = f"file://{tmp_path / 'exchange'}" if request.param == "folder" else ""
    return EngineSettings(name="dask", scheduler=cluster.url, exchange=exchange)


def _results(settings: EngineSettings, job: Job[Any, Any], batches: list[Any]) -> list[Any]:
    with open_engine(settings, job) as engine:
        return [value for _, value in map_in_order(engine, batches)]


def test_batches_return_results_in_order(settings: EngineSettings, tmp_path: Path) -> None:
    doubled = _results(settings, Job(work.double_all), [(1, 2), (3,), ()])
    assert doubled == [[2, 4], [6], []]
    assert not list(tmp_path.rglob("exchange/*"))


def test_worker_prepares_once_for_a_job(settings: EngineSettings) -> None:
    number = len(settings.exchange)
    job: Job[Any, Any] = Job(work.count_preparations, work.prepare, (number,))
    assert _results(settings, job, [1] * 6) == [(number, 1)] * 6


def test_error_of_a_batch_is_raised(settings: EngineSettings) -> None:
    with pytest.raises(ValueError, match="not this one"):
        _results(settings, Job(work.refuse), ["x"])


@pytest.mark.parametrize("function", [work.fail_once, work.fill_disk_once])
def test_batch_is_repeated_while_the_storage_does_not_answer(
    function: Callable[[str], str],
    settings: EngineSettings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(dask_engine, "_PAUSE_SECONDS", 0.01)
    assert _results(settings, Job(function), [str(tmp_path / "marker")]) == ["done"]
    notices = capfd.readouterr().err
    assert "Waiting up to 600 s for the archive or the exchange" in notices
    assert "No longer waiting for the archive or the exchange." in notices


def test_worker_that_waits_for_the_storage_is_reported(
    settings: EngineSettings, capfd: pytest.CaptureFixture[str]
) -> None:
    assert _results(settings, Job(work.wait_for_storage), ["no answer"]) == ["done"]
    notices = capfd.readouterr().err.splitlines()
    assert notices == [
        "Waiting up to 600 s for the archive or the exchange: no answer",
        "No longer waiting for the archive or the exchange.",
    ]


def test_batch_of_a_lost_worker_is_repeated(
    settings: EngineSettings, cluster: LoopbackCluster, tmp_path: Path
) -> None:
    marker = str(tmp_path / "marker")
    assert _results(settings, Job(work.die_once), [marker] * 8) == ["done"] * 8
    cluster.start_worker()


def test_batch_that_became_unwanted_is_repeated(settings: EngineSettings, tmp_path: Path) -> None:
    marker = str(tmp_path / "marker")
    assert _results(settings, Job(work.be_unwanted_twice), [marker]) == ["done"]


def test_batch_of_a_client_that_disconnects_is_unwanted(
    settings: EngineSettings, tmp_path: Path
) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with open_engine(settings, Job(work.run_while_wanted)) as engine:
        engine.submit(str(fifo))
        lines = fifo.open()
        assert lines.readline() == "True\n"
    assert lines.read() == "False\n"
    lines.close()


def test_batch_of_a_paused_worker_is_wanted(settings: EngineSettings) -> None:
    assert _results(settings, Job(work.is_wanted_by_a_paused_worker), [0]) == [True]


def test_cluster_without_workers_is_reported_and_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dask_engine, "_PAUSE_SECONDS", 0.01)
    with loopback_cluster(tmp_path, workers=0) as empty:
        settings = EngineSettings(name="dask", scheduler=empty.url, patience_seconds=0.1)
        with pytest.raises(HashtrailError, match="no workers"):
            _results(settings, Job(work.double_all), [(1,)])
    assert "for workers: the scheduler has none." in capfd.readouterr().err


def test_unexpected_error_of_the_engine_ends_its_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(line: str) -> None:
        raise RuntimeError(line)

    monkeypatch.setattr(dask_engine, "_PAUSE_SECONDS", 0.01)
    with loopback_cluster(tmp_path, workers=0) as empty:
        settings = EngineSettings(name="dask", scheduler=empty.url)
        client = dask_engine._connected(empty.url)
        job = Job(work.double_all)
        engine = dask_engine.DaskEngine(settings, job, client, WaitingNotices(fail))
        with pytest.raises(HashtrailError, match="cannot be used"):
            engine.submit((1,)).result(60)
        engine.close()


def test_batches_of_a_lost_scheduler_are_submitted_to_the_next_one_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_engine, "_PAUSE_SECONDS", 0.05)
    with loopback_cluster(tmp_path, workers=0) as cluster:
        settings = EngineSettings(name="dask", scheduler=cluster.url)
        with open_engine(settings, Job(work.double_all)) as engine:
            futures = [engine.submit((number,)) for number in range(5)]
            cluster.kill_scheduler()
            cluster.start_scheduler()
            cluster.start_worker()
            assert [future.result(60) for future in futures] == [[0], [2], [4], [6], [8]]


def test_worker_with_other_code_is_refused(
    settings: EngineSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_engine, "package_digest", lambda: "other")
    with pytest.raises(ConfigurationError, match="another version of Hashtrail"):
        _results(settings, Job(work.double_all), [(1,)])


def test_scheduler_forgets_the_jobs_of_clients_that_ended() -> None:
    scheduler = SimpleNamespace(task_metadata={}, clients={"first": None})
    dask_worker.keep_job("1", "first", b"job", "code", scheduler)
    dask_worker.keep_job("2", "first", b"job", "code", scheduler)
    scheduler.clients = {"second": None}
    dask_worker.keep_job("3", "second", b"job", "code", scheduler)
    assert [list(jobs) for jobs in scheduler.task_metadata.values()] == [["3"]]


class _LosingClient:
    """A connection that the scheduler drops after a number of `accepted` batches."""

    id = "client"

    def __init__(self, accepted: int) -> None:
        self._accepted = accepted
        self.submitted: list[Any] = []

    def scheduler_info(self) -> dict[str, Any]:
        return {"workers": {"worker": None}}

    def run_on_scheduler(self, *_: object) -> None:
        pass

    subscribe_topic = run_on_scheduler

    def submit(self, _run: object, _token: str, batch: bytes, *_: object, pure: bool) -> Any:
        from distributed.client import ClosedClientError

        if len(self.submitted) == self._accepted:
            raise ClosedClientError
        self.submitted.append(pickle.loads(batch))
        return _Attempt(self.submitted[-1])

    def close(self, timeout: float) -> None:
        pass


class _Attempt:
    """A batch whose value arrives at the second request."""

    status = "finished"

    def __init__(self, value: Any) -> None:
        self._value = value
        self._is_late = True

    def add_done_callback(self, call: Callable[[Any], object]) -> None:
        call(self)

    def result(self, timeout: float) -> Any:
        if self._is_late:
            self._is_late = False
            raise TimeoutError
        return self._value


def test_slow_result_is_awaited_without_a_second_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_engine, "_PAUSE_SECONDS", 0.01)
    client = _LosingClient(2)
    engine = dask_engine.DaskEngine(EngineSettings(), Job(work.double_all), client)
    assert engine.submit((1,)).result(60) == (1,)
    assert client.submitted == [(1,)]
    engine.close()


def test_scheduler_that_is_lost_during_submission_gets_no_batch_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dask_engine, "_PAUSE_SECONDS", 0.01)
    clients = [_LosingClient(3), _LosingClient(5)]
    connections = iter(clients)
    are_submitted = Event()

    def connect(_: str) -> _LosingClient:
        are_submitted.wait()
        return next(connections)

    monkeypatch.setattr(dask_engine, "_connected", connect)
    engine = dask_engine.DaskEngine(EngineSettings(), Job(work.double_all), _LosingClient(0))
    futures = [engine.submit((number,)) for number in range(5)]
    are_submitted.set()
    assert [future.result(60) for future in futures] == [(number,) for number in range(5)]
    assert clients[1].submitted == [(number,) for number in range(5)]
    engine.close()


def test_unreachable_scheduler_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_engine, "_CONNECT_SECONDS", 0.2)
    settings = EngineSettings(name="dask", scheduler="tcp://127.0.0.1:1")
    with pytest.raises(ConfigurationError, match="scheduler"):
        _results(settings, Job(work.double_all), [])
