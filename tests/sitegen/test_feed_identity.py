"""Entries of feeds keep their ids, credit their authors and state when they changed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest
from sqlite_utils import Database

from crawler.cli.main import cli
from crawler.errors import ConfigurationError
from crawler.settings.read_settings import read_settings
from crawler.store.database import open_store
from crawler.store.public_snapshot import write_snapshot
from crawler.store.published_entries import record_changed_entries, stored_feed_authority
from crawler.store.snapshot_changes import WRITE_IN_FULL, SnapshotChanges
from tests.cli.test_bad_input import make_workspace
from tests.sitegen.atom_lint import atom_problems
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory

Page = Callable[[str], str]
MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def entry(page: Page, feed: str = "feeds/all.atom") -> feedparser.FeedParserDict:
    """The only entry of a feed."""
    (only,) = feedparser.parse(page(feed)).entries
    return only


def test_authority_of_settings_begins_every_id(factory: Factory, build: Build, page: Page) -> None:
    factory.topic("caching")
    factory.article("First", topics={"caching": "certain"})
    build(feed_authority="trail.example,2026-11-28")
    feed = feedparser.parse(page("feeds/caching.atom"))
    assert feed.feed.id == "tag:trail.example,2026-11-28:feed/caching"
    assert feed.entries[0].id == "tag:trail.example,2026-11-28:article/1"
    assert json.loads(page("feeds/all.json"))["items"][0]["id"] == feed.entries[0].id


def test_ids_stay_under_new_titles_urls_and_base_url(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    factory.article("First", topics={"caching": "certain"})
    fixed = {"feed_authority": "hashtrail,2026:peers"}
    build(title="Peers", base_url="https://old.example/", **fixed)
    before = entry(page).id
    factory.db.execute("UPDATE articles SET title = 'Other', url = 'https://moved.example/1'")
    build(title="Peers of distributed systems", base_url="https://new.example/", **fixed)
    assert entry(page).id == before == "tag:hashtrail,2026:peers/article/1"


def test_site_without_authority_stores_its_first_title(tmp_path: Path) -> None:
    db = open_store(tmp_path / "hashtrail.db")
    first = stored_feed_authority(db, "Peers")
    assert first == stored_feed_authority(db, "Another title") == "hashtrail,2026:peers"
    db.close()


@pytest.mark.parametrize(
    "authority",
    [
        "trail.example",
        "trail.example,26",
        "a b,2026",
        ",2026",
        "x.example,2026:a/b",
        "é.example,2026",
    ],
)
def test_malformed_authority_is_a_settings_error(authority: str, tmp_path: Path) -> None:
    path = tmp_path / "hashtrail.toml"
    path.write_text(f'[site]\nfeed_authority = "{authority}"\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match="feed_authority"):
        read_settings(path, {})


@pytest.mark.parametrize(
    "authority",
    ["", "trail.example,2026", "ada@mail.example,2026-11", "trail.example,2026-11-28:news"],
)
def test_well_formed_authority_is_accepted(authority: str, tmp_path: Path) -> None:
    path = tmp_path / "hashtrail.toml"
    path.write_text(f'[site]\nfeed_authority = "{authority}"\n', encoding="utf-8")
    assert read_settings(path, {}).site.feed_authority == authority


def initialized(folder: Path, *arguments: str) -> dict[str, str]:
    """The `[site]` settings that `hashtrail init` writes."""
    command = [sys.executable, "-m", "crawler.cli.main", "init", str(folder), *arguments]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return tomllib.loads((folder / "data/hashtrail.toml").read_text(encoding="utf-8"))["site"]


def test_init_writes_host_of_base_url_as_authority(tmp_path: Path) -> None:
    site = initialized(tmp_path / "kb", "--base-url", "https://Trail.example:8443/kb")
    assert site["base_url"] == "https://trail.example:8443/kb/"
    assert re.fullmatch(r"trail\.example,\d{4}-\d\d-\d\d", site["feed_authority"])


def test_init_without_base_url_writes_different_random_authorities(tmp_path: Path) -> None:
    names = {initialized(tmp_path / name)["feed_authority"] for name in ("one", "two")}
    assert len(names) == 2
    assert all(re.fullmatch(r"hashtrail,2026:[0-9a-f]{12}", name) for name in names)
    assert read_settings(tmp_path / "one/data/hashtrail.toml", {}).site.feed_authority in names


def test_new_title_keeps_ids_of_workspace_without_authority(tmp_path: Path) -> None:
    initialized(tmp_path)
    settings = tmp_path / "data/hashtrail.toml"
    lines = settings.read_text(encoding="utf-8")
    lines = re.sub('feed_authority = ".*?"', 'feed_authority = ""', lines)
    ids = []
    for title in ("Peers", "Peers of distributed systems"):
        settings.write_text(lines.replace('"Hashtrail"', f'"{title}"'), encoding="utf-8")
        command = [sys.executable, "-m", "crawler.cli.main", "--workspace", str(tmp_path), "build"]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        feed = feedparser.parse((tmp_path / "site/public/feeds/all.atom").read_bytes())
        assert feed.feed.title == title
        ids.append(feed.feed.id)
    assert ids == ["tag:hashtrail,2026:peers/feed/all"] * 2


def test_entry_credits_authors_of_the_article(factory: Factory, build: Build, page: Page) -> None:
    factory.topic("caching")
    factory.article(
        "First", topics={"caching": "certain"}, authors=json.dumps(["Ada L.", "Bob <b>"])
    )
    build()
    assert [author.name for author in entry(page).authors] == ["Ada L.", "Bob <b>"]
    item = json.loads(page("feeds/caching.json"))["items"][0]
    assert item["authors"] == [{"name": "Ada L."}, {"name": "Bob <b>"}]


@pytest.mark.parametrize(
    ("site_name", "credited"), [("A Journal", "A Journal"), ("", "blog.example")]
)
def test_entry_without_author_credits_its_publisher(
    site_name: str, credited: str, factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    factory.article(
        "First",
        url="https://blog.example/1",
        topics={"caching": "certain"},
        site_name=site_name,
        authors='["", " "]',
    )
    build()
    assert [author.name for author in entry(page).authors] == [credited]


def shared_article(folder: Path) -> tuple[Factory, Database]:
    """A database with one shared article."""
    factory = Factory()
    factory.topic("caching")
    article = factory.article("First", topics={"caching": "certain"})
    factory.post("x", article, published="2026-11-20T05:00:00Z")
    return factory, factory.db


def changed(db: Database) -> str:
    """The recorded change of the only entry."""
    return str(db.execute("SELECT changed FROM published_entries").fetchone()[0])


def test_unchanged_entry_keeps_its_time(tmp_path: Path) -> None:
    factory, db = shared_article(tmp_path)
    record_changed_entries(db, MONDAY, WRITE_IN_FULL)
    db.execute("UPDATE articles SET last_checked = '2026-11-24T00:00:00Z', rank = 7")
    factory.topic("queues")
    factory.tagging("article", 1, "queues", "certain", [("title", "First", 0, "strong")])
    record_changed_entries(db, TUESDAY, WRITE_IN_FULL)
    assert changed(db) == "2026-11-20T05:00:00Z"


@pytest.mark.parametrize(
    "column", ["url = 'https://b.example/'", "title = 'B'", "summary = 'B'", "authors = '[\"B\"]'"]
)
def test_changed_entry_is_updated_at_the_build(column: str, tmp_path: Path) -> None:
    _, db = shared_article(tmp_path)
    record_changed_entries(db, MONDAY, WRITE_IN_FULL)
    db.execute(f"UPDATE articles SET {column}")
    record_changed_entries(db, TUESDAY, WRITE_IN_FULL)
    assert changed(db) == "2026-11-24T03:00:00Z"


def test_only_entries_that_changes_can_affect_are_compared(tmp_path: Path) -> None:
    factory, db = shared_article(tmp_path)
    second = factory.article("Second", topics={"caching": "certain"})
    post = factory.post("x", second, published="2026-11-21T05:00:00Z")
    record_changed_entries(db, MONDAY, WRITE_IN_FULL)
    db.execute("UPDATE articles SET title = title || '!'")

    def changed_at(changes: SnapshotChanges) -> list[str]:
        record_changed_entries(db, TUESDAY, changes)
        rows = db.execute("SELECT changed FROM published_entries ORDER BY article_id")
        return [time for (time,) in rows.fetchall()]

    first, later = "2026-11-20T05:00:00Z", "2026-11-21T05:00:00Z"
    assert changed_at(SnapshotChanges({"run": (1, 2)})) == [first, later]
    assert changed_at(SnapshotChanges({"post": (post,)})) == [first, "2026-11-24T03:00:00Z"]
    assert changed_at(SnapshotChanges({"article": (1,)})) == ["2026-11-24T03:00:00Z"] * 2


def test_time_of_an_entry_is_that_of_the_list_of_articles(tmp_path: Path) -> None:
    factory, db = shared_article(tmp_path)
    for n in range(9):
        article = factory.article(f"Article {n}", topics={"caching": "certain"})
        for m in range(n % 3 + 1):
            consent = "none" if (n + m) % 4 == 0 else "full"
            day = 10 + (n * 7 + m * 5) % 9
            factory.post("x", article, published=f"2026-11-{day}T05:00:00Z", consent=consent)
    record_changed_entries(db, MONDAY, WRITE_IN_FULL)
    entries = db.execute("SELECT article_id, changed FROM published_entries ORDER BY 1").fetchall()
    listed = db.execute(
        "SELECT id, first_shared FROM article_list WHERE first_shared IS NOT NULL ORDER BY 1"
    ).fetchall()
    assert entries == listed
    assert len(entries) > 5


def test_feed_states_the_change_of_its_entry(factory: Factory, build: Build, page: Page) -> None:
    factory.topic("caching")
    factory.article("First", topics={"caching": "certain"})
    record_changed_entries(factory.db, MONDAY, WRITE_IN_FULL)
    factory.db.execute("UPDATE articles SET title = 'Second'")
    record_changed_entries(factory.db, TUESDAY, WRITE_IN_FULL)
    build()
    feed = feedparser.parse(page("feeds/all.atom"))
    assert feed.entries[0].updated == feed.feed.updated == "2026-11-24T03:00:00Z"
    item = json.loads(page("feeds/all.json"))["items"][0]
    assert item["date_modified"] == "2026-11-24T03:00:00Z"


def test_snapshot_has_times_of_entries_without_digests(tmp_path: Path) -> None:
    _, db = shared_article(tmp_path)
    record_changed_entries(db, MONDAY, WRITE_IN_FULL)
    stored_feed_authority(db, "Peers")
    public = Database(write_snapshot(db, tmp_path / "public.db"))
    assert list(public["published_entries"].rows) == [
        {"article_id": 1, "digest": "", "changed": "2026-11-20T05:00:00Z"}
    ]
    assert "site_identity" not in public.table_names()


def test_every_atom_feed_follows_the_specification(
    factory: Factory, build: Build, tmp_path: Path
) -> None:
    factory.topic("caching")
    factory.topic("empty")
    for number in range(3):
        factory.article(f"A{number} & <b>", topics={"caching": "certain"}, authors='["Ada", "B"]')
    build(base_url="https://trail.example/")
    feeds = sorted((tmp_path / "site/public").rglob("*.atom"))
    assert len(feeds) >= 3
    assert {path.name: atom_problems(path.read_bytes()) for path in feeds} == {
        path.name: [] for path in feeds
    }


def test_article_that_changes_after_a_build_is_updated_in_the_feeds_of_the_next(
    tmp_path: Path,
) -> None:
    make_workspace(tmp_path)
    settings = tmp_path / "data/hashtrail.toml"
    base = 'base_url = "https://trail.example/"'
    settings.write_text(re.sub(r"(?m)^#? ?base_url = .*", base, settings.read_text(), count=1))
    lines = tmp_path / "posts.jsonl"
    with lines.open("w") as file:
        for n in range(30):
            url = f"https://a.example/{n}"
            article = {"type": "article", "url": url, "title": f"Raft consensus, part {n}"}
            post = {"type": "post", "uri": f"u:{n}", "network": "x", "text": f"Raft {url}"}
            links = [{"url": url}]
            file.write(f"{json.dumps(article)}\n{json.dumps(post | {'links': links})}\n")
    for words in (["import", str(lines), "--all"], ["retag"], ["build"]):
        cli.main(["--workspace", str(tmp_path), *words], standalone_mode=False)
    before = feedparser.parse((tmp_path / "site/public/feeds/all.atom").read_bytes())
    db = open_store(tmp_path / "data/state/hashtrail.db")
    db.execute(
        "UPDATE articles SET title = 'Raft consensus, corrected' WHERE title LIKE '% part 7'"
    )
    db.close()
    cli.main(["--workspace", str(tmp_path), "build"], standalone_mode=False)
    after = feedparser.parse((tmp_path / "site/public/feeds/all.atom").read_bytes())
    times = {entry.id: entry.updated for entry in before.entries}
    moved = [entry.title for entry in after.entries if entry.updated != times.get(entry.id)]
    assert moved == ["Raft consensus, corrected"]
