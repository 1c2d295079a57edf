"""URLs as evidence: slugs of two words and listed hosts count, everything else does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import ConfigurationError
from crawler.models.topics import Item, Topic
from crawler.topics.evaluate import shown_topics
from crawler.topics.learned_weights import LearnedPhrase, LearnedWeights, make_weights
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import make_taxonomy
from crawler.topics.url_evidence import read_topic_hosts, sites_of, slug_words

TOPIC = Topic("queues", "Queues", "d", strong=("message queue",), contextual=("queue",))
TAXONOMY = make_taxonomy(
    [TOPIC],
    field_words=frozenset({"https", "broker"}),
    topic_hosts={"queues.example": "queues", "github.com/queues": "queues"},
)


def _quotes(url: str, title: str = "Eight years in production") -> list[str]:
    tagger = Tagger(TAXONOMY, LearnedWeights())
    return [match.quote for match in tagger.matcher.find_matches(Item(title=title, url=url)).marked]


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://a.example/blog/how-queues-work", "how-queues-work"),
        ("https://a.example/News_and_views/42/", "News_and_views"),
        ("https://a.example/queues-at-work.html?page=2", "queues-at-work"),
        ("https://message-queue.example/queue/2024-05", ""),
        ("https://a.example/cloud-and-edge/message-queues-explained", "message-queues-explained"),
    ],
)
def test_last_segment_of_two_words_is_the_slug(url: str, slug: str) -> None:
    start, text = slug_words(url)
    assert text == slug
    assert url[start : start + len(text)] == slug


def test_phrase_in_a_slug_is_evidence() -> None:
    assert _quotes("https://a.example/our-message-queue") == ["message-queue"]


@pytest.mark.parametrize(
    "url", ["https://message-queue.example/", "https://a.example/queue", "https://bit.ly/queue"]
)
def test_host_and_single_words_of_a_url_are_not_evidence(url: str) -> None:
    assert _quotes(url) == []


def test_listed_host_and_owner_on_a_code_host_are_evidence() -> None:
    assert _quotes("https://docs.queues.example/install") == ["queues.example"]
    assert _quotes("https://github.com/queues/server") == ["github.com/queues"]
    assert _quotes("https://github.com/others/queues") == []
    assert _quotes("https://github.com:8443/queues/server") == ["github.com:8443/queues"]


def test_sites_of_a_url_are_its_owner_its_host_and_its_parents() -> None:
    assert sites_of("https://GitHub.com/Etcd-io/raft") == [
        "github.com/etcd-io",
        "github.com",
        "com",
    ]


def test_scheme_and_host_give_an_ambiguous_phrase_no_context() -> None:
    tagger = Tagger(TAXONOMY, LearnedWeights())
    item = Item(title="A queue at the bakery", url="https://broker.example/bakery")
    assert shown_topics(tagger.tag(item)) == set()
    technical = Item(title="A queue at the bakery", url="https://news.example/broker/1")
    assert shown_topics(tagger.tag(technical)) == {"queues"}


def test_learned_phrase_does_not_match_a_host() -> None:
    learned = make_weights([LearnedPhrase("queues", "url", "bit ly", 0.5)])
    tagger = Tagger(TAXONOMY, learned)
    item = Item(title="Message queue", url="https://bit.ly/3xYz")
    assert [match.quote for match in tagger.matcher.find_matches(item).marked] == ["Message queue"]


def test_row_without_a_reason_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "_topic_hosts.tsv"
    path.write_text("queues.example\tqueues\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="reason"):
        read_topic_hosts(path)


def test_host_of_an_unknown_topic_is_reported() -> None:
    with pytest.raises(ConfigurationError, match="does not exist"):
        make_taxonomy([TOPIC], topic_hosts={"a.example": "other"})
