"""Learning phrases: deterministic, readable, and useless words left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.cli.not_learned_words import words_not_learned
from crawler.errors import ConfigurationError, UsageError
from crawler.models.curator_decisions import Decision
from crawler.models.topics import Item, Topic
from crawler.topics.evaluate import shown_topics
from crawler.topics.learned_weights import (
    LearnedPhrase,
    LearnedWeights,
    make_weights,
    read_weights,
    write_weights,
)
from crawler.topics.phrase_matcher import fold_words
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import make_taxonomy
from crawler.workspace import bundled_path

TAXONOMY = make_taxonomy(
    [
        Topic("caching", "Caching", "d", strong=("cache",), weak=("entries",)),
        Topic("queues", "Queues", "d", strong=("message queue",), weak=("letters",)),
    ]
)


def test_a_table_is_written_sorted_and_read_back_the_same(tmp_path: Path) -> None:
    learned = make_weights(
        [
            LearnedPhrase("queues", "url", "rabbit", 0.4),
            LearnedPhrase("caching", "title", "*strong", 1.2),
        ]
    )
    write_weights(tmp_path / "topic_weights.tsv", learned)
    again = read_weights(tmp_path / "topic_weights.tsv")
    assert again == learned
    assert [
        line.split("\t")[0]
        for line in (tmp_path / "topic_weights.tsv").read_text(encoding="utf-8").splitlines()
    ] == ["# topic", "caching", "queues"]


def test_missing_weights_file_gives_an_empty_table(tmp_path: Path) -> None:
    assert read_weights(tmp_path / "none.tsv") == LearnedWeights()


@pytest.mark.parametrize(
    "line", ["caching\ttitle\tcache", "caching\ttitle\tcache\tmuch", "caching\tbody\tcache\t0.5"]
)
def test_invalid_line_of_weights_is_reported(tmp_path: Path, line: str) -> None:
    path = tmp_path / "topic_weights.tsv"
    path.write_text(f"# topic\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="line 2"):
        read_weights(path)


def _rows(hosts: int = 2) -> list[object]:
    from crawler.topics.train_weights import Labelled

    spoken = {
        "caching": "Evict {} entries early",
        "queues": "Rabbits carry {} letters",
        "": "Boats in harbour {}",
    }
    return [
        Labelled(
            f"{topic}{n}",
            Item(title=text.format(n), url=f"https://site{n % hosts}.example/{topic or 'sea'}/{n}"),
            frozenset([topic]) if topic else frozenset(),
        )
        for topic, text in spoken.items()
        for n in range(40)
    ]


def test_learned_phrase_supports_a_weak_alias_and_gives_no_topic_alone() -> None:
    pytest.importorskip("sklearn", reason="needs the extra `learn`")
    from crawler.topics.train_weights import train_weights

    rows = _rows()
    learned = train_weights(rows, TAXONOMY)  # type: ignore[arg-type]
    assert learned == train_weights(rows, TAXONOMY)  # type: ignore[arg-type]
    tagger = Tagger(TAXONOMY, learned)
    assert shown_topics(tagger.tag(Item(title="Evict cold entries"))) == {"caching"}
    assert tagger.tag(Item(title="Entries for the race")) == ()
    assert tagger.tag(Item(title="Evict early")) == ()
    assert tagger.tag(Item(title="An unrelated walk")) == ()


def test_learning_from_no_rows_is_a_usage_error() -> None:
    from crawler.topics.train_weights import train_weights

    with pytest.raises(UsageError, match="no rows"):
        train_weights([], TAXONOMY)


@pytest.mark.parametrize("title", ["Evict entries", "The of"])
def test_topic_of_every_row_or_without_phrases_is_not_learned(title: str) -> None:
    pytest.importorskip("sklearn", reason="needs the extra `learn`")
    from crawler.topics.train_weights import Labelled, train_weights

    with_topic = [
        Labelled(f"{n}", Item(title=title), frozenset(["caching"] if n < 12 else []))
        for n in range(12 if title == "Evict entries" else 24)
    ]
    assert train_weights(with_topic, TAXONOMY) == LearnedWeights()


def test_phrase_of_one_host_is_not_learned() -> None:
    pytest.importorskip("sklearn", reason="needs the extra `learn`")
    from crawler.topics.train_weights import train_weights

    learned = train_weights(_rows(hosts=1), TAXONOMY)  # type: ignore[arg-type]
    assert learned.phrases == ()


def test_words_not_learned_have_no_weight() -> None:
    pytest.importorskip("sklearn", reason="needs the extra `learn`")
    from crawler.topics.train_weights import train_weights

    names = frozenset({"evict", "early"})
    learned = train_weights(_rows(), TAXONOMY, names)  # type: ignore[arg-type]
    words = {row.phrase for row in learned.phrases}
    assert "rabbits" in words
    assert words.isdisjoint(names)


def test_everyday_words_and_names_of_persons_are_not_learned() -> None:
    words = words_not_learned(bundled_path("data", "topics"))
    assert {"about", "lamport"} <= words
    assert "kafka" not in words


def test_correction_changes_only_its_topic() -> None:
    from crawler.topics.train_weights import correction

    taught = correction(
        Decision("untag", "https://example.org/a", "caching", "About hiking."),
        Item(title="A cache in the woods"),
    )
    assert (taught.topics, taught.wrong, taught.correction) == (frozenset(), {"caching"}, True)


def test_learnable_phrases_neither_begin_nor_end_with_stop_words() -> None:
    from crawler.topics.train_weights import learnable_phrases

    assert list(
        learnable_phrases("The art of caching, 2024 and a ring", 2, {"the", "of", "and", "a"})
    ) == ["art", "caching", "ring"]
    assert fold_words("A") == "a"
