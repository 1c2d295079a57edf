"""`export` writes what may be shown, in one order, inert in every format."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec import structs
from sqlite_utils import Database

from crawler.cli.main import cli
from crawler.errors import UsageError
from crawler.models.posts import Consent
from crawler.store.database import open_store
from crawler.store.posts import save_posts
from crawler.store.taggings import save_taggings
from tests.store.conftest import ARTICLE, NOW, POST, SCORE, add_article, fill, read_article


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "hashtrail.toml").touch()
    fill(store(tmp_path)).close()
    return tmp_path


def store(here: Path) -> Database:
    return open_store(here / "data" / "state" / "hashtrail.db")


def export(here: Path, *words: str) -> str:
    return (
        CliRunner()
        .invoke(cli, ["--workspace", str(here), "export", *words], catch_exceptions=False)
        .stdout
    )


def test_jsonl_contains_articles_with_excerpts_and_posts(here: Path) -> None:
    assert [json.loads(line) for line in export(here).splitlines()] == [
        {
            "type": "article",
            "url": "https://a.example/leases",
            "title": "Leases beat locks",
            "site_name": "A",
            "authors": ["Bo"],
            "published": None,
            "language": "",
            "summary": "Why a lease is enough.",
            "topics": ["leases"],
        },
        {
            "type": "post",
            "uri": "https://trail.example/1",
            "url": "",
            "network": "mastodon",
            "author": {"handle": "anna@trail.example", "name": "Anna"},
            "published": "2026-03-01T04:00:00Z",
            "text": POST.text,
            "hashtags": ["DistributedSystems"],
            "links": ["https://a.example/leases"],
            "cards": [
                {
                    "title": "Leases, says the card",
                    "description": "Why",
                    "site_name": "A",
                    "link": "https://a.example/leases",
                }
            ],
        },
    ]


def test_withheld_rows_are_not_exported(here: Path) -> None:
    db = store(here)
    quiet = [
        replace(POST, uri="q1", consent=Consent.LINK_ONLY),
        replace(POST, uri="q2", consent=Consent.NONE),
        replace(POST, uri="q3", sensitive=True),
    ]
    save_posts(db, "trail", [*quiet, replace(POST, uri="q4", visibility="private")], NOW)
    db.execute("UPDATE articles SET hidden = 1")
    assert [json.loads(line)["uri"] for line in export(here).splitlines()] == [
        "https://trail.example/1"
    ]


def test_export_order_is_independent_of_arrival(here: Path) -> None:
    db = store(here)
    save_posts(db, "trail", [replace(POST, uri=uri, links=()) for uri in ("b", "a")], NOW)
    add_article(db, "https://0.example/", "0.example")
    lines = [json.loads(line) for line in export(here).splitlines()]
    assert [line.get("uri") or line["url"] for line in lines] == [
        "https://0.example/",
        "https://a.example/leases",
        "a",
        "b",
        "https://trail.example/1",
    ]


@pytest.mark.parametrize(
    "title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '"quoted", and\nlined', "plain"]
)
def test_no_csv_cell_is_a_formula(here: Path, title: str) -> None:
    read_article(store(here), 1, replace(ARTICLE, title=title))
    rows = list(csv.reader(io.StringIO(export(here, "--format", "csv"))))
    assert rows[1][1] == (f"'{title}" if title[0] in "=+-@\t" else title)
    assert (rows[0][:2], rows[1][rows[0].index("topics")], rows[1][rows[0].index("shares")]) == (
        ["url", "title"],
        "leases",
        "1",
    )


def test_markdown_lists_articles_by_topic_with_escaped_markup(here: Path) -> None:
    read_article(
        store(here),
        1,
        replace(
            ARTICLE, title="Leases [beat](javascript:x) *locks*", description="", published=NOW
        ),
    )
    expected = (
        "## Leases\n\n"
        "- [Leases \\[beat\\](javascript:x) \\*locks\\*](https://a.example/leases) "
        "(A 2026-03-01): Why a lease is enough.\n\n"
    )
    assert export(here, "--format", "markdown", "--topic", "leases") == expected


def test_topic_filter_selects_confident_taggings(here: Path) -> None:
    db = store(here)
    read_article(db, add_article(db, "https://b.example/", "b.example"))
    save_taggings(
        db, [(("article", 2), [structs.replace(SCORE, confidence="weak")])], "matcher", "v1"
    )
    assert [json.loads(line)["url"] for line in export(here, "--topic", "leases").splitlines()] == [
        "https://a.example/leases"
    ]


def test_an_unknown_topic_is_refused(here: Path) -> None:
    with pytest.raises(UsageError, match="There is no topic 'cashing'"):
        export(here, "--topic", "cashing")
