"""A restored backup publishes no post that was withdrawn after the backup."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlite_utils import Database

from crawler.cli.main import cli
from crawler.errors import UsageError
from crawler.models.posts import Author, Consent, Post, Provenance
from crawler.store.database import open_store
from crawler.store.posts import mark_deleted, save_posts
from tests.promises.few_topics import copy_few_topics

NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@dataclass
class Workspace:
    """A workspace made by `hashtrail init`, and its commands."""

    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "data/state/hashtrail.db"

    def run(self, *words: str) -> Result:
        result = CliRunner().invoke(cli, ["--workspace", str(self.folder), *words])
        assert result.exit_code == 0, result.output
        return result

    def published(self) -> str:
        """Everything that a build published: the site and the public database."""
        self.run("build", "--force")
        files = [
            path for path in (self.folder / "site/public").resolve().rglob("*") if path.is_file()
        ]
        files.append(self.folder / "data/state/public.db")
        return "\n".join(path.read_bytes().decode("utf-8", "replace") for path in files)


def post(number: int, **changes: object) -> Post:
    author = Author("mastodon", f"person{number}x@trail.example", f"Person{number}x")
    where = Provenance(request="https://trail.example/api/v1/timelines/tag/x", id=str(number))
    made = Post(
        "mastodon",
        f"https://trail.example/statuses/{number}",
        f"utterance{number}x about leases and fencing tokens",
        author=author,
        published=NOW,
        provenance=where,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def withheld(number: int, level: Consent) -> Post:
    open_post = post(number)
    assert open_post.author
    author = replace(open_post.author, consent=level)
    return replace(open_post, author=author, consent=level, reasons=("profile says 'nobot'",))


DELETED, OPTED_OUT, REFERENCE, SENSITIVE, RENAMED, PRIVATE, OPEN, MENTION = range(1, 9)


@pytest.fixture
def here(tmp_path: Path) -> Workspace:
    """Eight posts in a backup; then six of their authors withdraw something."""
    here = Workspace(tmp_path / "kb")
    CliRunner().invoke(cli, ["init", str(here.folder)])
    copy_few_topics(here.folder / "data/topics")
    db = open_store(here.database)
    mention = post(MENTION, text=f"utterance{MENTION}x answers @person{OPTED_OUT}x")
    save_posts(db, "Trail", [*(post(number) for number in range(1, 8)), mention], NOW)
    here.run("backup")
    withdraw(db)
    db.close()
    return here


def withdraw(db: Database) -> None:
    mark_deleted(db, [post(DELETED).uri], LATER)
    renamed = Author("mastodon", f"person{RENAMED}x@trail.example", "Newname")
    changed = [
        withheld(OPTED_OUT, Consent.LINK_ONLY),
        withheld(REFERENCE, Consent.REFERENCE),
        post(SENSITIVE, sensitive=True),
        post(RENAMED, author=renamed),
        post(PRIVATE, visibility="private"),
    ]
    save_posts(db, "Trail", changed, LATER)


def backup_of(here: Workspace) -> str:
    return str(sorted((here.folder / "data/state/backups").glob("hashtrail-2*.db"))[0])


def test_restore_and_build_publish_no_withdrawn_post(here: Workspace) -> None:
    report = json.loads(here.run("restore", backup_of(here), "--json").stdout)
    counts = report["withdrawn_again"]
    assert (counts["authors"], counts["unconfirmed"]) == (2, 0)
    public = here.published()
    withdrawn = (DELETED, OPTED_OUT, REFERENCE, SENSITIVE, PRIVATE)
    assert [number for number in withdrawn if f"utterance{number}x" in public] == []
    hidden = (DELETED, OPTED_OUT, REFERENCE, PRIVATE, RENAMED)
    assert [number for number in hidden if f"Person{number}x" in public] == []
    assert f"person{OPTED_OUT}x" not in public.lower()
    for number in (OPEN, RENAMED, MENTION):
        assert f"utterance{number}x" in public


def test_later_imports_respect_reapplied_withdrawals(here: Workspace) -> None:
    here.run("restore", backup_of(here))
    db = open_store(here.database)
    export = replace(post(OPTED_OUT), provenance=Provenance(file="export.jsonl", lines=(1, 1)))
    save_posts(db, "Trail", [export], LATER + timedelta(days=1))
    texts = db.execute("SELECT text FROM posts WHERE uri = ?", [export.uri]).fetchall()
    assert texts == [("",)]


@pytest.mark.parametrize("damage", ["overwritten", "missing"])
def test_posts_are_held_back_if_the_replaced_database_is_unreadable(
    here: Workspace, damage: str
) -> None:
    backup = backup_of(here)
    for path in here.database.parent.glob("hashtrail.db*"):
        path.unlink()
    if damage == "overwritten":
        here.database.write_bytes(b"SQLite format 3\0" + b"\xff" * 20_000)
    output = here.run("restore", backup).stdout
    assert "Held back 8 posts" in output
    assert "hashtrail restore --confirm" in output
    assert "utterance" not in here.published()

    db = open_store(here.database)
    save_posts(db, "Trail", [post(OPEN)], LATER)
    db.close()
    public = here.published()
    assert f"utterance{OPEN}x" in public
    assert f"utterance{DELETED}x" not in public

    assert "Confirmed 7 restored posts" in here.run("restore", "--confirm").stdout
    assert f"utterance{DELETED}x" in here.published()


@pytest.mark.parametrize("first", ["restore", "crawl"])
def test_posts_that_the_replaced_database_does_not_confirm_are_held_back(
    here: Workspace, first: str
) -> None:
    backup = backup_of(here)
    for path in here.database.parent.glob("hashtrail.db*"):
        path.unlink()
    if first == "restore":
        here.run("restore", backup)
    db = open_store(here.database)
    save_posts(db, "Trail", [post(OPEN)], LATER)
    db.close()

    assert "Held back 7 posts" in here.run("restore", backup).stdout
    public = here.published()
    assert f"utterance{OPEN}x" in public
    assert f"utterance{DELETED}x" not in public


def test_explain_of_a_post_with_a_topic_names_the_command_for_texts(here: Workspace) -> None:
    words = ["--workspace", str(here.folder), "explain", post(REFERENCE).uri, "--topic", "caching"]
    with pytest.raises(UsageError, match="is a post") as error:
        CliRunner().invoke(cli, words, standalone_mode=False, catch_exceptions=False)
    assert "hashtrail topics try" in error.value.hint


def test_explain_shows_the_signals_and_when_they_were_seen(here: Workspace) -> None:
    output = here.run("explain", post(OPTED_OUT).uri).stdout
    assert "Shown: no part of the post; its links count." in output
    assert (
        "Withheld since 2026-12-02T02:00:00Z: profile says 'nobot' (reported by Trail)." in output
    )
    assert "a link to the original" in here.run("explain", post(REFERENCE).uri).stdout
    assert "It has a content warning." in here.run("explain", post(SENSITIVE).uri).stdout
    assert "Withheld" not in here.run("explain", post(OPEN).uri).stdout
