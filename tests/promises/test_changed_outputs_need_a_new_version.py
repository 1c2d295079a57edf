"""A deriver whose outputs on a fixed sample change must get another version, else stored data stays
stale.

`derived.toml` holds the version and the digest of the outputs of each deriver. Renew it with
HASHTRAIL_ACCEPT=1 python -m pytest tests/promises/test_changed_outputs_need_a_new_version.py
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler import url_secrets
from crawler.crawl.annotation_versions import PARTS, current_versions
from crawler.derivation_versions import digest_of
from crawler.knowledge.article_kinds import classify_kind
from crawler.knowledge.entities import find_mentions
from crawler.knowledge.excerpts import make_excerpt
from crawler.knowledge.ranking import Share, rank_article
from crawler.knowledge.related_articles import Profile
from crawler.knowledge.stories import Headline, find_stories
from crawler.models.articles import Article, Directives
from crawler.models.topics import Item, Topic
from crawler.topics.learned_weights import LearnedWeights
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import make_taxonomy
from crawler.url_secrets import text_without_secrets, without_secrets
from tests.extract.test_pages import EXPECTED, read
from tests.knowledge.relations_in_memory import relate_by_features

GOLDEN = Path(__file__).parent / "derived.toml"
SOURCES = {
    "entities": "crawler/knowledge/entities.py",
    "excerpts": "crawler/knowledge/excerpts.py",
    "kinds": "crawler/knowledge/article_kinds.py",
    "relations": "crawler/knowledge/relations_version.py",
    "secrets": "crawler/url_secrets.py",
    "text": "crawler/extract/extraction_version.py",
    "topics": "crawler/topics/tagger.py",
}
NOW = datetime(2026, 6, 1, tzinfo=UTC)
TAGGER = Tagger(
    make_taxonomy(
        (
            Topic("caching", "Caching", "d", strong=("cache stampede", "cache"), weak=("TTL",)),
            Topic("consensus", "Consensus", "d", strong=("Raft", "Paxos"), hashtags=("Raft",)),
            Topic("queues", "Queues", "d", strong=("message queue",), not_this=("queue theory",)),
        )
    ),
    LearnedWeights(),
)
TEXTS = (
    (
        "Surviving a cache stampede",
        "A cache stampede hit Kafka at 2 million requests per second. We added a TTL.",
    ),
    (
        "Raft explained",
        "In Raft a leader replicates its log. Google's Spanner uses Paxos. It has 99.99% uptime.",
    ),
    (
        "How to build a message queue",
        "Step 1. Use PostgreSQL.\n\n```\ncode Raft\n```\nThen add a message queue. " * 40,
    ),
    ("Postmortem of the outage on 3 May", "An outage of four hours. Redis lost 5 TB. " * 3),
)
ADDRESSES = (
    "https://a.example/blog/x",
    "https://arxiv.org/abs/1",
    "https://github.com/a/b",
    "https://b.example/postmortem",
)
URLS_WITH_SECRETS = (
    "https://ann:abc@x.example/a;jsessionid=1?id=7&token=abc#access_token=abc",
    "https://x.example/a?next=/y?token%3Dabc&who=ann%40x.example&u=%252Fy%253Fsig%253Da",
    "https://x.example/(S(abcdefghijklmnopqrstuvwx))/a?session_id=4f1c9a7be0d25c33",
    "https://hooks.slack.com/services/T0/B0/abc",
    "https://x.example/reset/MQ/5f2-3f9a1c7be04d25c83f9a1c7be04d25c8",
    "https://x.example/u/ann@x.example/a",
    "https://x.example/eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln/a",
    "hc-ping.com/0f8fad5b-d9cb-469f-a165-70867728950e",
)
PARTS_WITH_VERSION = (*PARTS, "secrets")


def _articles() -> list[Article]:
    return [read(name) for name in sorted(EXPECTED)]


def _entities() -> Any:
    return [find_mentions(f"{title}\n\n{text}") for title, text in TEXTS]


def _excerpts() -> Any:
    wishes = (Directives(), Directives(max_snippet=40), Directives(nosnippet=True))
    return [make_excerpt(title, text[:90], text, wish) for title, text in TEXTS for wish in wishes]


def _kinds() -> Any:
    return [
        classify_kind(url, title, text) for url, (title, text) in zip(ADDRESSES, TEXTS, strict=True)
    ]


def _relations() -> Any:
    profiles = [
        Profile(
            number, frozenset({"Caching"}), frozenset({"Kafka", "Redis"}), f"{title} {text[:200]}"
        )
        for number, (title, text) in enumerate(TEXTS + TEXTS[:2])
    ]
    headlines = [
        Headline(number, title, NOW + timedelta(hours=number), number / 2, frozenset({"Kafka"}))
        for number, (title, _) in enumerate(TEXTS + TEXTS)
    ]
    shares = [Share(f"a{number}", "mastodon", NOW, number, number // 2) for number in range(4)]
    return (
        relate_by_features(profiles),
        find_stories(headlines),
        rank_article(shares, "likely", "paper"),
    )


def _secrets() -> Any:
    texts = [text_without_secrets(f"See ({url}).") for url in URLS_WITH_SECRETS]
    return [*map(without_secrets, URLS_WITH_SECRETS), *texts]


def _text() -> Any:
    return _articles()


def _topics() -> Any:
    items = [Item(title, text, ("Raft",), "https://a.example/cache") for title, text in TEXTS]
    items += [Item(post="A cache stampede, and Raft."), Item(text="cache")]
    return [TAGGER.tag(item) for item in items]


OUTPUTS: dict[str, Callable[[], Any]] = {
    "entities": _entities,
    "excerpts": _excerpts,
    "kinds": _kinds,
    "relations": _relations,
    "secrets": _secrets,
    "text": _text,
    "topics": _topics,
}


def derived() -> dict[str, dict[str, str]]:
    """Version and digest of the outputs of each part."""
    current = current_versions(TAGGER) | {"secrets": str(url_secrets.VERSION)}
    return {
        part: {"version": current[part], "digest": digest_of(OUTPUTS[part]())}
        for part in PARTS_WITH_VERSION
    }


def problem(part: str, golden: dict[str, str], now: dict[str, str]) -> str:
    """What to do about a part whose version or digest differs; empty if neither does."""
    renew = f"HASHTRAIL_ACCEPT=1 python -m pytest {Path(__file__).relative_to(Path.cwd())}"
    if now["digest"] != golden.get("digest") and now["version"] == golden.get("version"):
        return (
            f"The outputs of {part} changed, but its version did not, so stored articles keep "
            f"the old ones. Raise VERSION in {SOURCES[part]}, then run: {renew}"
        )
    return f"{part} has a new version. Renew its digest: {renew}" if now != golden else ""


def test_outputs_change_only_with_the_version() -> None:
    golden: dict[str, dict[str, str]] = tomllib.loads(GOLDEN.read_text(encoding="utf-8"))
    now = derived()
    problems = [problem(part, golden.get(part, {}), now[part]) for part in PARTS_WITH_VERSION]
    if os.environ.get("HASHTRAIL_ACCEPT") == "1" and not any(
        "Raise VERSION" in each for each in problems
    ):
        lines = (
            f'[{part}]\nversion = "{each["version"]}"\ndigest = "{each["digest"]}"\n'
            for part, each in now.items()
        )
        GOLDEN.write_text("\n".join(lines), encoding="utf-8")
    else:
        assert [each for each in problems if each] == []


@pytest.mark.parametrize("part", PARTS_WITH_VERSION)
def test_changed_output_under_the_same_version_is_refused(part: str) -> None:
    same = {"version": "1-a", "digest": "x"}
    assert problem(part, same, same) == ""
    assert f"Raise VERSION in {SOURCES[part]}" in problem(
        part, same, {"version": "1-a", "digest": "y"}
    )
    assert "Renew" in problem(part, same, {"version": "2-a", "digest": "y"})
    assert "VERSION = " in (Path(__file__).parents[2] / SOURCES[part]).read_text(encoding="utf-8")
