"""Quality of topics on labelled rows, if they are available, and on a small bundled corpus."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import quality_articles, quality_posts
from bench.quality_topics import LABELS, ROOT, TOPICS, hand_labels, read_labels, report
from crawler.knowledge.entities import entity_table
from crawler.models.topics import Item
from crawler.topics.evaluate import evaluate, shown_topics
from crawler.topics.labelled_texts import read_labelled_articles, read_labelled_posts
from crawler.topics.tagger import Tagger
from crawler.workspace import bundled_path

OWN_TITLES = {
    "How we moved our ledger to double entry without stopping payments": (
        "ledgers-and-accounting payments"
    ),
    "Kafka or RabbitMQ? A broker for a small team": "event-streaming message-queues",
    "Postmortem: a retry storm took down our API gateway": (
        "incident-management resilience-patterns api-gateway"
    ),
    "Raft in two hundred lines of Go": "consensus",
    "Idempotent consumers and the transactional outbox": "idempotency outbox-pattern",
    "What property-based testing found in our rate limiter": "testing rate-limiting",
    "Sharding PostgreSQL with Citus": "sharding postgresql",
    "Circuit breakers, timeouts and the thundering herd": "resilience-patterns cache-stampede",
    "GraphQL federation behind a CDN": "graphql cdn",
    "Moving from a monolith to microservices with the strangler fig": (
        "microservices modular-monolith legacy-modernization"
    ),
    "Usage-based pricing starts with metering": "usage-based-pricing metering",
    "A week in the Dolomites": "",
    "How to season a cast iron pan": "",
    "The history of the umbrella": "",
}
SHIPPED = Tagger.load(bundled_path("data", "topics"))


def test_tag_quality_of_own_titles_meets_floors() -> None:
    measured = evaluate(
        (shown_topics(SHIPPED.tag(Item(title=title))), frozenset(topics.split()))
        for title, topics in OWN_TITLES.items()
    )
    assert measured.micro.precision >= 0.9
    assert measured.micro.recall >= 0.9


@pytest.mark.parametrize("path", LABELS.values())
def test_labels_name_only_existing_topics(path: Path) -> None:
    assert set().union(*read_labels(path).values()) <= SHIPPED.taxonomy.topics.keys()


def test_enough_distinct_rows_are_labelled_by_hand() -> None:
    assert len(hand_labels()) == sum(len(read_labels(path)) for path in LABELS.values()) >= 650


@pytest.mark.skipif(not TOPICS.is_dir(), reason="the corpora are not next to this checkout")
def test_quality_of_topics_meets_floors() -> None:
    for name, value, _, floor in report(in_folds=False):
        assert floor is None or value >= floor, f"{name}: {value} is under {floor}"


def test_quality_of_posts_meets_floors() -> None:
    for name, value, _, floor in quality_posts.report():
        assert floor is not None
        assert value >= floor, f"{name}: {value} is under {floor}"


@pytest.mark.skipif(not TOPICS.is_dir(), reason="the corpora are not next to this checkout")
def test_quality_of_articles_meets_floors() -> None:
    for name, value, _, floor in quality_articles.report():
        assert floor is None or value >= floor, f"{name}: {value} is under {floor}"


LABELLED = (
    *quality_posts.POSTS.values(),
    *sorted((ROOT / "bench/labelled_posts").glob("*.tsv")),
    *sorted((ROOT / "bench/labelled_articles").glob("*.tsv")),
)


@pytest.mark.parametrize("path", LABELLED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_labelled_texts_have_existing_topics_and_name_no_person_of_the_field(path: Path) -> None:
    people = {entity.name for entity in entity_table() if entity.kind == "person"}
    full_names = [name for name in people if " " in name]
    is_article = path.parent.name == "labelled_articles"
    texts = read_labelled_articles(path) if is_article else read_labelled_posts(path)
    for text in texts:
        item, (topics, accepted) = text.item, text.labels
        assert {*topics, *accepted} <= SHIPPED.taxonomy.topics.keys(), item
        assert not any(name in f"{item.title} {item.text}" for name in full_names), item
