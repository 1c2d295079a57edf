"""The seed posts of Hashtrail get the topics that a reader expects."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import ImportOptions
from crawler.models.posts import Post
from crawler.models.topics import Item
from crawler.topics.evaluate import shown_topics
from crawler.topics.tagger import Tagger
from crawler.workspace import bundled_path

SEEDS = Path(__file__).parents[2] / "../shared/seeds/posts.txt"
PRICING = {"billing", "metering", "usage-based-pricing"}
EXPECTED = {
    "Forge": {"event-driven-architecture", "stream-processing", "idempotency", "deduplication"},
    "InfoQ20": {"cell-based-architecture", "domain-driven-design", "sociotechnical-architecture"},
    "systems that scale": {
        "fintech",
        "scalability",
        "event-driven-architecture",
        "microservices",
        "caching",
    },
    "Stampede": {"cache-stampede", "distributed-locking", "pub-sub", "request-coalescing"},
    "RAC": {"shared-storage-clusters", "postgresql"},
    "eight fallacies": {"fallacies-of-distributed-computing"},
    "SRP is violated": {"single-responsibility", "solid", "fintech"},
    "defines SRP": {"single-responsibility", "solid", "fintech"},
    "(SRP)": {"single-responsibility", "solid", "fintech"},
}


@pytest.fixture(scope="module")
def posts() -> tuple[Post, ...]:
    if not SEEDS.is_file():
        pytest.skip("the seed posts are not beside this checkout")
    return parse_file(
        "posts.txt", SEEDS.read_bytes(), None, ImportOptions(datetime(2026, 11, 22, tzinfo=UTC))
    ).posts


@pytest.mark.parametrize("mark", EXPECTED)
def test_each_seed_post_gets_at_least_its_topics(mark: str, posts: tuple[Post, ...]) -> None:
    tagger = Tagger.load(bundled_path("data", "topics"))
    (post,) = [
        each
        for each in posts
        if mark in each.text or (not each.text and mark in each.cards[0].title)
    ]
    title = "" if post.text else post.cards[0].title
    given = shown_topics(tagger.tag(Item(title=title, text=post.text, hashtags=post.hashtags)))
    assert given >= EXPECTED[mark]
    assert mark != "Forge" or given & PRICING


def test_the_article_of_a_post_about_billing_is_about_billing_before_and_after_it_is_read(
    posts: tuple[Post, ...],
) -> None:
    tagger = Tagger.load(bundled_path("data", "topics"))
    (post,) = [each for each in posts if "Forge" in each.text]
    unread = Item(url="https://bit.ly/4eGoEB2", post=post.text)
    text = "The team describes each component and the decisions behind it. " * 60
    read = Item(title="Inside Forge", url="https://example.org/a", text=text, post=post.text)
    for item in (unread, read):
        (given,) = [score for score in tagger.tag(item) if score.topic == "billing"]
        assert given.confidence == "likely"
        assert {piece.field for piece in given.evidence} == {"post"}
