"""Terms of other languages find their topics, and match nothing in English."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import ConfigurationError
from crawler.models.topics import Item
from crawler.topics.evaluate import shown_topics
from crawler.topics.learned_weights import LearnedWeights
from crawler.topics.multilingual_phrases import read_terms, spellings
from crawler.topics.phrase_matcher import PhraseMatcher
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import read_taxonomy
from crawler.workspace import bundled_path

FOLDER = bundled_path("data", "topics")
SHIPPED = Tagger.load(FOLDER)
TERMS = tuple(term for term in read_terms(FOLDER) if term.language != "systems")
EVERYDAY = Path(__file__).parents[1] / "quality/everyday_sentences.txt"
FOUND = [
    ("Verteilte Systeme und Konsens", {"consensus"}),
    ("Einführung in verteilte Systeme", {"distributed-systems"}),
    ("Hochverfuegbarkeit mit zwei Knoten", {"high-availability"}),
    ("Lastverteilung ohne Sitzungen", {"load-balancing"}),
    ("Consenso distribuido paso a paso", {"consensus"}),
    ("Replicacion de datos entre regiones", {"replication"}),
    ("Microservicios: lecciones de tres años", {"microservices"}),
    ("La cohérence à terme expliquée", {"consistency-models"}),
    ("Tolérance aux pannes : par où commencer", {"reliability"}),
    ("Sistemas distribuídos na prática", {"distributed-systems"}),
    ("Filas de mensagens sem surpresas", {"message-queues"}),
    ("分散合意", {"consensus"}),
    ("Raftによる分散合意の解説", {"consensus"}),
    ("Kubernetesで動かすマイクロサービス", {"kubernetes", "microservices"}),
    ("消息队列与流处理", {"message-queues", "stream-processing"}),
    ("负载均衡：一致性哈希算法", {"load-balancing", "consistent-hashing"}),
]
EVERYDAY_ELSEWHERE = [
    "Der Konsens in der Regierung hält",
    "La elección de líder del partido será el domingo",
    "Alta disponibilidad de plazas en la guardería",
    "有限流量套餐",
    "台風の災害復旧が続く",
    "Une montée en charge progressive de l'entraînement",
]


@pytest.mark.parametrize(("title", "expected"), FOUND)
def test_a_title_in_another_language_gets_its_topics(title: str, expected: set[str]) -> None:
    scores = SHIPPED.tag(Item(title=title))
    assert shown_topics(scores) >= expected
    for piece in (piece for score in scores for piece in score.evidence):
        assert title[piece.start : piece.start + len(piece.quote)] == piece.quote


@pytest.mark.parametrize("text", EVERYDAY_ELSEWHERE)
def test_an_everyday_sentence_in_another_language_has_no_topic(text: str) -> None:
    assert shown_topics(SHIPPED.tag(Item(text=text))) == frozenset()


def test_hashtag_in_another_language_gives_its_topic() -> None:
    (score,) = SHIPPED.tag(Item(text="Heute gelesen", hashtags=("Lastverteilung",)))
    assert (score.topic, score.confidence) == ("load-balancing", "likely")


def test_every_language_has_terms_for_most_subjects() -> None:
    languages = {term.language for term in TERMS}
    assert languages == {"de", "es", "fr", "ja", "pt", "zh"}
    for language in languages:
        assert len({term.topic for term in TERMS if term.language == language}) >= 50


def test_foreign_terms_match_no_english_text() -> None:
    matcher = PhraseMatcher([spelling for term in TERMS for spelling in spellings(term.term)])
    topics = SHIPPED.taxonomy.topics.values()
    phrases = [
        text
        for topic in topics
        for text in (*topic.strong, *topic.contextual, *topic.examples, topic.definition)
    ]
    english = [*phrases, *EVERYDAY.read_text(encoding="utf-8").splitlines()]
    assert [text for text in english if matcher.find(text)] == []


def test_names_of_systems_are_phrases_of_their_topic() -> None:
    systems = {term.term: term.topic for term in read_terms(FOLDER) if term.language == "systems"}
    assert systems["memcached"] == "caching"
    assert "caching" in {score.topic for score in SHIPPED.tag(Item(title="Memcached in 2026"))}


def _folder(tmp_path: Path, row: str) -> Path:
    (tmp_path / "caching.toml").write_text('label = "C"\ndefinition = "d"\n', encoding="utf-8")
    (tmp_path / "_terms.de.tsv").write_text(row + "\n", encoding="utf-8")
    return tmp_path


def test_a_new_term_is_found_and_changes_the_version(tmp_path: Path) -> None:
    before = read_taxonomy(_folder(tmp_path, "# none")).version
    taxonomy = read_taxonomy(_folder(tmp_path, "pufferspeicher\tcaching\tstrong"))
    (score,) = Tagger(taxonomy, LearnedWeights()).tag(Item(title="Der Pufferspeicher"))
    assert score.topic == "caching"
    assert taxonomy.version != before


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("pufferspeicher\tcaching", "not term, topic and strong or contextual"),
        ("pufferspeicher\tcaching\tsure", "not term, topic and strong or contextual"),
        ("pufferspeicher\tcacheing\tstrong", "names 'cacheing', which does not exist"),
    ],
)
def test_invalid_row_of_terms_is_reported(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        read_taxonomy(_folder(tmp_path, row))


@pytest.mark.parametrize(
    "text",
    [
        "Tudo cabe numa folha, e o servidor fica em casa.",
        "Das Skript speichert automatisch, mit voller Kraft und auf jedem Server.",
        "Un poco de software entra en el tempo de la música.",
        "Il a su limiter le bruit de son serveur près du lago.",
    ],
)
def test_word_of_another_language_is_not_an_acronym_or_a_name(text: str) -> None:
    assert SHIPPED.tag(Item(text=text)) == ()
