"""`verify --repair` rebuilds derived data, changes no collected row, and names the other fixes."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.cli.main import cli
from crawler.errors import BuildError, StoreError
from crawler.nightly import run_command
from crawler.store.database import open_store, transaction
from tests.promises.few_topics import copy_few_topics

COLLECTED = ("aliases", "authors", "cards", "links", "post_hashtags", "posts", "fetches")
ITEMS = [
    {
        "type": "article",
        "url": "https://a.example/raft",
        "title": "Raft consensus and leader election at Netflix",
        "summary": "Netflix describes how Raft replicates a log to three servers.",
    },
    {
        "type": "article",
        "url": "https://b.example/raft",
        "title": "Leader election with Raft consensus",
        "summary": "How Raft replicates a log, and which failures of Kafka it survives.",
    },
    {
        "type": "post",
        "uri": "https://trail.example/1",
        "network": "mastodon",
        "author": {"handle": "anna@trail.example", "name": "Anna"},
        "published": "2026-03-01T04:00:00Z",
        "text": "Raft consensus in plain words: https://a.example/raft and https://b.example/raft",
        "links": ["https://a.example/raft", "https://b.example/raft"],
        "hashtags": ["DistributedSystems"],
    },
    {
        "type": "post",
        "uri": "https://trail.example/2",
        "network": "mastodon",
        "author": {"handle": "anna@trail.example", "name": "Anna"},
        "published": "2026-03-02T04:00:00Z",
        "text": "A note on consistent hashing: it moves few keys when a server is added.",
        "links": [],
        "hashtags": ["DistributedSystems"],
    },
]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with articles and posts with topics, and a built site."""
    folder = tmp_path_factory.mktemp("repair") / "kb"
    CliRunner().invoke(cli, ["init", str(folder)], standalone_mode=False)
    copy_few_topics(folder / "data/topics")
    corpus = folder / "corpus.jsonl"
    corpus.write_text("\n".join(map(json.dumps, ITEMS)), encoding="utf-8")
    for words in (("import", str(corpus)), ("retag",)):
        assert run(folder, *words)[0] == 0, words
    damage(folder, "UPDATE runs SET command = 'crawl' WHERE id = 1")
    damage(folder, "INSERT INTO run_sources (run_id, source, outcome) VALUES (1, 'Feed', 'ok')")
    for words in (("build",), ("backup",)):
        assert run(folder, *words)[0] == 0, words
    assert run(folder, "verify")[0] == 0
    return folder


@pytest.fixture
def here(prepared: Path, tmp_path: Path) -> Path:
    return shutil.copytree(prepared, tmp_path / "kb", symlinks=True)


def run(folder: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["--workspace", str(folder), *words], standalone_mode=False)
    assert result.exception is None, result.exception
    return result.return_value or 0, result.output


def database(folder: Path) -> Path:
    return folder / "data/state/hashtrail.db"


def damage(folder: Path, sql: str) -> None:
    with closing(sqlite3.connect(database(folder))) as db:
        db.executescript(sql)


def rows(folder: Path, *tables: str) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(database(folder))) as db:
        return {
            table: sorted(db.execute(f"SELECT * FROM {table}").fetchall(), key=str)
            for table in tables
        }


def derived(folder: Path) -> list[Any]:
    """Return the derived rows without their ids, which change when they are written again."""
    queries = (
        "SELECT subject_kind, subject_id, topic, score, confidence FROM taggings",
        "SELECT topic, field, quote, start FROM evidence JOIN taggings t ON t.id = tagging_id",
        "SELECT article_id, other_id, score FROM related_articles",
        "SELECT article_id, e.*, sentence FROM article_entities JOIN entities e ON id = entity_id",
        "SELECT posts_new FROM run_sources",
        "SELECT type, name FROM sqlite_master",
    )
    with closing(sqlite3.connect(database(folder))) as db:
        return [sorted(db.execute(query).fetchall(), key=str) for query in queries]


def site(folder: Path) -> dict[str, bytes]:
    public = folder / "site/public"
    files = (path for path in public.rglob("*.html") if path.name != "status.html")
    return {str(path.relative_to(public)): path.read_bytes() for path in files}


# damage of derived data -> the checks that report it
DAMAGED_ROWS = {
    "DELETE FROM evidence WHERE tagging_id = 1": "taggings-without-evidence",
    "UPDATE evidence SET quote = 'never written' WHERE tagging_id > 1": "evidence-misquoted",
    "UPDATE article_entities SET sentence = 'Never written.'": "entities-misquoted",
    "UPDATE entities SET name = 'Never named'": "entities-not-derived",
    "UPDATE taggings SET subject_id = 99 WHERE subject_kind = 'post'": "taggings-without-subject",
    "UPDATE run_sources SET posts_new = 77": "posts-of-runs",
}
# damage of the search indexes, of which the last can be searched
DAMAGED_INDEXES = (
    "DELETE FROM posts_fts_data",
    "DELETE FROM articles_fts_config",
    "DROP TABLE search_fts_data",
    "DROP TABLE posts_fts_idx",
    "DROP TABLE articles_fts",
    "INSERT INTO posts_fts (rowid, text) VALUES (1, 'forgotten')",
)
DERIVED = {
    **{sql: {"search-index"} for sql in DAMAGED_INDEXES},
    "DELETE FROM article_entities": {"entities-not-derived"},
    "; ".join(DAMAGED_ROWS): set(DAMAGED_ROWS.values()),
    "PRAGMA foreign_keys = OFF; DELETE FROM entities": {"references"},
    "DROP VIEW article_list; DROP TRIGGER articles_to_annotate; DROP INDEX links_article": {
        "schema"
    },
}


