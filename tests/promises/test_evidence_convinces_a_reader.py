"""Evidence states where, how often and in which sentence a topic is named, and repeats nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.models.articles import Article, Directives
from crawler.models.topics import Evidence, Item, Topic, TopicScore
from crawler.sentence_splitter import sentence_around, split_sentences
from crawler.sitegen.display_formats import match_locations
from crawler.store.database import open_store
from crawler.store.public_snapshot import write_snapshot
from crawler.store.schema import migrations
from crawler.store.taggings import save_taggings
from crawler.store.verify_database import find_inconsistencies
from crawler.topics.learned_weights import LearnedPhrase, make_weights
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import make_taxonomy
from tests.store.conftest import fill, read_article

KAFKA = Topic(
    "event-streaming",
    "Event streaming",
    "d",
    strong=("Kafka", "Apache Kafka", "Kafka topic", "message broker"),
    weak=("broker",),
)
FIRST = "Nowadays, Apache Kafka is the nervous system of many companies."
EXCERPT = f"An opening about queues in general, before the subject. {FIRST}"
ARTICLE = Item(
    "Kafka in production",
    f"{EXCERPT}\n\n" + "We read a Kafka topic, and Kafka keeps it. " * 20,
)


def evidence(item: Item, learned: tuple[LearnedPhrase, ...] = ()) -> tuple[Evidence, ...]:
    """The evidence of the only topic of an item."""
    (score,) = Tagger(make_taxonomy([KAFKA]), make_weights(learned)).tag(item)
    return score.evidence


def test_nested_phrases_are_counted_as_one_with_the_first_sentence() -> None:
    in_text = [each for each in evidence(ARTICLE) if each.field == "text"]
    assert [(each.quote, each.times, each.sentence) for each in in_text] == [("Kafka", 41, FIRST)]


def test_hint_within_a_certain_phrase_is_not_repeated() -> None:
    found = evidence(Item(text="A message broker. Another broker is a message broker too."))
    assert [(each.quote, each.times) for each in found] == [("message broker", 2)]


def test_weightiest_evidence_comes_first() -> None:
    weights = [each.weight for each in evidence(ARTICLE)]
    assert weights == sorted(weights, reverse=True)
    assert len(weights) == 2


def test_learned_phrases_are_one_piece_of_evidence() -> None:
    learned = tuple(
        LearnedPhrase("event-streaming", "title", phrase, weight)
        for phrase, weight in (("in production", 0.3), ("streams of", 0.4))
    )
    found = evidence(Item("Kafka in production: streams of events"), learned)
    assert [(e.rule, e.quote, e.times, e.weight) for e in found if e.rule == "learned"] == [
        ("learned", "streams of", 2, 0.7)
    ]


@pytest.mark.parametrize(
    ("text", "word", "sentence"),
    [
        ("One. Raft elects a leader. Two.", "leader", "Raft elects a leader."),
        ("A heading\nRaft elects\na leader, e.g. Ann.", "Ann", "a leader, e.g. Ann."),
        ("Raft", "Raft", "Raft"),
        ("By Dr. Lamport et al. the clock. Next", "clock", "By Dr. Lamport et al. the clock."),
    ],
)
def test_sentence_around_a_word_has_the_expected_bounds(
    text: str, word: str, sentence: str
) -> None:
    at = text.index(word)
    assert sentence_around(text, at, at + len(word)) == sentence


def test_sentence_around_agrees_with_the_sentences_of_a_text() -> None:
    text = f"{EXCERPT} He said “stop!” Then v2.0 came… Then the rest? Yes.\nA list\n\nEnd."
    for sentence in split_sentences(text):
        begin = sentence.start
        assert sentence_around(text, begin, begin + 3) == sentence.text


def test_long_sentence_is_cut_on_both_sides_around_the_word() -> None:
    text = "word " * 100 + "Raft" + " more" * 100
    found = sentence_around(text, text.index("Raft"), text.index("Raft") + 4)
    assert found.startswith("…word ")
    assert found.endswith(" more…")
    assert "Raft" in found
    assert len(found) < 320


def test_places_state_the_number_of_mentions_without_learned_phrases() -> None:
    found = [("title", "strong", 1), ("text", "strong", 38), ("text", "weak", 3)]
    found += [("hashtags", "hashtag", 2), ("title", "learned", 4)]
    assert match_locations(found) == ("in the title", "41 times in the text", "as a hashtag")


def library(folder: Path, directives: Directives = Directives()) -> Database:
    """A library with the article about Kafka as article 1, tagged."""
    db = fill(open_store(folder / "hashtrail.db"))
    read_article(
        db,
        1,
        Article(
            "https://a.example/leases",
            ARTICLE.title,
            ARTICLE.text,
            description=EXCERPT,
            content_hash="x",
            word_count=200,
            directives=directives,
        ),
    )
    db.execute("INSERT INTO topics (slug, label, definition) VALUES ('event-streaming', 'e', 'd')")
    tagger = Tagger(make_taxonomy([KAFKA]), make_weights(()))
    save_taggings(db, [(("article", 1), tagger.tag(ARTICLE))], "phrases", "v1")
    return db


def published(folder: Path, directives: Directives = Directives()) -> list[tuple[str, int, str]]:
    """Quote, times and sentence of the evidence of the article's text in the public snapshot."""
    db = library(folder, directives)
    path = write_snapshot(db, folder / "public.db")
    db.close()
    with closing(sqlite3.connect(path)) as public:
        return public.execute(
            "SELECT e.quote, e.times, e.sentence FROM evidence e JOIN taggings t"
            " ON t.id = e.tagging_id WHERE t.topic = 'event-streaming' AND e.field = 'text'"
        ).fetchall()


