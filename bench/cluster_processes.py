"""A Dask cluster of real processes on loopback: a scheduler and workers that can be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).resolve().parents[1]
CONFIG = MappingProxyType(
    {
        "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",  # it samples every 10 ms
        "DASK_DISTRIBUTED__WORKER__MEMORY__MONITOR_INTERVAL": "5s",  # by default 100 ms
        "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__INTERVAL": "5s",  # by default 500 ms
        "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s",
        "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "5s",
    }
)


class LoopbackCluster:
    """A scheduler on `port` and its `workers`, as child processes that write to files in `folder`.

    `scheduler` is None while there is none.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port, self.dashboard_port = _free_port(), _free_port()
        self.scheduler: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []

    @property
    def url(self) -> str:
        """The URL of the scheduler."""
        return f"tcp://127.0.0.1:{self.port}"

    def start_scheduler(self) -> None:
        """Start a scheduler, and wait until it accepts connections."""
        self.scheduler = self._start(
            "dask_scheduler",
            *("--host", "127.0.0.1", "--port", str(self.port), "--no-jupyter"),
            *("--dashboard-address", f"127.0.0.1:{self.dashboard_port}"),
        )
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self.scheduler.poll() is not None:
                raise RuntimeError(f"the scheduler ended: see {self._folder}")
            time.sleep(0.05)

    def start_worker(self) -> None:
        """Start a worker of one thread, which waits for the scheduler."""
        self.workers.append(
            self._start(
                "dask_worker",
                *(self.url, "--nthreads", "1", "--no-nanny", "--no-dashboard"),
                *("--host", "127.0.0.1", "--local-directory", str(self._folder / "workers")),
            )
        )

    def wait_for_workers(self, seconds: float = 60.0) -> None:
        """Wait until the scheduler knows every worker. Raises TimeoutError after `seconds`."""
        from distributed import Client

        with Client(self.url, timeout=seconds, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(len(self.workers), timeout=seconds)

    def kill_scheduler(self) -> None:
        """Kill the scheduler, as a power failure would."""
        assert self.scheduler
        self.scheduler.kill()
        self.scheduler.wait()

    def kill_worker(self) -> None:
        """Kill the oldest worker with its child processes."""
        worker = self.workers.pop(0)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    def process_ids(self) -> list[int]:
        """Return the ids of all processes that were started, without their children."""
        return [process.pid for process in (self.scheduler, *self.workers) if process]

    def stop(self) -> None:
        """End all processes with their children."""
        for process in [process for process in (*self.workers, self.scheduler) if process]:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # they have nothing to store
            process.wait()

    def _start(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        with (self._folder / f"{module}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{module}", *arguments],
                env={**os.environ, **CONFIG, "PYTHONPATH": paths.rstrip(os.pathsep)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


@contextmanager
def loopback_cluster(folder: Path, workers: int = 2) -> Iterator[LoopbackCluster]:
    """Yield a cluster of a number of `workers` that writes its files to `folder`; end it after."""
    cluster = LoopbackCluster(folder)
    try:
        cluster.start_scheduler()
        for _ in range(workers):
            cluster.start_worker()
        yield cluster
    finally:
        cluster.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
