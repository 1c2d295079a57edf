"""A crawl on a cluster that loses worker, scheduler and archive ends like a crawl on one machine.

The site holds its responses until two workers wait for one: each failure interrupts two batches.
The archive comes back when the crawl has reported that it waits for it.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Condition, Thread

import pytest

from bench.cluster_processes import LoopbackCluster, loopback_cluster
from bench.cluster_site import loopback_site, write_workspace
from crawler.archive_storage import list_segments
from crawler.fetch.warc_archive import read_archived_response
from tests.cli.test_bad_input import ROOT, hashtrail

pytest.importorskip("distributed")

HOSTS = 4
PAGES = int(os.environ.get("HASHTRAIL_CLUSTER_PAGES", "3"))
_MOST_SECONDS = 120  # of one wait, on a busy machine
CONTENT = {
    "articles": "SELECT key, url, title, text, state, last_outcome, content_hash FROM articles",
    "posts": "SELECT uri, text FROM posts",
    "aliases": "SELECT url, reason FROM aliases",
    "taggings": "SELECT subject_kind, topic, round(score, 6) FROM taggings",
    "robots": "SELECT authority, body FROM robots_copies",
    "archived": "SELECT url, status FROM fetches WHERE archive_file IS NOT NULL",
}


def _content(workspace: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows that do not depend on times and places of the fetch."""
    with closing(sqlite3.connect(workspace / "data/state/hashtrail.db")) as db:
        return {name: sorted(db.execute(sql).fetchall()) for name, sql in CONTENT.items()}


class _HeldPages:
    """Pages that the site holds back, each until the next `release`. `hosts` wait for one."""

    def __init__(self, changed: Condition) -> None:
        self.hosts: set[str] = set()
        self._changed = changed
        self._releases = 0

    def hold(self, host: str) -> None:
        """Wait for the next release. Threads of the site call this."""
        with self._changed:
            self.hosts.add(host)
            self._changed.notify_all()
            releases = self._releases
            self._changed.wait_for(lambda: self._releases > releases, _MOST_SECONDS)

    def release(self) -> None:
        """Send the pages that are held."""
        with self._changed:
            self.hosts.clear()
            self._releases += 1
            self._changed.notify_all()


class _Crawl:
    """A crawl as a child process, with its `output` so far. It notifies `changed`, as pages do."""

    def __init__(self, workspace: Path, changed: Condition) -> None:
        words = ["-m", "crawler.cli.main", "--workspace", str(workspace), "crawl"]
        self.output = ""
        self._changed = changed
        self._has_ended = False
        self._process = subprocess.Popen(
            [sys.executable, *words],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = Thread(target=self._read)
        self._reader.start()

    def wait_until(self, is_true: Callable[[], bool], expected: str) -> None:
        """Wait until a condition `is_true`. Fail if the crawl ends, or after the limit."""
        with self._changed:
            self._changed.wait_for(lambda: is_true() or self._has_ended, _MOST_SECONDS)
            assert is_true(), f"expected {expected}; the crawl printed:\n{self.output}"

    def wait_for_end(self) -> None:
        """Wait until the crawl has ended well. Fail after the limit."""
        self.wait_until(lambda: self._has_ended, "the crawl to end")
        assert self._process.wait() == 0, self.output

    def kill(self) -> None:
        """Kill the crawl if it runs."""
        self._process.kill()
        self._process.wait()
        self._reader.join()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            with self._changed:
                self.output += line
                self._changed.notify_all()
        with self._changed:
            self._has_ended = True
            self._changed.notify_all()


@contextmanager
def _running_crawl(workspace: Path, changed: Condition) -> Iterator[_Crawl]:
    crawl = _Crawl(workspace, changed)
    try:
        yield crawl
    except AssertionError as error:
        log = workspace.parent / "dask_worker.log"
        error.add_note(f"The workers wrote:\n{log.read_text()[-4000:]}")
        raise
    finally:
        crawl.kill()


def _lose_worker_scheduler_and_archive(
    cluster: LoopbackCluster, pages: _HeldPages, archive: Path, crawl: _Crawl
) -> None:
    crawl.wait_until(lambda: len(pages.hosts) >= 2, "two workers that fetch")
    cluster.kill_worker()
    cluster.start_worker()
    pages.release()
    crawl.wait_until(lambda: len(pages.hosts) >= 2, "the new worker to fetch")
    archive.rename(archive.with_name("away"))
    archive.touch()  # nobody can make the folder again
    cluster.kill_scheduler()
    pages.hold = lambda host: None  # type: ignore[method-assign]
    pages.release()
    cluster.start_scheduler()
    cluster.start_worker()
    crawl.wait_until(lambda: "for the archive" in crawl.output, "a notice about the archive")
    archive.unlink()
    archive.with_name("away").rename(archive)


def test_crawl_that_loses_worker_scheduler_and_archive_ends_like_a_local_one(
    tmp_path: Path,
) -> None:
    archive, changed = tmp_path / "archive", Condition()
    pages = _HeldPages(changed)
    archive.mkdir()
    with loopback_site(HOSTS, PAGES) as site, loopback_cluster(tmp_path) as cluster:
        write_workspace(tmp_path / "local", site, "[engine]\nprocesses = 1\n", 0.01)
        assert hashtrail(tmp_path / "local", "crawl").returncode == 0

        settings = (
            f"total_seconds = {_MOST_SECONDS}\n"
            f'[archive]\nurl = "{archive}"\n'
            f'[engine]\nname = "dask"\nscheduler = "{cluster.url}"\n'
            f'exchange = "file://{tmp_path / "exchange"}"\n'
        )
        write_workspace(tmp_path / "cluster", site, settings, 0.01)
        cluster.wait_for_workers(_MOST_SECONDS)
        site.before_page = lambda host: pages.hold(host)
        with _running_crawl(tmp_path / "cluster", changed) as crawl:
            _lose_worker_scheduler_and_archive(cluster, pages, archive, crawl)
            crawl.wait_for_end()

    assert _content(tmp_path / "cluster") == _content(tmp_path / "local")
    _assert_archive_is_listed(tmp_path / "cluster", archive)


def _assert_archive_is_listed(workspace: Path, archive: Path) -> None:
    """Assert that each listed record is readable, and that no segment of a worker is unlisted."""
    with closing(sqlite3.connect(workspace / "data/state/hashtrail.db")) as db:
        sql = "SELECT archive_file, archive_offset FROM fetches WHERE archive_file IS NOT NULL"
        places = db.execute(sql).fetchall()
    assert all(read_archived_response(archive, *place).body for place in places)
    segments = {segment.name for segment in list_segments(archive)}
    assert {name for name in segments if "-worker-" in name} <= {file for file, _ in places}