@pytest.mark.parametrize("sql", DERIVED)
def test_derived_data_is_repaired_and_collected_rows_stay(here: Path, sql: str) -> None:
    collected, results, pages = rows(here, *COLLECTED), derived(here), site(here)
    damage(here, sql)
    code, printed = run(here, "verify", "--repair", "--json")
    report = json.loads(printed)
    assert {finding["check"] for finding in report["repaired"]} == DERIVED[sql]
    assert (code, report["remaining"], report["problems"]) == (0, [], [])
    assert rows(here, *COLLECTED) == collected
    assert derived(here) == results
    assert site(here) == pages
    assert run(here, "verify", "--repair")[1].splitlines() == ["Nothing to repair."]


@pytest.mark.parametrize("sql", DAMAGED_INDEXES)
def test_damaged_search_index_is_named_with_the_command_that_repairs_it(
    here: Path, sql: str
) -> None:
    damage(here, sql)
    (finding,) = json.loads(run(here, "verify", "--json")[1])["findings"]
    assert finding["check"] == "search-index"
    assert finding["subject"] in sql
    reports = json.loads(run(here, "doctor", "--json")[1])
    fixes = [report["fix"] for report in reports if report["check"] == "database"]
    assert [fix.split()[-2:] for fix in fixes] == [["verify", "--repair"]]


@pytest.mark.parametrize("sql", DAMAGED_INDEXES[:-1])
def test_night_with_an_unreadable_search_index_names_the_repair(here: Path, sql: str) -> None:
    shutil.rmtree(here / "data/state/backups")
    damage(here, sql)
    arguments = ["--workspace", str(here), "nightly"]
    error = CliRunner().invoke(cli, arguments, standalone_mode=False).exception
    assert isinstance(error, StoreError)
    assert error.hint == "Make the index again with: hashtrail verify --repair"


def test_write_to_a_damaged_search_index_names_the_repair(here: Path) -> None:
    damage(here, DAMAGED_INDEXES[0])
    with (
        closing(open_store(database(here))) as db,
        pytest.raises(StoreError, match="a search index is damaged") as raised,
        transaction(db),
    ):
        db.execute("INSERT INTO posts_fts (posts_fts) VALUES ('optimize')")
    assert raised.value.hint == "Make the index again with: hashtrail verify --repair"


def test_snapshot_that_shows_too_much_is_written_again(here: Path) -> None:
    pages = site(here)
    with closing(sqlite3.connect(here / "data/state/public.db")) as db:
        db.executescript("UPDATE articles SET text = 'secret'")
    assert run(here, "verify")[0] == 1
    code, printed = run(here, "verify", "--repair")
    assert (code, printed.splitlines()[-1]) == (0, "2 repaired, 0 remain.")
    assert (run(here, "verify")[0], site(here)) == (0, pages)


# damage of collected data -> the beginning of the command that solves it
NOT_DERIVED = {
    "UPDATE articles SET directives = '{' WHERE id = 1": "hashtrail restore /",
    "UPDATE posts SET consent = 'none' WHERE id = 1": "hashtrail forget https://trail.example/1",
}


@pytest.mark.parametrize("sql", NOT_DERIVED)
def test_collected_data_is_left_alone_and_the_printed_command_solves_it(
    here: Path, sql: str
) -> None:
    damage(here, sql)
    collected = rows(here, *COLLECTED)
    code, printed = run(here, "verify", "--repair")
    assert code == 1
    assert rows(here, *COLLECTED) == collected
    remaining = [line for line in printed.splitlines() if line.startswith("remains")]
    commands = [line.strip() for line in printed.splitlines() if line.startswith(" ")]
    assert remaining
    (command,) = commands
    assert command.startswith(NOT_DERIVED[sql])
    assert run(here, *command.split()[1:])[0] == 0
    assert run(here, "verify", "--repair")[0] == 0


def test_repair_that_is_killed_before_it_tags_is_completed_by_the_next(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = derived(here)
    damage(here, "DELETE FROM evidence")

    def kill(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(run_command, "run_command_locked", kill)
        command = ["--workspace", str(here), "verify", "--repair"]
        CliRunner().invoke(cli, command, standalone_mode=False)
    assert derived(here) != results
    assert run(here, "verify", "--repair")[0] == 0
    assert derived(here) == results


def _empty_file(public: Path) -> None:
    (public / "topics.html").write_bytes(b"")


def _remove_folder(public: Path) -> None:
    shutil.rmtree(public / "article")


def _change_letter(public: Path) -> None:
    page = public / "topics.html"
    times = page.stat()
    page.write_bytes(page.read_bytes().replace(b"<title>", b"<TITLE>"))
    os.utime(page, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize("change", [_empty_file, _remove_folder, _change_letter])
def test_changed_published_files_are_found_and_made_again(
    here: Path, change: Callable[[Path], None]
) -> None:
    pages = site(here)
    change(here / "site/public")
    code, printed = run(here, "verify")
    assert (code, "site" in printed) == (1, True)
    code, printed = run(here, "verify", "--repair")
    assert (code, "Nothing to repair" in printed) == (0, False)
    assert site(here) == pages
    assert run(here, "verify")[0] == 0


def test_build_names_a_published_file_that_somebody_removed(here: Path) -> None:
    (here / "site/public/topics.html").unlink()
    printed = run(here, "build")[1]
    assert "published files, for example topics.html. Every page was made again." in printed
    assert "note" not in run(here, "build")[1]


def test_failed_repair_does_not_say_that_nothing_is_to_repair(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise BuildError("The new site is broken.")

    (here / "site/public/topics.html").unlink()
    monkeypatch.setattr(run_command, "publish_site", refuse)
    code, printed = run(here, "verify", "--repair")
    assert code == 1
    assert "Problem: hashtrail build failed: The new site is broken." in printed
    assert "Nothing to repair" not in printed
