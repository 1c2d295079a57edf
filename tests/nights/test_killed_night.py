"""A killed night loses nothing; the next night gives the result of an uninterrupted one."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_bad_input import ROOT, hashtrail
from tests.internet.server import Internet, small_internet
from tests.nights.test_small_internet import _workspace
from tests.promises.few_topics import copy_few_topics

KILLED_AT = (
    0.15,
    0.3,
    0.5,
    0.7,
    0.9,
)  # shares of an uninterrupted night: while it starts, polls, fetches, annotates, publishes
END_STATE = {
    "articles": "SELECT key, title, state, last_outcome, content_hash FROM articles ORDER BY key",
    "posts": "SELECT uri, text FROM posts ORDER BY uri",
    "aliases": "SELECT url, reason FROM aliases ORDER BY url, reason",
    "taggings": "SELECT subject_kind, topic, count(*) FROM taggings GROUP BY 1, 2 ORDER BY 1, 2",
}


@pytest.fixture(scope="module")
def internet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Internet]:
    with small_internet(tmp_path_factory.mktemp("ca")) as served:
        yield served


def _killed(workspace: Path, seconds: float) -> None:
    command = [sys.executable, "-m", "crawler.cli.main", "--workspace", str(workspace), "nightly"]
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as night:
        try:
            night.wait(seconds)
        except subprocess.TimeoutExpired:
            night.send_signal(signal.SIGKILL)


def _end_state(workspace: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(workspace / "data/state/hashtrail.db") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {name: db.execute(sql).fetchall() for name, sql in END_STATE.items()}


def _due_again(workspace: Path) -> None:
    """Make every source due again, if a night already created the database."""
    with sqlite3.connect(workspace / "data/state/hashtrail.db") as db:
        if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'sources'").fetchone():
            db.execute("UPDATE sources SET next_check = NULL")


def test_killed_nights_give_the_result_of_an_uninterrupted_night(
    tmp_path: Path, internet: Internet
) -> None:
    unbroken, broken = tmp_path / "unbroken", tmp_path / "broken"
    for folder in (unbroken, broken):
        _workspace(folder, internet)
        copy_few_topics(folder / "data/topics")
    started = time.monotonic()
    assert hashtrail(unbroken, "nightly").returncode == 0
    length = time.monotonic() - started
    for share in KILLED_AT:
        _killed(broken, share * length)
        published = broken / "site/public"
        assert not published.exists() or (
            (published / "index.html").exists() and (published / "topics.html").exists()
        )
    _due_again(broken)
    done = hashtrail(broken, "nightly")
    assert done.returncode == 0, done.stderr
    assert hashtrail(broken, "verify").returncode == 0
    assert _end_state(broken) == _end_state(unbroken)
