"""`topics try`, `explain --topic` and `topics diff` show why a text has a topic, why not, and what
an edit changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.cli.main import cli
from crawler.cli.tag import read_item
from crawler.models.articles import Article
from crawler.models.topics import Item
from crawler.store.database import open_store, transaction
from crawler.store.item_annotations import article_item, mark_annotated
from crawler.store.taggings import save_taggings, save_topics
from crawler.topics.tagger import Tagger
from tests.store.conftest import fill, read_article

TOPICS = {
    "caching": 'strong = ["cache stampede"]\ncontextual = ["cache"]\nweak = ["TTL"]\n',
    "actors": 'strong = ["Orleans"]\nnot_this = ["New Orleans"]\nhashtags = ["Actors"]\n',
    "streams": 'strong = ["Kafka", "SOA"]\nhashtags = ["Streams"]\n',
    "queues": 'strong = ["message queue"]\nhashtags = ["Queues"]\n',
}
NEEDS = "SOA\tstreams\tservice services\tsociety of actuaries\n"
URL = "https://a.example/leases"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "data/topics"
    folder.mkdir(parents=True)
    (tmp_path / "data/curation").mkdir()
    (tmp_path / "data/hashtrail.toml").write_text("", encoding="utf-8")
    for slug, phrases in TOPICS.items():
        text = f'label = "{slug}"\ndefinition = "d"\n{phrases}'
        (folder / f"{slug}.toml").write_text(text, encoding="utf-8")
    (folder / "_field_words.txt").write_text("database\n", encoding="utf-8")
    (folder / "_required_context.tsv").write_text(NEEDS, encoding="utf-8")
    return tmp_path


def run(root: Path, *arguments: str) -> str:
    """The output of a command that succeeds."""
    command = ["--workspace", str(root), *arguments]
    result = CliRunner().invoke(cli, command, standalone_mode=False)
    assert result.exception is None, result.exception
    return result.stdout


def tried(root: Path, sentence: str, *more: str) -> dict[str, dict[str, Any]]:
    """The explanation of each topic of a sentence, by topic."""
    found = json.loads(run(root, "topics", "try", sentence, "--json", *more))
    return {each["topic"]: each for each in found}


def test_contextual_phrase_names_its_context_word(root: Path) -> None:
    caching = tried(root, "A cache before the database")["caching"]
    (match,) = caching["matches"]
    assert (match["phrase"], match["rule"], match["context"]) == ("cache", "contextual", "database")
    assert (caching["confidence"], caching["score"]) == ("likely", 1.0)


@pytest.mark.parametrize(
    ("field", "text"),
    [("post", "Jazz in New Orleans"), ("url", "https://a.example/New-Orleans-jazz")],
)
def test_phrase_inside_a_not_this_phrase_of_a_post_or_a_url_is_explained(
    root: Path, field: str, text: str
) -> None:
    tagger = Tagger.load(root / "data/topics")
    (match,) = tagger.matcher.excluded(Item(title="Jazz", **{field: text}))
    assert (match.field, match.topic, match.rule) == (field, "actors", "not_this")
    assert text[match.start : match.start + len(match.quote)].lower() == "orleans"


def test_contextual_phrase_without_context_states_the_missing_words(root: Path) -> None:
    caching = tried(root, "A cache of old letters")["caching"]
    assert caching["confidence"] == "no"
    assert [match["rule"] for match in caching["matches"]] == ["ambiguous"]
    assert caching["missing"] == [
        "a topic needs a weight of 0.60, and the matches weigh 0.30",
        "“cache” counts only with another word, phrase or code of software engineering",
    ]


def test_phrase_with_several_meanings_states_the_words_it_needs(root: Path) -> None:
    streams = tried(root, "The SOA met in May")["streams"]
    assert streams["missing"][-1] == "“SOA” counts only with one of these words: service, services"
    assert tried(root, "SOA: services for all")["streams"]["confidence"] == "likely"


def test_phrase_within_another_meaning_names_that_phrase(root: Path) -> None:
    actors = tried(root, "Jazz in New Orleans")["actors"]
    assert [(m["rule"], m["context"]) for m in actors["matches"]] == [("not_this", "New Orleans")]
    assert "“Orleans” does not count within “New Orleans”" in actors["missing"]


@pytest.mark.parametrize(
    ("sentence", "title", "condition"),
    [
        ("New Orleans, then New Orleans", "", "“Orleans” does not count within “New Orleans”"),
        ("The SOA met", "An SOA", "“SOA” counts only with one of these words: service, services"),
    ],
)
def test_missing_condition_of_two_matches_is_listed_once(
    root: Path, sentence: str, title: str, condition: str
) -> None:
    explanations = tried(root, sentence, "--title", title).values()
    missing = [line for explanation in explanations for line in explanation["missing"]]
    assert missing.count(condition) == 1


def test_weak_phrase_alone_and_third_hashtag_are_explained(root: Path) -> None:
    assert tried(root, "The TTL of it")["caching"]["missing"] == [
        "a topic needs a weight of 0.60, and the matches weigh 0.40"
    ]
    found = tried(root, "Look #Streams #Queues #Actors")
    assert [each["confidence"] for each in found.values()] == ["likely", "likely", "no"]
    assert found["actors"]["missing"] == [
        "only a hashtag names it, and hashtags give at most two topics"
    ]


def test_topic_without_any_match_is_explained_on_request(root: Path) -> None:
    found = tried(root, "We read Kafka", "--topic", "caching")
    assert list(found) == ["caching"]
    assert found["caching"]["missing"] == ["no phrase of the topic counts in this text"]


def test_decision_agrees_with_the_tagger_for_every_topic_that_is_given(root: Path) -> None:
    tagger = Tagger.load(root / "data/topics")
    for text in ("A cache stampede in Kafka, with a TTL", "New Orleans", "Kafka and SOA services"):
        found = tried(root, text).values()
        given = [
            (e["topic"], e["confidence"], e["score"]) for e in found if e["confidence"] != "no"
        ]
        scores = tagger.tag(read_item({"text": text}))
        assert given == [(score.topic, score.confidence, score.score) for score in scores]


def test_table_lists_matches_and_the_missing_weight(root: Path) -> None:
    out = run(root, "topics", "try", "A cache before the database")
    assert out.splitlines() == [
        "caching: likely, weight 1.00",
        "  phrase  field  times  rule        context   weight",
        "  cache   text   1      contextual  database  1.00",
        "  missing: certain needs a weight of 1.50, and the matches weigh 1.00",
    ]
    assert run(root, "topics", "try", "Tea") == "No phrase of any topic matches.\n"


def library(root: Path) -> Path:
    """A library with an article about Kafka, tagged with the workspace's topics."""
    path = root / "data/state/hashtrail.db"
    db = fill(open_store(path))
    tagger = Tagger.load(root / "data/topics")
    text = "We read Kafka here. " * 5
    read_article(db, 1, Article(URL, "Kafka", text, content_hash="x", word_count=20))
    save_topics(db, tagger.taxonomy.topics.values())
    with transaction(db):
        db.execute("DELETE FROM taggings")
        for table in ("articles", "aliases"):
            db.execute(f"UPDATE {table} SET key = 'a.example/leases'")
    save_taggings(db, [(("article", 1), tagger.tag(article_item(db, 1)))], "phrases", "v1")
    for table in ("articles", "posts"):
        mark_annotated(db, table, [row[0] for row in db.execute(f"SELECT id FROM {table}")])
    db.close()
    return path