def test_snapshot_publishes_a_sentence_of_the_excerpt(tmp_path: Path) -> None:
    assert published(tmp_path) == [("Kafka", 41, FIRST)]


def test_snapshot_publishes_no_sentence_outside_the_excerpt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.EXCERPT", "Another description.")
    assert published(tmp_path) == [("Kafka", 41, "")]


@pytest.mark.parametrize("directive", ["noindex", "nosnippet", "noarchive"])
def test_snapshot_publishes_neither_sentence_nor_number_of_a_page_that_opts_out(
    tmp_path: Path, directive: str
) -> None:
    assert published(tmp_path, Directives(**{directive: True})) == [("", 1, "")]


def test_snapshot_publishes_the_sentence_of_a_post_only_as_the_post_is_published(
    tmp_path: Path,
) -> None:
    db = fill(open_store(tmp_path / "hashtrail.db"))
    post, text = db.execute("SELECT id, text FROM posts WHERE text <> '' LIMIT 1").fetchone()
    rows = [Evidence("text", text[:4], 0, "strong", 1.0, 1, s) for s in (text, "Never written.")]
    score = TopicScore("leases", 1.0, "likely", tuple(rows))
    save_taggings(db, [(("post", post), [score])], "phrases", "v1")
    path = write_snapshot(db, tmp_path / "public.db")
    with closing(sqlite3.connect(path)) as public:
        found = public.execute(
            "SELECT e.sentence FROM evidence e JOIN taggings t ON t.id = e.tagging_id"
            " WHERE t.subject_kind = 'post' AND t.subject_id = ? ORDER BY e.id",
            [post],
        ).fetchall()
    assert found == [(text,), ("",)]


def test_verify_reports_a_sentence_that_the_text_does_not_contain(tmp_path: Path) -> None:
    db = library(tmp_path)
    assert [each for each in find_inconsistencies(db) if each.check == "evidence-misquoted"] == []
    db.execute("UPDATE evidence SET sentence = 'Never written.' WHERE sentence <> ''")
    found = [
        each.message for each in find_inconsistencies(db) if each.check == "evidence-misquoted"
    ]
    assert found == ["the sentence with 'Kafka' does not occur in its text"]


def test_post_with_changed_text_is_annotated_again_even_without_a_content_hash(
    tmp_path: Path,
) -> None:
    db = fill(open_store(tmp_path / "hashtrail.db"))
    db.execute("UPDATE posts SET content_hash = ''")
    db.execute("UPDATE posts SET annotated = 'yes'")
    db.execute("UPDATE posts SET text = 'A name is hidden.' WHERE id = 1")
    assert db.execute("SELECT annotated FROM posts WHERE id = 1").fetchone() == ("",)


def test_stored_evidence_of_an_older_database_gets_the_columns(tmp_path: Path) -> None:
    db = Database(tmp_path / "old.db")
    migrations.apply(db, stop_before="evidence_with_sentences")
    assert "times" not in db.table("evidence").columns_dict
    migrations.apply(db)
    assert {"times", "sentence"} <= db.table("evidence").columns_dict.keys()


def test_snapshot_quotes_a_post_about_an_unread_article_only_as_published(tmp_path: Path) -> None:
    db = fill(open_store(tmp_path / "hashtrail.db"))
    article, text = db.execute(
        "SELECT l.article_id, p.text FROM links l JOIN publishable_posts s ON s.id = l.post_id"
        " JOIN posts p ON p.id = s.id WHERE s.text <> '' AND l.article_id IS NOT NULL LIMIT 1"
    ).fetchone()
    db.execute("UPDATE articles SET word_count = 0 WHERE id = ?", [article])
    rows = [Evidence("post", quote, 0, "strong", 1.0) for quote in (text[:9], "unpublished")]
    score = TopicScore("leases", 1.0, "likely", tuple(rows))
    save_taggings(db, [(("article", article), [score])], "phrases", "v1")
    path = write_snapshot(db, tmp_path / "public.db")
    db.close()
    with closing(sqlite3.connect(path)) as public:
        found = public.execute(
            "SELECT e.quote FROM evidence e JOIN taggings t ON t.id = e.tagging_id"
            " WHERE t.subject_kind = 'article' AND t.subject_id = ? AND e.field = 'post'",
            [article],
        ).fetchall()
    assert sorted(found) == [("",), (text[:9],)]
