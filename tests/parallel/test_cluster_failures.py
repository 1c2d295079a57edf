"""A crawl on a cluster that loses worker, scheduler and archive ends like a crawl on one machine.

The tests run if HASHTRAIL_CLUSTER_PAGES is set: the number of pages of each host, such as 4. Their
processes are killed at other moments in each run, and a crawl that waits for a scheduler may need
minutes.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bench.cluster_processes import LoopbackCluster, loopback_cluster
from bench.cluster_site import LoopbackSite, loopback_site, write_workspace
from crawler.archive_storage import list_segments
from crawler.fetch.warc_archive import read_archived_response
from tests.cli.test_bad_input import ROOT, hashtrail

pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(
    "HASHTRAIL_CLUSTER_PAGES" not in os.environ, reason="set HASHTRAIL_CLUSTER_PAGES=4"
)

HOSTS = 4
PAGES = int(os.environ.get("HASHTRAIL_CLUSTER_PAGES", "4"))
DELAY = 0.4
_MOST_SECONDS = 120
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


def _crawl(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "crawler.cli.main", "--workspace", str(folder), "crawl"]
    return subprocess.Popen(
        command,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _pages(site: LoopbackSite) -> int:
    return sum(path not in ("/feed", "/robots.txt") for _, path in site.requests)


def _wait(until: Callable[[], bool], crawl: subprocess.Popen[bytes]) -> None:
    """Wait for other processes; there is nothing to listen to. Kill a crawl that makes no step."""
    limit = time.monotonic() + _MOST_SECONDS
    while not until():
        if time.monotonic() > limit:
            crawl.kill()
        assert crawl.poll() is None, crawl.communicate()[0].decode()
        time.sleep(0.02)


def _output(crawl: subprocess.Popen[bytes]) -> str:
    """Return what the crawl printed when it ended, or was killed because it did not end."""
    try:
        return crawl.communicate(timeout=_MOST_SECONDS)[0].decode()
    except subprocess.TimeoutExpired:
        crawl.kill()
        return crawl.communicate()[0].decode()


def _lose_everything(
    cluster: LoopbackCluster, site: LoopbackSite, archive: Path, crawl: subprocess.Popen[bytes]
) -> None:
    """Kill a worker and the scheduler in the middle of batches, and move the archive away."""
    _wait(lambda: _pages(site) >= 2, crawl)
    cluster.kill_worker()
    cluster.start_worker()
    seen = _pages(site)
    _wait(lambda: _pages(site) > seen + 2, crawl)
    archive.rename(archive.with_name("away"))
    archive.touch()  # nobody can make the folder again
    cluster.kill_scheduler()
    cluster.start_scheduler()
    cluster.start_worker()
    cluster.start_worker()
    seen = _pages(site)
    _wait(lambda: _pages(site) > seen, crawl)
    archive.unlink()
    archive.with_name("away").rename(archive)


def test_crawl_that_loses_worker_scheduler_and_archive_ends_like_a_local_one(
    tmp_path: Path,
) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    with loopback_site(HOSTS, PAGES) as site, loopback_cluster(tmp_path) as cluster:
        write_workspace(tmp_path / "local", site, "[engine]\nprocesses = 1\n", 0.01)
        assert hashtrail(tmp_path / "local", "crawl").returncode == 0
        site.requests.clear()

        settings = (
            f'[archive]\nurl = "{archive}"\n'
            f'[engine]\nname = "dask"\nscheduler = "{cluster.url}"\n'
            f'exchange = "file://{tmp_path / "exchange"}"\n'
        )
        write_workspace(tmp_path / "cluster", site, settings, DELAY)
        with _crawl(tmp_path / "cluster") as crawl:
            _lose_everything(cluster, site, archive, crawl)
            output = _output(crawl)
            assert crawl.returncode == 0, output

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