def test_explain_states_why_an_article_has_a_topic_and_why_not_another(root: Path) -> None:
    library(root)
    assert "streams: certain" in run(root, "explain", URL, "--topic", "streams")
    assert run(root, "explain", URL, "--topic", "caching").splitlines() == [
        "caching: not given, weight 0.00",
        "  missing: no phrase of the topic counts in this text",
    ]
    assert "“Kafka” in the text, 5 times (term of the topic, weight" in run(root, "explain", URL)


def test_diff_shows_the_effect_of_an_edit_and_writes_nothing(root: Path) -> None:
    path = library(root)
    assert "0 gained, 0 lost, 0 changed." in run(root, "topics", "diff")
    before = path.read_bytes()
    topic = root / "data/topics/streams.toml"
    edited = topic.read_text(encoding="utf-8").replace('"Kafka"', '"Pulsar"')
    topic.write_text(edited, encoding="utf-8")
    changes = json.loads(run(root, "topics", "diff", "--json"))
    assert [(each["change"], each["topic"], each["id"]) for each in changes] == [
        ("lost", "streams", 1)
    ]
    assert changes[0]["why"]["was"][2] == "Kafka"
    assert "'Kafka' in title" in run(root, "topics", "diff")
    assert path.read_bytes() == before


def test_diff_of_another_folder_does_not_change_the_workspace(root: Path) -> None:
    library(root)
    other = root / "edited"
    other.mkdir()
    (other / "kafka.toml").write_text(
        'label = "Kafka"\ndefinition = "d"\nstrong = ["Kafka"]\n', encoding="utf-8"
    )
    changes = json.loads(run(root, "topics", "diff", str(other), "--json"))
    assert {(each["change"], each["topic"]) for each in changes} == {
        ("gained", "kafka"),
        ("lost", "streams"),
    }
