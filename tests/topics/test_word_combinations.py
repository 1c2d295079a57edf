"""Combinations of words that describe a topic without its term, in short posts."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import ConfigurationError
from crawler.models.topics import Item, Topic
from crawler.topics.evaluate import shown_topics
from crawler.topics.learned_weights import LearnedWeights
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import make_taxonomy
from crawler.topics.word_combinations import (
    Combination,
    CombinationMatcher,
    read_combinations,
)
from crawler.workspace import bundled_path

DESCRIBED = Path(__file__).parents[1] / "quality/posts_without_terms.tsv"
TWICE = Combination("idempotency", (("event", "request"), ("twice",), ("arriv*", "sent")))
TAGGER = Tagger(
    make_taxonomy(
        (
            Topic("idempotency", "Idempotency", "d", strong=("idempotent",), weak=("repeat",)),
            Topic("queues", "Queues", "d", strong=("message queue", "queue broker")),
        ),
        combinations=(TWICE,),
    ),
    LearnedWeights(),
)


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("The same event arrives twice.", {"idempotency"}),
        ("A REQUEST was sent. Twice!", {"idempotency"}),
        ("The arrival of one event.", set()),
        (f"An event. {'Nothing happens here. ' * 9} It was sent twice.", set()),
        ("The events arrive twice.", set()),
    ],
)
def test_words_of_each_group_close_together_give_their_topic(text: str, topics: set[str]) -> None:
    assert shown_topics(TAGGER.tag(Item(text=text))) == topics


def test_described_topic_is_likely_and_quotes_its_words() -> None:
    (score,) = TAGGER.tag(Item(text="Here the same event arrives twice every day."))
    (evidence,) = score.evidence
    assert (score.confidence, evidence.rule) == ("likely", "combination")
    assert evidence.quote == "event arrives twice"


def test_combination_with_another_hint_of_its_topic_is_not_certain() -> None:
    (score,) = TAGGER.tag(Item(text="The event arrives twice. They repeat it, and repeat it."))
    assert score.confidence == "likely"


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        ("Our message queue: an event arrives twice.", "likely"),
        ("The queue broker of our message queue: an event arrives twice.", "weak"),
    ],
)
def test_described_topic_is_weak_if_several_phrases_name_another(
    text: str, confidence: str
) -> None:
    scores = {score.topic: score.confidence for score in TAGGER.tag(Item(text=text))}
    assert scores == {"queues": "certain" if confidence == "weak" else "likely"} | {
        "idempotency": confidence
    }


def test_topic_named_once_after_a_described_topic_is_weak() -> None:
    start = "The same event arrives twice, and nobody in the whole office knows why. "
    text = f"{start}We looked for days. Somebody said that it must be the fault of {{}}. It is not."
    scores = TAGGER.tag(Item(text=text.format("a message queue")))
    assert {s.topic: s.confidence for s in scores} == {"idempotency": "likely", "queues": "weak"}
    repeated = TAGGER.tag(Item(text=text.format("a message queue, the message queue")))
    assert "queues" in shown_topics(repeated)


@pytest.mark.parametrize("fields", [{"title": "Two events"}, {"url": "https://example.org/a"}])
def test_combinations_count_only_in_posts(fields: dict[str, str]) -> None:
    text = "The event arrives twice."
    shown = shown_topics(TAGGER.tag(Item(text=text, **fields)))
    assert shown == (set() if "title" in fields else {"idempotency"})


def test_closest_words_are_quoted() -> None:
    text = "One event was lost. Another event arrived twice."
    (score,) = TAGGER.tag(Item(text=text))
    assert score.evidence[0].quote == "event arrived twice"


@pytest.mark.parametrize("row", ["caching\tcopy", "caching\tcopy\t ", "caching"])
def test_row_with_fewer_than_two_groups_is_an_error_that_quotes_it(
    tmp_path: Path, row: str
) -> None:
    table = tmp_path / "table.tsv"
    table.write_text(f"# comment\n{row}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="two or more groups"):
        read_combinations(table)


def test_row_of_an_unknown_topic_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match="'caching'"):
        make_taxonomy((), combinations=(Combination("caching", (("copy",), ("old",))),))


def test_posts_without_terms_get_their_topic_and_everyday_puns_get_none() -> None:
    shipped = Tagger.load(bundled_path("data", "topics"))
    lines = DESCRIBED.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    shown = {text: shown_topics(shipped.tag(Item(text=text))) for _, text, _ in rows}
    technical = [(set(topics.split("|")), text) for topics, text, _ in rows if topics]
    everyday = [text for topics, text, _ in rows if not topics]
    hits = sum(not topics.isdisjoint(shown[text]) for topics, text in technical)
    assert (len(technical), len(everyday)) >= (64, 12)
    assert hits / len(technical) >= 0.93
    assert not any(shown[text] for text in everyday)


def groups_of(folder: Path, groups: str, row: str) -> tuple[tuple[str, ...], ...]:
    """The groups of a `row`, with a table of word `groups` next to it."""
    (folder / "_word_groups.tsv").write_text(groups, encoding="utf-8")
    (folder / "_word_combinations.tsv").write_text(row, encoding="utf-8")
    (combination,) = read_combinations(folder / "_word_combinations.tsv")
    return combination.groups


def test_named_group_has_the_words_of_all_its_languages(tmp_path: Path) -> None:
    table = "late\ten\tdelayed late\nlate\tes\tatrasado\n"
    groups = groups_of(tmp_path, table, "queues\tmessage\t@late\n")
    assert groups == (("message",), ("delayed", "late", "atrasado"))


def test_word_is_also_found_without_its_accents(tmp_path: Path) -> None:
    _, words = groups_of(tmp_path, "late\tpt\tatrasadão\n", "queues\tfila\t@late\n")
    assert words == ("atrasadão", "atrasadao")


def test_word_counts_in_one_group_of_a_row_only(tmp_path: Path) -> None:
    table = "fail\ten\tdown lost\ngone\ten\tdown gone\n"
    row = "queues\t@fail\t@gone\tlost\n"
    assert groups_of(tmp_path, table, row) == (("down",), ("gone",), ("lost",))


def test_unknown_name_of_a_group_is_an_error_with_the_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="'late'"):
        groups_of(tmp_path, "fail\ten\tdown\n", "queues\tmessage\t@late\n")


def test_row_of_word_groups_without_language_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="not a name, a language and words"):
        groups_of(tmp_path, "fail\tdown lost\n", "queues\tmessage\t@fail\n")


def test_one_word_of_a_text_does_not_stand_for_two_groups() -> None:
    row = Combination("idempotency", (("repeat*",), ("repeated", "again"), ("order",)))
    matcher = CombinationMatcher((row,))
    assert matcher.matches("An order was repeated.") == []
    assert len(matcher.matches("An order was repeated again.")) == 1


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("replication", "Die Replik hinkte dem Hauptknoten hinterher und war Stunden veraltet."),
        ("security", "Alguien subió la contraseña al repositorio público hace dos años."),
        ("ci-cd", "On déploie désormais cinq fois par jour, sans la peur de la première fois."),
        ("engineering-management", "Promovi o melhor programador a chefe e perdi os dois."),
        ("message-queues", "Eine kaputte Nachricht blockiert die Warteschlange: nach fünf "
         "Versuchen liegt sie jetzt in einer eigenen Ablage."),
        ("disaster-recovery", "Nunca habíamos probado a restaurar las copias. La primera vez, "
         "faltaba media base de datos."),
        ("cloud-cost", "La facture AWS a doublé en un mois : une zone oubliée."),
        ("identity-and-access", "Agora cada serviço tem a própria identidade, e as senhas "
         "partilhadas saíram do wiki."),
    ],
)  # fmt: skip
def test_posts_in_other_languages_are_tagged_by_their_description(topic: str, text: str) -> None:
    shipped = Tagger.load(bundled_path("data", "topics"))
    assert topic in shown_topics(shipped.tag(Item(text=text)))
