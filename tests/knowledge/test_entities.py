"""Entities with the sentence that names them; ambiguous words are not entities."""

from __future__ import annotations

import pytest

from crawler.knowledge.entities import entity_table, find_mentions, spellings
from crawler.text_cleaning import slugify
from crawler.tsv_tables import read_table

KINDS = {"organisation", "person", "system", "technique"}


def names(text: str) -> set[str]:
    return {mention.name for mention in find_mentions(text)}


def test_mention_has_sentence_and_offset() -> None:
    text = "Short intro. We moved from RabbitMQ to Kafka in a week. Then we slept."
    found = {mention.name: mention for mention in find_mentions(text)}
    assert found["Kafka"].sentence == "We moved from RabbitMQ to Kafka in a week."
    assert text[found["Kafka"].start :].startswith("Kafka")


def test_alternative_spellings_are_one_entity() -> None:
    assert names("Postgres and PostgreSQL and Apache Kafka") == {"PostgreSQL", "Kafka"}
    assert names("Circuit breakers stop retries.") == names("A circuit breaker stops a service.")


def test_name_inside_a_word_or_url_is_not_a_mention() -> None:
    text = "kafkaesque Kafkaesque https://example.com/Kafka @Redis #Redis Redis.conf"
    assert names(text) == set()


def test_name_in_code_block_is_not_a_mention() -> None:
    assert names("Before.\n\n```\nredis: Redis\n```\nAfter.") == set()


@pytest.mark.parametrize(
    ("name", "meant", "other"),
    [
        ("Raft", "Raft elects a leader by a quorum.", "We built a Raft of logs and sailed home."),
        ("Vault", "HashiCorp's Vault stores secrets.", "Azure Key Vault stores secrets."),
        ("Temporal", "Temporal is a workflow engine.", "Temporal coupling in a workflow engine."),
        ("Borg", "Google runs jobs on Borg.", "Resistance is futile, said the Borg."),
        ("Omega", "Omega followed Borg at Google.", "From alpha to Omega."),
        ("Dapper", "Google's Dapper samples traces.", "He looked Dapper in that suit."),
        ("Iceberg", "Apache Iceberg is a table format.", "The Titanic hit an Iceberg."),
        ("Aurora", "Amazon's Aurora replicates storage.", "We saw the Aurora in Norway."),
        ("Block", "Block, formerly Square, runs Cash App.", "Block the thread until it ends."),
        ("Linear", "How Linear built its sync engine.", "Linear growth is easy to plan."),
        ("Notion", "Sharding Postgres at Notion.", "Notion of time differs by node."),
        ("Plaid", "Plaid's engineers moved to TiDB.", "A Plaid shirt for the conference."),
        ("Bolt", "At Bolt we shard by city.", "Bolt the rack to the floor."),
        ("LINE", "LINE Corporation runs HBase.", "END OF LINE was printed."),
        ("Manhattan", "Twitter stores tweets in Manhattan.", "An office in Manhattan."),
        ("Espresso", "LinkedIn's Espresso is a document store.", "Espresso and a croissant."),
        ("Venice", "Venice serves derived data at LinkedIn.", "We met in Venice in May."),
        ("GitHub", "GitHub's MySQL clusters grew.", "A sample is available on GitHub."),
        ("Slack", "How Slack moved to cells.", "Join our Slack and say hello."),
        ("Slack", "Slack's engineers wrote this.", "Slack time in the schedule."),
        ("Twitter", "Twitter built Finagle.", "Follow me on Twitter."),
        ("LinkedIn", "LinkedIn uses Kafka.", "Find me on LinkedIn."),
        ("GitHub", "GitHub stores repositories.", "The example in GitHub stores tests."),
        ("Kafka", "Kafka keeps a log.", "The Trial is by Franz Kafka."),
        ("Oracle", "Oracle's database was costly.", "The Oracle at Delphi knew."),
        ("MIT", "A course at MIT.", "The code is under the MIT license."),
        ("Kong", "Kong is our API gateway.", "The office in Hong Kong has a gateway."),
        ("Lambda", "An AWS Lambda that reads SQS.", "Lambda calculus came first."),
    ],
)
def test_ambiguous_name_needs_context(name: str, meant: str, other: str) -> None:
    assert name in names(meant)
    assert name not in names(other)


def test_context_must_be_within_300_characters() -> None:
    filler = "The weather was fine and nothing else happened. " * 20
    assert "Borg" not in names(f"The Borg arrived. {filler} Google is far away.")
    assert "Borg" in names(f"The Borg arrived. {filler} Google runs Borg.")


def test_each_spelling_and_slug_belongs_to_one_entity() -> None:
    spelled = [spelling for entity in entity_table() for spelling in spellings(entity)]
    assert sorted(spelled) == sorted(set(spelled))
    slugs = [slugify(entity.name) or entity.name for entity in entity_table()]
    assert sorted(slugs) == sorted(set(slugs))


def test_excluded_phrase_is_not_a_spelling() -> None:
    spelled = {spelling for entity in entity_table() for spelling in spellings(entity)}
    assert not spelled & {phrase for entity in entity_table() for phrase in entity.never}


def test_rows_have_a_known_kind_and_no_surplus_column() -> None:
    for row in read_table("crawler.knowledge", "entities.tsv"):
        assert set(row) == {"name", "kind", "aliases", "needs", "not"}, row
        assert row["kind"] in KINDS, f"{row['name']}: the kind {row['kind']!r} is not known"
