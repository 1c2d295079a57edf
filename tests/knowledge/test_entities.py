"""Entities and figures with the sentence that names them; words that only look like names stay words."""

from __future__ import annotations

from crawler.knowledge.entities import mentions


def names(text: str) -> set[str]:
    return {mention.name for mention in mentions(text)}


def test_a_name_comes_with_its_sentence_and_place() -> None:
    text = "Short intro. We moved from RabbitMQ to Kafka in a week. Then we slept."
    found = {mention.name: mention for mention in mentions(text)}
    assert found["Kafka"].sentence == "We moved from RabbitMQ to Kafka in a week."
    assert text[found["Kafka"].start :].startswith("Kafka")


def test_other_spellings_are_one_entity() -> None:
    assert names("Postgres and PostgreSQL and Apache Kafka") == {"PostgreSQL", "Kafka"}


def test_an_ambiguous_name_needs_company() -> None:
    assert "Raft" not in names("We built a Raft of logs and sailed home.")
    assert "Raft" in names("Raft elects a leader and keeps a replicated log; consensus follows.")
    assert "Oracle" not in names("The Oracle at Delphi knew.")


def test_a_name_inside_a_word_or_address_is_none() -> None:
    assert names("kafkaesque Kafkaesque https://example.com/Kafka @Redis #Redis") == set()


def test_figures_of_scale_are_kept_with_their_sentence() -> None:
    found = names("It serves 10 million requests per second at 99.99% availability. The cluster has 3,000 nodes and 5 PB of data. In 2026 we met.")
    assert {"10 million requests per second", "3,000 nodes", "5 PB"} <= found
    assert not any("2026" in name for name in found)
