"""Formats of results of named queries: CSV, JSON, Markdown and Atom, with hostile values."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import feedparser
import pytest

from crawler.named_queries.publication import Publication
from crawler.named_queries.query_files import NamedQuery
from crawler.named_queries.query_results import QueryResult
from crawler.named_queries.result_formats import RESULT_FORMATS, formats_of
from crawler.named_queries.result_json import result_array
from crawler.named_queries.summary_sentences import SqlValue
from crawler.settings.site import SiteSettings
from tests.sitegen.test_hostile import PAYLOADS

ATOM = "{http://www.w3.org/2005/Atom}"
QUERY = NamedQuery(
    "leases",
    "Leases & locks",
    "Articles about leases.",
    "SELECT :topic, :days",
    group="articles",
    feed={"title": "title", "url": "url", "at": "shared"},
)
COLUMNS = ("article_id", "title", "url", "shared", "score")
ROW: tuple[SqlValue, ...] = (
    7,
    "Leases explained",
    "https://blog.example/leases",
    "2026-11-20T10:00:00Z",
    -0.5,
)
RESULT = QueryResult(
    query=QUERY,
    values={"topic": "locking", "days": "30"},
    labels={"topic": "Distributed locking", "days": "30"},
    columns=COLUMNS,
    rows=(ROW,),
    summary="1 article on Distributed locking.",
    is_truncated=False,
)
PUBLICATION = Publication(
    SiteSettings(
        title="Trail", base_url="https://trail.example/", feed_authority="trail.example,2026"
    ),
    "https://trail.example/data/",
    "2026-11-28T02:00:00Z",
)
HOSTILE = [
    *PAYLOADS,
    "=cmd|' /C calc'!A0",
    "a|b\n| c |",
    "]]><script>alert(1)</script>",
    "\x00\x08\x1b[31m\x85\u202ered",
    "\ufffe\uffff",
    "x" * 50_000,
    "\u5206\u5e03\u5f0f \U0001f980",
    "",
]


def written(extension: str, result: QueryResult = RESULT) -> str:
    return RESULT_FORMATS[extension].write(result, PUBLICATION)


def with_title(title: str) -> QueryResult:
    return replace(RESULT, rows=((ROW[0], title, *ROW[2:]), (8, "Second", *ROW[2:])))


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_title_stays_one_cell_of_csv(payload: str) -> None:
    rows = list(csv.reader(io.StringIO(written("csv", with_title(payload)), newline="")))
    assert [len(row) for row in rows] == [5, 5, 5]
    assert rows[1][1] in (payload, f"'{payload}")
    assert not rows[1][1].startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0"))
    assert rows[1][4] == "-0.5"


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_title_stays_one_value_of_json(payload: str) -> None:
    document = json.loads(written("json", with_title(payload)))
    assert document["rows"][0]["title"] == payload
    assert document["rows"][1]["title"] == "Second"


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_title_stays_one_cell_of_markdown(payload: str) -> None:
    lines = written("md", with_title(payload)).splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == 4
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in table} == {6}
    assert not re.search(r"(?<!\\)<(?!https?://[^\s<>]*>)", table[2])


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_title_stays_one_title_of_a_valid_feed(payload: str) -> None:
    feed = feedparser.parse(written("atom", with_title(payload)))
    assert not feed.bozo, feed.get("bozo_exception")
    assert len(feed.entries) == 1  # both rows have one URL
    assert "<script" not in feed.entries[0].content[0].value.lower()


def test_json_has_the_documented_members() -> None:
    document = json.loads(written("json"))
    assert document == {
        "schema_version": 1,
        "query": {
            "name": "leases",
            "title": "Leases & locks",
            "description": "Articles about leases.",
            "group": "articles",
        },
        "parameters": {
            "topic": {"label": "Topic", "value": "locking", "value_label": "Distributed locking"},
            "days": {"label": "Days", "value": "30", "value_label": "30"},
        },
        "summary": "1 article on Distributed locking.",
        "columns": document["columns"],
        "rows": [dict(zip(COLUMNS, ROW, strict=True))],
        "truncated": False,
        "snapshot": "2026-11-28T02:00:00Z",
        "licence": {
            "name": "CC BY 4.0",
            "url": "https://creativecommons.org/licenses/by/4.0/",
            "terms": "https://trail.example/data/licence",
        },
        "links": document["links"],
    }
    assert [column["name"] for column in document["columns"]] == list(COLUMNS)
    assert all(column["description"] for column in document["columns"][1:])


def test_json_links_have_all_values_and_the_feed_no_moving_default() -> None:
    links = json.loads(written("json"))["links"]
    assert {name: urlsplit(url).path for name, url in links.items()} == {
        "page": "/data/public/leases",
        "csv": "/data/public/leases.csv",
        "json": "/data/public/leases.json",
        "md": "/data/public/leases.md",
        "atom": "/data/public/leases.atom",
    }
    both = {"topic": ["locking"], "days": ["30"]}
    assert parse_qs(urlsplit(links["page"]).query) == both
    assert parse_qs(urlsplit(links["atom"]).query) == {"topic": ["locking"]}

    chosen = replace(PUBLICATION, entered={"days": "30"})
    assert parse_qs(urlsplit(chosen.result_url(RESULT, "atom")).query) == both


def test_result_without_explorer_has_no_links() -> None:
    here = Publication(SiteSettings())
    document = json.loads(RESULT_FORMATS["json"].write(RESULT, here))
    assert set(document["links"].values()) == {None}
    assert (document["snapshot"], document["licence"]["terms"]) == (None, None)
    feed = feedparser.parse(RESULT_FORMATS["atom"].write(RESULT, here))
    assert (feed.bozo, feed.feed.updated) == (False, "2026-11-20T10:00:00Z")


def test_bytes_and_infinite_numbers_are_valid_in_every_format() -> None:
    row = (b"\x00\xff", "Bytes", "https://blog.example/", None, float("inf"))
    result = replace(RESULT, rows=(row,))
    assert json.loads(written("json", result))["rows"][0]["score"] is None
    assert json.loads(result_array(result))[0]["article_id"] == "00ff"
    assert "00ff" in written("csv", result)
    assert "00ff" in written("md", result)
    assert feedparser.parse(written("atom", result)).entries[0].updated == PUBLICATION.snapshot


def test_atom_feed_has_what_rfc_4287_requires() -> None:
    feed = ElementTree.fromstring(written("atom"))
    assert [element.tag.removeprefix(ATOM) for element in feed] == [
        *("id", "title", "subtitle", "updated", "author", "generator", "rights", "link", "link"),
        "entry",
    ]
    assert feed.findtext(f"{ATOM}id") == "tag:trail.example,2026:query/leases?topic=locking"
    assert feed.findtext(f"{ATOM}title") == "Trail: Leases & locks, Distributed locking"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == "https://trail.example/data/public/leases.atom?topic=locking"

    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}updated") == "2026-11-20T10:00:00Z"
    links = {link.get("rel"): link.get("href") for link in entry.findall(f"{ATOM}link")}
    assert links == {
        "alternate": "https://blog.example/leases",
        "related": "https://trail.example/article/7-leases-explained.html",
    }


def test_entry_id_stays_the_same_when_title_and_time_change() -> None:
    changed = replace(RESULT, rows=((7, "New title", ROW[2], "2026-11-21T00:00:00Z", 1),))
    first, second = (feedparser.parse(written("atom", r)).entries[0] for r in (RESULT, changed))
    assert first.id == second.id
    assert first.updated < second.updated


def test_entries_are_newest_first_and_limited() -> None:
    rows = tuple(
        (n, f"T{n}", f"https://e.example/{n}", f"2026-10-{n % 28 + 1:02d}", 0) for n in range(150)
    )
    entries = feedparser.parse(written("atom", replace(RESULT, rows=rows))).entries
    updated = [entry.updated for entry in entries]
    assert len(entries) == 100
    assert updated == sorted(updated, reverse=True)


def test_posts_without_url_are_separate_entries() -> None:
    columns = (*COLUMNS, "post_id")
    rows = tuple((None, "Same text", "", "2026-11-20", 1, number) for number in (1, 2))
    feed = written("atom", replace(RESULT, columns=columns, rows=rows))
    assert len(feedparser.parse(feed).entries) == 2


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", "data:text/html,x", "/relative"])
def test_entry_links_to_web_urls_only(url: str) -> None:
    result = replace(RESULT, rows=((7, "T", url, "2026-11-20", 1),))
    assert 'rel="alternate" href' not in written("atom", result)


def test_url_of_an_entry_is_a_valid_iri() -> None:
    result = replace(RESULT, rows=((7, "T", 'https://e.example/a b"<c>|d', "2026-11-20", 1),))
    assert 'href="https://e.example/a%20b%22%3Cc%3E%7Cd"' in written("atom", result)


def test_markdown_aligns_numbers_and_states_the_origin() -> None:
    text = written("md", replace(RESULT, is_truncated=True))
    assert text.startswith(
        "# Leases \\& locks\n\n1 article on Distributed locking.\n\n| article id"
    )
    assert "| --: | --- | --- | --- | --: |" in text
    assert "The table is cut. Data: Trail, 2026-11-28, CC BY 4.0. <https://trail.example/" in text


def test_markdown_has_short_dates_plain_lists_and_few_escapes() -> None:
    rows: tuple[tuple[SqlValue, ...], ...] = (
        (1, "Two-phase: at 12:30", '["raft","caching"]', "2026-11-20T10:00:00Z", 1),
        (2, "https://x *a* `b`", "[draft", "- [x](y)", 2),
    )
    document = RESULT_FORMATS["md"].write(replace(RESULT, rows=rows), PUBLICATION)
    assert "| 1 | Two-phase: at 12:30 | raft, caching | 2026-11-20 | 1 |" in document
    assert r"| 2 | https\://x \*a\* \`b\` | \[draft | - \[x\]\(y\) | 2 |" in document


def test_result_without_rows_is_valid_in_every_format() -> None:
    empty = replace(RESULT, rows=())
    assert written("csv", empty) == "article_id,title,url,shared,score\r\n"
    assert json.loads(written("json", empty))["rows"] == []
    assert "No results." in written("md", empty)
    feed = feedparser.parse(written("atom", empty))
    assert (feed.bozo, feed.entries, feed.feed.updated) == (False, [], PUBLICATION.snapshot)


def test_query_without_feed_columns_has_no_atom() -> None:
    assert list(formats_of(QUERY)) == ["csv", "json", "md", "atom"]
    assert list(formats_of(replace(QUERY, feed={}))) == ["csv", "json", "md"]
