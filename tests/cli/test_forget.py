"""`hashtrail forget` shows what it found; a preview and a refusal change nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli.main import cli
from crawler.links.article_key import normalize_url
from crawler.models.posts import Author, Link
from crawler.store.article_identity import IdentityLedger
from crawler.store.database import open_store
from crawler.store.posts import save_posts
from tests.store.conftest import NOW, POST, fill
from tests.terminal import on_terminal

LEASES = "https://a.example/leases"
CLOCKS = "https://b.example/clocks"
ANNA = "mastodon:anna@trail.example"
SUBJECTS = (ANNA, "@bo@trail.example", LEASES, CLOCKS, POST.uri, "https://trail.example/@anna")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A workspace: Anna shared Leases, Bo shared Leases and Clocks."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "hashtrail.toml").touch()
    db = fill(open_store(tmp_path / "data" / "state" / "hashtrail.db"))
    db.execute("UPDATE articles SET key = ?", [normalize_url(LEASES).key])
    db.execute("UPDATE aliases SET key = ?", [normalize_url(LEASES).key])
    bo = replace(
        POST,
        uri="https://trail.example/2",
        author=Author("mastodon", "bo@trail.example", "Bo", "https://trail.example/@bo"),
        links=(Link(LEASES), Link(CLOCKS)),
        cards=(),
    )
    save_posts(db, "trail", [bo], NOW)
    IdentityLedger(db, normalize_url, "1").attach_links(NOW)
    db.close()
    return tmp_path


def hashtrail(here: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--workspace", str(here), *words], catch_exceptions=False)


def dump(here: Path) -> list[str]:
    db = open_store(here / "data/state/hashtrail.db")
    try:
        return list(db.conn.iterdump())
    finally:
        db.close()


def test_dry_run_names_author_and_articles_and_changes_nothing(here: Path) -> None:
    before = dump(here)
    shown = hashtrail(here, "forget", "@bo@trail.example", "--dry-run")
    assert shown.exit_code == 0
    assert "Bo (mastodon:bo@trail.example), https://trail.example/@bo" in shown.stdout
    assert f"article  {CLOCKS}" in shown.stdout
    assert LEASES not in shown.stdout
    assert "Found: 1 author, 1 post, 1 article, 0 links." in shown.stdout
    assert dump(here) == before
    assert not (here / "data/state/forget-pending.json").exists()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_dry_run_counts_what_is_then_erased(here: Path, subject: str) -> None:
    planned = json.loads(hashtrail(here, "forget", subject, "--dry-run", "--json").stdout)
    erased = json.loads(hashtrail(here, "forget", subject, "--json").stdout)
    kinds = ("authors", "posts", "articles", "links")
    assert [planned[kind] for kind in kinds] == [erased[kind] for kind in kinds]
    assert any(planned[kind] for kind in kinds)


def test_dry_run_without_a_match_reports_it(here: Path) -> None:
    shown = hashtrail(here, "forget", "mastodon:nobody@trail.example", "--dry-run").stdout
    assert shown == (
        "Nothing in the database matches. It would be refused from now on.\n"
        "Nothing was changed. The erasure also covers archive, logs, backups and site.\n"
    )


@pytest.mark.parametrize("answer", ["n\n", "\n", "\x04"])
def test_terminal_shows_the_found_rows_and_erases_nothing_after_a_no(
    here: Path, answer: str
) -> None:
    before = dump(here)
    shown = on_terminal("--workspace", str(here), "forget", ANNA, answers=answer, exit_code=1)
    assert f"Anna ({ANNA}), https://trail.example/@anna" in shown
    assert "Nothing was erased." in shown
    assert dump(here) == before


def test_terminal_erases_after_a_yes(here: Path) -> None:
    shown = on_terminal("--workspace", str(here), "forget", ANNA, answers="y\n")
    assert "It cannot be undone. [y/N]" in shown
    assert "anna@" not in "".join(dump(here))


def test_terminal_with_yes_erases_without_a_question(here: Path) -> None:
    shown = on_terminal("--workspace", str(here), "forget", ANNA, "--yes", answers="")
    assert "[y/N]" not in shown
    assert "anna@" not in "".join(dump(here))
