"""A site with all kinds of content: busy and empty topics, unavailable articles, hostile titles."""

from __future__ import annotations

import json

from tests.sitegen.factory import Factory
from tests.sitegen.test_hostile import PAYLOADS

TOPICS = {
    "data-systems": ("Data systems", "", "How data is kept, moved and asked for."),
    "caching": (
        "Caching",
        "data-systems",
        "Keeping copies near the reader; the hard part is when to drop them.",
    ),
    "locking": ("Distributed locking", "data-systems", "One holder at a time, on many machines."),
    "idempotency": ("Idempotency", "", "Doing a thing twice and having it done once."),
    "quiet": ("A quiet topic", "", "Nothing is filed here."),
}
TITLES = (
    "Stop cache stampedes with distributed locking",
    "Consistent hashing with bounded loads",
    "Why the exactly-once pipeline delivers twice",
    "Idempotency keys: the contract nobody writes down",
    "Read leases and the stale read nobody tested for",
    "Load shedding by value, not by arrival",
)
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitän" * 3


def sample() -> Factory:
    """Return the snapshot of that site."""
    factory = Factory()
    for slug, (label, broader, definition) in TOPICS.items():
        factory.topic(
            slug,
            label,
            definition,
            broader=broader or None,
            related='["locking"]',
            aliases='["cache"]',
        )
    _articles(factory)
    _odd_ones(factory)
    _notes(factory)
    _health(factory)
    _entities_and_changes(factory)
    return factory


def _articles(factory: Factory) -> None:
    ada = factory.author("Ada Lindqvist", url="https://social.example/@ada")
    for number in range(60):
        kind = ("article", "paper", "talk")[number % 3]
        when = (
            f"2026-{11 - number // 28:02d}-{28 - number % 28:02d}T10:00:00Z"
            if number // 28 < 11
            else "2026-01-01T10:00:00Z"
        )
        title = (
            TITLES[number % 6] if number < 6 else f"{TITLES[number % 6]}, part {number // 6 + 1}"
        )
        topics = {
            "caching": "certain",
            "locking": ("likely", "weak")[number % 2],
            "data-systems": "likely",
        }
        columns = {"kind": kind, "rank": 60 - number, "word_count": 900, "first_seen": when}
        article = factory.article(
            title, f"https://host{number % 7}.example/{number}", topics, **columns
        )
        factory.post(
            "Worth an hour of your evening. #DistributedSystems",
            article,
            author_id=ada,
            published=when,
            url=f"https://social.example/{number}",
        )
        if number % 4 == 0:
            factory.post(
                "We met precisely this in March.", article, network="bluesky", published=when
            )
    factory.alias(1, "https://sho.rt/x", "redirect", "301")
    factory.row("related_articles", article_id=1, other_id=2, score=0.5, reason="two shared topics")
    factory.row("stories", id=1, lead_article_id=1, reason="the same release")
    factory.db.execute("UPDATE articles SET story_id = 1 WHERE id IN (1, 3)")


def _odd_ones(factory: Factory) -> None:
    factory.article(
        "A page that is gone",
        url="https://gone.example/1",
        state="gone",
        state_since="2026-10-01T00:00:00Z",
        topics={"caching": "certain"},
    )
    factory.article(
        "",
        url="https://unread.example/a-card",
        state="new",
        last_checked=None,
        topics={"caching": "likely"},
    )
    factory.article(
        LONG_WORD,
        url=f"https://long.example/{LONG_WORD}",
        topics={"caching": "certain"},
        summary=LONG_WORD,
    )
    for payload in PAYLOADS:
        article = factory.article(
            payload,
            topics={"caching": "certain"},
            summary=payload,
            authors=json.dumps([payload]),
            site_name=payload,
        )
        factory.post(
            payload,
            article,
            author_id=factory.author(payload, handle=payload),
            url="javascript:alert(1)",
        )


def _notes(factory: Factory) -> None:
    text = "Every step may run twice, so every step must know that it already ran.\n\n#Idempotency"
    first = factory.post(text, topics={"idempotency": "certain"}, network="paste")
    factory.post("Every step may run twice. #Idempotency", similar_to=first, network="paste")
    for position in (2, 1, 3):
        factory.post(
            f"{position}/ What retries cost.",
            topics={"idempotency": "likely"},
            thread_key="t",
            thread_position=position,
        )


def _health(factory: Factory) -> None:
    for day in range(1, 23):
        factory.run(f"2026-11-{day:02d}T03:41:00Z", {4: "degraded", 9: "failed"}.get(day, "ok"))
    factory.row("sources", name="A blog", kind="feed", last_ok="2026-11-22T03:42:00Z")
    factory.row(
        "sources",
        name="A server",
        kind="mastodon",
        last_outcome="server_error",
        last_message="HTTP 503",
        failures=3,
        last_ok="2026-11-19T03:42:00Z",
    )


def _entities_and_changes(factory: Factory) -> None:
    ids = list(range(1, 31))
    factory.entity("Kafka", ids, "We moved the queue to Kafka.")
    factory.entity("Acme", ids, kind="organisation")
    for number, name in enumerate(("p99 latency of 4 s", "900 ms", "3 TB", "$70,000"), 1):
        factory.entity(name, [number], "We need it.", kind="figure")
    log = {"at": "2026-11-22T03:41:00Z", "who": "curator"}
    factory.row("curation_log", action="hide", subject="an article", reason="Spam.", **log)
    details = {"topic-added": "caching", "topic-removed": "locking", "state": "ok gone"}
    for number, change in enumerate((*details, "merged", "split"), 1):
        detail = details.get(change, "")
        at = "2026-11-22T03:45:00Z"
        factory.row("article_changes", article_id=number, at=at, change=change, detail=detail)
