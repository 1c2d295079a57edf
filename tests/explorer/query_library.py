"""A small library with known facts, written by the real store, for tests of the named queries."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crawler.named_queries.query_files import all_queries
from crawler.named_queries.query_results import QueryResult, run_query
from crawler.store.public_snapshot import write_snapshot
from tests.sitegen.factory import Factory

RUN = "2026-11-21T03:00:00Z"
"""The start of the last crawl."""

CACHING, PAXOS, OUTAGE, CATS, LEASES, UNREAD, GERMAN = range(1, 8)
"""The ids of the articles."""

ADA, BEN, CLEO, DAN, FEED = range(1, 6)
"""The ids of the authors. Dan allows only links to posts, and the feed is not a person."""


Row = tuple[str | float | None, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The expected result of a query: its summary, and the values of some columns."""

    values: Mapping[str, str]
    summary: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def run_named_query(
    library: sqlite3.Connection, name: str, values: Mapping[str, str]
) -> QueryResult:
    """Return the result of the named query `name` with `values`."""
    (query,) = (query for query in all_queries() if query.name == name)
    return run_query(library, query, values)


def columns_of(result: QueryResult, columns: tuple[str, ...]) -> tuple[Row, ...]:
    """Return the values of some columns of each row."""
    places = [result.columns.index(column) for column in columns]
    return tuple(tuple(row[place] for place in places) for row in result.rows)


GERMAN_TOPICS = {"caching": "likely", "consensus": "likely"}


def write_library(path: Path) -> Path:
    """Write the snapshot of the library to `path` and return it."""
    factory = Factory()
    _topics_and_sources(factory)
    _articles(factory)
    _shares(factory)
    _posts_without_links(factory)
    _knowledge(factory)
    _history(factory)
    return write_snapshot(factory.db, path)


def _topics_and_sources(factory: Factory) -> None:
    factory.topic("caching", "Caching", formerly='["caches"]')
    factory.topic("consensus", "Consensus")
    factory.topic("locking", "Locking")
    factory.row("sources", name="fosstodon", kind="mastodon", last_outcome="ok")
    factory.row("sources", name="bsky", kind="bluesky", last_outcome="ok")
    factory.row("sources", name="dead feed", kind="feed", failures=3, last_outcome="timeout")
    for name, network, consent in (
        ("Ada", "mastodon", "full"),
        ("Ben", "bluesky", "full"),
        ("Cleo", "hackernews", "full"),
        ("Dan", "mastodon", "link-only"),
        ("A feed", "feed", "full"),
    ):
        factory.author(name, network, consent=consent, url=f"https://{network}.example/{name}")
    factory.run(RUN)
    factory.run("2026-11-21T05:00:00Z", command="build")


def _articles(factory: Factory) -> None:
    rows = (
        ("Caching at Acme", "acme.example/caching", {"caching": "certain"}, "case-study"),
        ("Paxos in practice", "papers.example/paxos", {"consensus": "certain"}, "paper"),
        ("The outage of May", "acme.example/outage", {"consensus": "certain"}, "post-mortem"),
        ("Cats of the harbour", "cats.example/harbour", {}, "article"),
        ("Lost leases", "old.example/leases", {"locking": "certain"}, "article"),
        ("", "unread.example/page", {}, "article"),
        ("Zwischenspeicher", "acme.example/de", GERMAN_TOPICS, "article"),
    )
    for number, (title, url, topics, kind) in enumerate(rows, start=1):
        factory.article(
            title,
            f"https://{url}",
            topics,
            id=number,
            kind=kind,
            language="de" if number == GERMAN else "en",
            first_seen="2026-11-21T03:10:00Z" if number == GERMAN else "2026-02-01T00:00:00Z",
            word_count=0 if number == UNREAD else 900,
            text="" if number == UNREAD else f"{title}: a stale lease.",
            summary="" if number == UNREAD else f"About {title}.",
            site_name="Acme" if "acme" in url else "",
            rank=float(number),
            **_state(number),
        )
        factory.alias(number, f"https://{url}", "as-posted")
    factory.tagging(
        "article",
        PAXOS,
        "caching",
        "likely",
        [("text", "cache", 0, "strong"), ("url", "", 0, "weak")],
    )


def _state(number: int) -> dict[str, str | None]:
    if number == LEASES:
        return {
            "state": "gone",
            "state_since": "2026-11-12T03:00:00Z",
            "state_evidence": "HTTP 410",
        }
    if number == UNREAD:
        return {"state": "new", "last_outcome": "timeout", "last_checked": "2026-11-21T03:05:00Z"}
    return {"state": "ok", "published": "2026-01-15T00:00:00Z"}


