"""Three nights against a small internet: from a paste and sources to the site and the snapshot."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.internet import networks
from tests.internet.server import Internet, never_answers, small_internet

ROOT = Path(__file__).parents[2]
STALLED = {"stalled.example": never_answers}
SOURCES = f"""
[[source]]
name = "APNIC Blog"
kind = "feed"
url = "https://blog.apnic.net/feed/"

[[source]]
name = "Nobody home"
kind = "feed"
url = "https://dead-feed.example/rss"

{networks.MASTODON}
[[source]]
name = "DEV"
kind = "devto"
tag = "distributedsystems"

[[source]]
name = "Hacker News"
kind = "hackernews"
query = "distributed systems"
"""
ADDED_BY_A_NIGHT = [
    "posts",
    "links",
    "cards",
    "articles",
    "aliases",
    "taggings",
    "evidence",
    "topics",
    "entities",
    "related_articles",
    "stories",
    "authors",
]


@dataclass
class Nights:
    """The state after three nights: the workspace, and the report, rows and files after each.

    In the second all sources are due, in the third articles too.
    """

    folder: Path
    internet: Internet
    reports: list[dict[str, Any]]
    rows: list[dict[str, int]]
    files: list[dict[str, str]]

    def query(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with sqlite3.connect(self.folder / "data/state/hashtrail.db") as db:
            db.row_factory = sqlite3.Row
            return db.execute(sql, values).fetchall()


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    folder = tmp_path_factory.mktemp("kb")
    with small_internet(tmp_path_factory.mktemp("ca"), STALLED) as internet:
        _workspace(folder, internet)
        found = Nights(folder, internet, [], [], [])
        for due in ((), ("sources",), ("sources", "articles")):
            _make_due(folder, due)
            found.reports.append(_nightly(folder))
            found.rows.append(_count(folder))
            found.files.append(_files(folder))
        yield found


def _workspace(folder: Path, internet: Internet) -> None:
    (folder / "data").mkdir(parents=True, exist_ok=True)
    shutil.copytree(ROOT / "data/topics", folder / "data/topics")
    shutil.copytree(ROOT / "data/inbox", folder / "data/inbox")
    (folder / "data/sources.toml").write_text(SOURCES)
    settings = (
        f'[fetch]\nconnect_to = "127.0.0.1:{internet.port}"\n'
        f'ca_bundle = "{internet.ca_file}"\nallow_private = ["127.0.0.0/8"]\n'
    )
    (folder / "data/hashtrail.toml").write_text(
        settings + "delay_seconds = 0.0\ntotal_seconds = 6.0\n"
    )


def _nightly(folder: Path) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "crawler.cli.main",
        "--workspace",
        str(folder),
        "nightly",
        "--json",
    ]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=300,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _make_due(folder: Path, tables: tuple[str, ...]) -> None:
    for table in tables:
        with sqlite3.connect(folder / "data/state/hashtrail.db") as db:
            db.execute(f"UPDATE {table} SET next_check = '2026-01-01T00:00:00Z'")


def _count(folder: Path) -> dict[str, int]:
    with sqlite3.connect(folder / "data/state/hashtrail.db") as db:
        return {
            table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ADDED_BY_A_NIGHT
        }


def _files(folder: Path) -> dict[str, str]:
    site = (folder / "site/public").resolve()
    return {
        str(path.relative_to(site)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def _article(nights: Nights, fragment: str) -> sqlite3.Row:
    (row,) = nights.query("SELECT * FROM articles WHERE url LIKE ?", f"%{fragment}%")
    return row


def _aliases(nights: Nights, article_id: int) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in nights.query("SELECT url, reason FROM aliases WHERE article_id = ?", article_id):
        found.setdefault(row["reason"].split(":")[0], set()).add(row["url"])
    return found


def _topics(nights: Nights, article_id: int) -> set[str]:
    return {
        row["topic"]
        for row in nights.query(
            "SELECT topic FROM taggings WHERE subject_kind = 'article' AND subject_id = ?",
            article_id,
        )
    }


def test_first_night_stores_the_posts_of_every_source(nights: Nights) -> None:
    by_network = {
        row["network"]: row["n"]
        for row in nights.query("SELECT network, count(*) AS n FROM posts GROUP BY network")
    }
    assert by_network["mastodon"] == 44  # 45, one of them unlisted and without links
    assert by_network["feed"] == 1
    assert by_network["devto"] == 2
    assert by_network["hackernews"] == 3
    assert len(nights.query("SELECT 1 FROM posts WHERE source LIKE 'inbox/%'")) == 9


def test_dead_source_is_reported_and_the_site_is_published(nights: Nights) -> None:
    report = nights.reports[0]
    assert report["outcome"] == "ok"
    assert [name for name, *_ in report["failing_sources"]] == ["Nobody home"]
    assert (nights.folder / "site/public/index.html").exists()
    assert "Nobody home" in (nights.folder / "site/public/status.html").read_text()


def test_four_urls_of_one_article_give_one_row_that_lists_them(nights: Nights) -> None:
    forge = _article(nights, "forge-billing-architecture")
    aliases = _aliases(nights, forge["id"])
    assert "https://bit.ly/4eGoEB2" in aliases["as-posted"]
    assert {
        networks.FORGE + "?utm_source=mastodon&utm_medium=social",
        networks.FORGE + "?ref=hn",
    } <= aliases["as-posted"]
    assert any("infoq.com" in url for url in aliases["redirect"])
    assert forge["title"] == "How Forge Meters and Bills Every App Call"
    assert forge["state"] == "ok"


def test_cross_post_is_merged_into_its_canonical_article(nights: Nights) -> None:
    stampede = _article(nights, "engineeringatscale.substack.com")
    shares = {
        row["network"]
        for row in nights.query("SELECT network FROM shares WHERE article_id = ?", stampede["id"])
    }
    assert {"devto", "mastodon"} <= shares


def test_card_without_url_is_matched_to_its_article_through_the_feed(nights: Nights) -> None:
    apnic = _article(nights, "blog.apnic.net")
    (card,) = nights.query("SELECT * FROM cards WHERE link_id IS NULL")
    assert card["article_id"] == apnic["id"]
    assert card["score"] > 0.5


@pytest.mark.parametrize(
    ("fragment", "topics"),
    [
        ("forge-billing-architecture", {"billing", "idempotency", "metering"}),
        ("cell-based-architecture-guide", {"cell-based-architecture"}),
        ("engineeringatscale", {"cache-stampede", "distributed-locking"}),
        ("apnic", {"fallacies-of-distributed-computing"}),
        ("dev.to/sqlrush", {"postgresql"}),
    ],
)
def test_articles_have_their_topics_with_evidence(
    nights: Nights, fragment: str, topics: set[str]
) -> None:
    article = _article(nights, fragment)
    assert topics <= _topics(nights, article["id"])
    bare = nights.query(
        "SELECT 1 FROM taggings t WHERE NOT EXISTS (SELECT 1 FROM evidence e "
        "WHERE e.tagging_id = t.id)"
    )
    assert not bare


@pytest.mark.parametrize(
    ("fragment", "outcome"),
    [
        ("stalled.example", "timeout"),
        ("loop.example", "redirect_loop"),
        ("bomb.example", "too_large"),
        ("inside.example", "refused_address"),
        ("closed.example", "blocked_robots"),
        ("gone.example", "gone"),
        ("guarded.example", "challenge"),
    ],
)
def test_misbehaving_hosts_are_reported_and_leave_no_text(
    nights: Nights, fragment: str, outcome: str
) -> None:
    article = _article(nights, fragment)
    assert article["last_outcome"] == outcome
    assert article["text"] == ""
    assert article["state"] != "ok"


def test_each_host_gets_one_robots_request_and_one_request_at_a_time(nights: Nights) -> None:
    internet = nights.internet
    assert internet.requests["closed.example", "/private/report"] == 0
    assert max(internet.most_at_once.values()) == 1
    assert internet.requests["www.infoq.com", "/robots.txt"] <= 3  # three nights
    assert all(agent.startswith("hashtrail/") for agent in internet.agents)


def test_target_of_a_short_link_is_not_fetched_again_by_its_own_url(
    nights: Nights,
) -> None:
    first_night = nights.query(
        "SELECT url FROM fetches WHERE run_id = 1 AND purpose = 'page' "
        "AND final_url LIKE '%infoq.com%'"
    )
    assert sorted(row["url"] for row in first_night) == [
        "https://bit.ly/3Sgw4Rb",
        "https://bit.ly/4eGoEB2",
    ]


def test_author_who_opted_out_is_not_shown(nights: Nights) -> None:
    text = (nights.folder / "data/state/public.db").read_bytes()
    assert b"Field note 5:" not in text
    assert b"Field note 6:" not in text


@pytest.mark.parametrize("night", [1, 2])
def test_second_night_adds_nothing(nights: Nights, night: int) -> None:
    assert nights.rows[night] == nights.rows[0]
    counts = nights.reports[night]["counts"]
    assert (
        counts["posts_new"]
        == counts["articles_new"]
        == counts["taggings_gained"]
        == counts["taggings_lost"]
        == 0
    )


def test_second_night_changes_only_the_pages_about_runs(nights: Nights) -> None:
    first, second, _ = nights.files
    changed = {name for name in first.keys() | second.keys() if first.get(name) != second.get(name)}
    about_runs = {"changes.html", "index.html", "status.html", "status.json"}
    folders = ("changes/", "night/")
    assert {name for name in changed - about_runs if not name.startswith(folders)} == set()


def test_snapshot_agrees_with_the_database_and_the_site(nights: Nights) -> None:
    command = [
        sys.executable,
        "-m",
        "crawler.cli.main",
        "--workspace",
        str(nights.folder),
        "verify",
        "--json",
    ]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
