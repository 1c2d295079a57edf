"""Reading topic files: what is wrong in one is named with its file and key."""

from __future__ import annotations

import pickle
from dataclasses import fields
from pathlib import Path

import pytest

from crawler.errors import ConfigurationError
from crawler.knowledge import entities
from crawler.models.topics import Item, Topic
from crawler.topics.learned_weights import LearnedWeights
from crawler.topics.multilingual_phrases import Term
from crawler.topics.phrase_matcher import phrase_key
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import broader_topics, in_tree_order, make_taxonomy, read_taxonomy
from crawler.workspace import bundled_path

GOOD = 'label = "Caching"\ndefinition = "Keeping copies."\nstrong = ["cache"]\n'


def _folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_topics_that_ship_are_read() -> None:
    taxonomy = read_taxonomy(bundled_path("data", "topics"))
    assert len(taxonomy.topics) >= 90
    assert list(taxonomy.topics) == sorted(taxonomy.topics)
    assert all("\n" in topic.definition for topic in taxonomy.topics.values()), (
        "a definition has two lines"
    )


def test_version_changes_with_the_content_only(tmp_path: Path) -> None:
    first = read_taxonomy(_folder(tmp_path, caching=GOOD)).version
    assert read_taxonomy(_folder(tmp_path, caching="# a remark\n" + GOOD)).version == first
    assert (
        read_taxonomy(_folder(tmp_path, caching=GOOD.replace("cache", "caches"))).version != first
    )


def test_file_with_leading_underscore_is_not_a_topic(tmp_path: Path) -> None:
    assert list(read_taxonomy(_folder(tmp_path, caching=GOOD, _notes="x = 1\n")).topics) == [
        "caching"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD + 'colour = "red"\n', "colour"),
        (GOOD + "weak = [1]\n", r"weak\[0\]: write a text"),
        ('definition = "No label."\n', "label"),
        (GOOD + 'broader = "nowhere"\n', "broader names 'nowhere'"),
        (GOOD + 'related = ["nowhere"]\n', "related names 'nowhere'"),
        ("label = \n", "line 1"),
    ],
)
def test_invalid_topic_file_is_reported_with_its_key(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"caching\.toml.*{said}"):
        read_taxonomy(_folder(tmp_path, caching=text))


def test_folder_without_topic_files_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no topic files"):
        read_taxonomy(tmp_path)


def test_topics_are_listed_below_the_broader_one_with_their_level() -> None:
    topics = {
        slug: Topic(slug, slug, "d", broader=broader)
        for slug, broader in (("b", None), ("a", "z"), ("z", "b"), ("c", "b"))
    }
    listed = [(level, topic.slug) for level, topic in in_tree_order(topics)]
    assert listed == [(0, "b"), (1, "c"), (1, "z"), (2, "a")]


def test_no_person_is_a_phrase() -> None:
    persons = {
        phrase_key(name)
        for entity in entities.entity_table()
        if entity.kind == "person"
        for name in (entity.name, entity.name.split()[-1])
    } - {"amundsen"}  # a data catalogue, too
    phrases = {
        phrase_key(phrase)
        for topic in read_taxonomy(bundled_path("data", "topics")).topics.values()
        for phrase in (*topic.strong, *topic.contextual)
    }
    assert phrases & persons == set()


def test_topic_in_a_cycle_is_not_above_itself() -> None:
    topics = {
        "a": Topic("a", "a", "d", broader="b", strong=("raft",)),
        "b": Topic("b", "b", "d", broader="a", strong=("paxos",)),
    }
    assert broader_topics("a", topics) == ("b",)
    tagger = Tagger(make_taxonomy(topics.values()), LearnedWeights())
    assert {score.topic for score in tagger.tag(Item(title="Raft"))} == {"a"}
    assert {score.topic for score in tagger.tag(Item(title="Raft and Paxos"))} == {"a", "b"}


@pytest.mark.parametrize("table", ["_systems.tsv", "_terms.de.tsv"])
def test_term_of_an_unknown_topic_is_reported_with_its_table(tmp_path: Path, table: str) -> None:
    folder = _folder(tmp_path, caching=GOOD)
    (folder / table).write_text("RabbitMQ\tqueues\tstrong\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=rf"{table}: 'RabbitMQ' names 'queues'"):
        read_taxonomy(folder)


def test_taxonomy_is_the_same_in_another_process(tmp_path: Path) -> None:
    taxonomy = make_taxonomy(
        [Topic("caching", "Caching", "d", strong=("cache",))],
        field_words=frozenset({"database"}),
        required_context={("caching", "cache"): frozenset({"memory"})},
        technical_hosts=frozenset({"infoq.com"}),
        terms=(Term("de", "Zwischenspeicher", "caching", "strong"),),
        topic_hosts={"redis.io": "caching"},
    )
    again = pickle.loads(pickle.dumps(taxonomy))
    assert again == taxonomy
    empty = make_taxonomy([])
    assert all(
        getattr(again, column.name) != getattr(empty, column.name) for column in fields(again)
    )