def _shares(factory: Factory) -> None:
    """Ada shares the caching article first, and Ben the paper."""
    for author, article, day in (
        (ADA, CACHING, "2026-09-01"),
        (BEN, CACHING, "2026-09-02"),
        (CLEO, CACHING, "2026-09-03"),
        (DAN, CACHING, "2026-09-04"),
        (BEN, PAXOS, "2026-09-05"),
        (ADA, PAXOS, "2026-09-06"),
        (CLEO, OUTAGE, "2026-11-10"),
        (ADA, CATS, "2026-11-11"),
        (BEN, CATS, "2026-11-12"),
        (FEED, LEASES, "2026-02-01"),
        (BEN, LEASES, "2026-02-02"),
        (CLEO, UNREAD, "2026-11-19"),
        (ADA, GERMAN, "2026-11-21"),
    ):
        network, source = {
            ADA: ("mastodon", "fosstodon"),
            BEN: ("bluesky", "bsky"),
            CLEO: ("hackernews", "hn"),
            DAN: ("mastodon", "fosstodon"),
            FEED: ("feed", "a feed"),
        }[author]
        factory.post(
            f"Read {article}",
            article,
            author_id=author,
            network=network,
            source=source,
            published=f"{day}T04:00:00Z",
            url=f"https://{network}.example/{author}/{article}",
            counts='{"replies": 2}',
            consent="link-only" if author == DAN else "full",
        )


def _posts_without_links(factory: Factory) -> None:
    factory.post(
        "Leases expire.",
        topics={"locking": "certain"},
        author_id=ADA,
        published="2026-11-01T00:00:00Z",
    )
    for position in (2, 1):
        factory.post(
            f"{position}/ On leaders.",
            topics={"consensus": "likely"},
            author_id=BEN,
            network="bluesky",
            published=f"2026-11-0{position + 1}T00:00:00Z",
            thread_key="leaders",
            thread_position=position,
        )


def _knowledge(factory: Factory) -> None:
    factory.entity("Acme", [CACHING, PAXOS], kind="organisation")
    factory.entity("Redis", [CACHING, PAXOS])
    factory.entity("Chubby", [PAXOS])
    factory.entity("2 million requests", [CACHING], kind="figure", slug="figure-2-million")
    for origin in (PAXOS, OUTAGE):
        factory.row(
            "article_links",
            article_id=origin,
            url="https://acme.example/caching",
            target_id=CACHING,
        )
    factory.row(
        "related_articles",
        article_id=CACHING,
        other_id=PAXOS,
        score=0.5,
        reason="both about Caching",
    )
    factory.row("stories", id=1, lead_article_id=OUTAGE, reason="the same outage")
    factory.db.execute("UPDATE articles SET story_id = 1 WHERE id IN (?, ?)", [OUTAGE, LEASES])
    for position, title, article in ((1, "Caching at Acme", CACHING), (2, "Hints", None)):
        factory.row(
            "reading_list",
            topic="caching",
            position=position,
            url=f"https://works.example/{position}",
            title=title,
            authors='["A. Writer", "B. Writer"]',
            article_id=article,
        )


def _history(factory: Factory) -> None:
    factory.alias(CACHING, "https://sho.rt/x", "redirect", "301")
    for article, at, change, detail in (
        (LEASES, "2026-11-12T03:00:00Z", "state", "ok gone"),
        (PAXOS, "2026-11-21T03:20:00Z", "topic-added", "caching"),
    ):
        factory.row("article_changes", article_id=article, at=at, change=change, detail=detail)
    for url, outcome, status in (
        ("https://acme.example/caching", "ok", 200),
        ("https://unread.example/page", "timeout", None),
    ):
        factory.row(
            "fetches",
            url=url,
            at="2026-11-21T03:05:00Z",
            purpose="page",
            outcome=outcome,
            status=status,
            bytes=2_000_000,
            elapsed_ms=40,
        )
    factory.row(
        "curation_decisions",
        action="tag",
        subject="https://papers.example/paxos",
        object="caching",
        reason="It caches.",
        who="Mara",
        since="2026-11-21T03:15:00Z",
        article_id=PAXOS,
    )
    for action, at in (("tag", "2026-11-21T03:15:00Z"), ("withdrawn: pin", "2026-11-20T03:15:00Z")):
        factory.row(
            "curation_log",
            at=at,
            who="Mara",
            action=action,
            subject="https://papers.example/paxos",
            reason="caching: It caches.",
        )
