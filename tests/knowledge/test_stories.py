"""Stories: titles of one event are grouped; similar titles, other times and chains are not.

The titles are invented.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from crawler.knowledge.stories import Headline, _TitleIndex, count_title_words, find_stories

DAY = datetime(2026, 6, 1, tzinfo=UTC)
# event -> titles about it
EVENTS = {
    "outage": [
        "Northwind Cloud outage: what happened on May 30",
        "Post-mortem of the Northwind Cloud outage of May 30",
        "Northwind Cloud blames DNS for the May 30 outage",
    ],
    "release": [
        "Kafka 5.0 released with built-in tiered storage",
        "Apache Kafka 5.0: tiered storage is here",
        "What's new in Kafka 5.0: tiered storage and queues",
    ],
    "paper": [
        "Bounded staleness without clocks: the Tidewater paper",
        "Reading the Tidewater paper on bounded staleness",
        "Tidewater: bounded staleness without synchronized clocks",
    ],
    "acquisition": [
        "Brightline buys queue vendor Hopper",
        "Queue vendor Hopper bought by Brightline",
        "Brightline to acquire Hopper, maker of message queues",
    ],
    "billing": [
        "How Forge meters and bills every call",
        "Inside Forge's usage billing: metering every call",
        "Forge explains how it meters and bills calls",
    ],
}
ALONE = [
    "How to choose a message queue",
    "An introduction to Kafka for Java developers",
    "Kafka 4.1 released",
    "Clocks in distributed systems",
    "What happened to microservices?",
    "The outage that taught us to test backups",
    "DNS caching explained",
    "How we bill our customers",
    "A guide to tiered storage",
    "Paper review: Raft",
    "Queues do not fix overload",
    "How to write a post-mortem",
    "Inside our on-call rotation",
    "Usage-based pricing for founders",
    "Why staleness is fine",
]


def headlines() -> list[Headline]:
    titles_in_order = [title for titles in EVENTS.values() for title in titles] + ALONE
    return [
        Headline(number, title, DAY + timedelta(hours=number), weight=float(-number))
        for number, title in enumerate(titles_in_order, 1)
    ]


def test_labelled_titles_are_grouped_into_the_expected_stories() -> None:
    found = {frozenset(story.members) for story in find_stories(headlines())}
    meant, number = set(), 1
    for titles in EVENTS.values():
        meant.add(frozenset(range(number, number + len(titles))))
        number += len(titles)
    pairs = {tuple(sorted((a, b))) for group in found for a in group for b in group if a < b}
    right = {tuple(sorted((a, b))) for group in meant for a in group for b in group if a < b}
    precision, recall = len(pairs & right) / max(len(pairs), 1), len(pairs & right) / len(right)
    assert precision >= 0.95, pairs - right
    assert recall >= 0.8, right - pairs


def test_article_with_highest_weight_leads_with_reason() -> None:
    two = [
        Headline(1, "Kafka 5.0 released with tiered storage", DAY, 1.0),
        Headline(2, "Tiered storage arrives in Kafka 5.0 release", DAY, 9.0),
    ]
    (story,) = find_stories(two)
    assert story.lead == 2
    assert story.members == (2, 1)
    assert "tiered" in story.reason


def test_same_title_a_month_later_is_another_story() -> None:
    title = "Availability report of the month at Northwind"
    assert (
        find_stories([Headline(1, title, DAY), Headline(2, title, DAY + timedelta(days=30))]) == []
    )


@pytest.mark.parametrize("seed", range(5))
def test_order_of_headlines_does_not_matter(seed: int) -> None:
    shuffled = headlines()
    random.Random(seed).shuffle(shuffled)
    assert sorted(map(repr, find_stories(shuffled))) == sorted(map(repr, find_stories(headlines())))


def test_index_finds_the_same_as_comparing_all_pairs() -> None:
    source = random.Random(4)
    titles = [[f"word{source.randrange(120)}" for _ in range(7)] for _ in range(80)]
    listed = [
        Headline(
            number,
            " ".join(
                word if source.random() < 0.6 else f"word{source.randrange(120)}"
                for word in source.choice(titles)
            ),
            DAY + timedelta(days=source.randrange(40)),
            source.randrange(5),
            frozenset(source.choices(["redis", "kafka", "raft"], k=source.randrange(3))),
        )
        for number in range(1, 500)
    ]
    index = _TitleIndex(listed, count_title_words(listed))
    for lead in listed:
        members = {
            headline.article_id
            for headline in listed
            if headline is not lead and index.shared_words(lead, headline)
        }
        assert members <= set(index.candidates(lead))


def test_releases_with_different_versions_are_different_stories() -> None:
    titles = ["Apache Flink 1.13.2 released with fixes", "Apache Flink 1.12.5 released with fixes"]
    assert find_stories([Headline(i, title, DAY) for i, title in enumerate(titles, 1)]) == []
