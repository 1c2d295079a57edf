"""Learning phrases: deterministic, readable, and useless words left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import ConfigurationError
from crawler.models.curator_decisions import Decision
from crawler.models.topics import Item, Topic
from crawler.topics.evaluate import confident
from crawler.topics.learned_weights import (
    Learned,
    LearnedPhrase,
    make_learned,
    read_learned,
    write_learned,
)
from crawler.topics.phrase_matcher import fold_words
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import make_taxonomy

TAXONOMY = make_taxonomy(
    [
        Topic("caching", "Caching", "d", strong=("cache",), weak=("entries",)),
        Topic("queues", "Queues", "d", strong=("message queue",), weak=("letters",)),
    ]
)


def test_a_table_is_written_sorted_and_read_back_the_same(tmp_path: Path) -> None:
    learned = make_learned(
        [
            LearnedPhrase("queues", "url", "rabbit", 0.4),
            LearnedPhrase("caching", "title", "*strong", 1.2),
        ]
    )
    write_learned(tmp_path / "topic_weights.tsv", learned)
    again = read_learned(tmp_path / "topic_weights.tsv")
    assert again == learned
    assert [
        line.split("\t")[0]
        for line in (tmp_path / "topic_weights.tsv").read_text(encoding="utf-8").splitlines()
    ] == ["# topic", "caching", "queues"]


def test_no_file_is_an_empty_table(tmp_path: Path) -> None:
    assert read_learned(tmp_path / "none.tsv") == Learned()


@pytest.mark.parametrize(
    "line", ["caching\ttitle\tcache", "caching\ttitle\tcache\tmuch", "caching\tbody\tcache\t0.5"]
)
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "topic_weights.tsv"
    path.write_text(f"# topic\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="line 2"):
        read_learned(path)


def _rows() -> list[object]:
    from crawler.topics.train_weights import Labelled

    spoken = {
        "caching": "Evict {} entries early",
        "queues": "Rabbits carry {} letters",
        "": "Boats in harbour {}",
    }
    return [
        Labelled(
            f"{topic}{n}",
            Item(title=text.format(n), url=f"https://example.org/{topic or 'sea'}/{n}"),
            frozenset([topic]) if topic else frozenset(),
        )
        for topic, text in spoken.items()
        for n in range(40)
    ]


def test_what_is_learned_adds_to_a_weak_alias_and_gives_no_topic_alone() -> None:
    pytest.importorskip("sklearn", reason="needs the extra `learn`")
    from crawler.topics.train_weights import learn

    rows = _rows()
    learned = learn(rows, TAXONOMY)  # type: ignore[arg-type]
    assert learned == learn(rows, TAXONOMY)  # type: ignore[arg-type]
    tagger = Tagger(TAXONOMY, learned)
    assert confident(tagger.tag(Item(title="Evict cold entries"))) == {"caching"}
    assert tagger.tag(Item(title="Entries for the race")) == ()
    assert tagger.tag(Item(title="Evict early")) == ()
    assert tagger.tag(Item(title="An unrelated walk")) == ()


def test_a_correction_speaks_of_its_own_topic_only() -> None:
    from crawler.topics.train_weights import correction

    taught = correction(
        Decision("untag", "https://example.org/a", "caching", "About hiking."),
        Item(title="A cache in the woods"),
    )
    assert (taught.topics, taught.wrong, taught.correction) == (frozenset(), {"caching"}, True)


def test_phrases_never_begin_or_end_with_words_that_say_nothing() -> None:
    from crawler.topics.train_weights import learnable_phrases

    assert list(
        learnable_phrases("The art of caching, 2024 and a ring", 2, {"the", "of", "and", "a"})
    ) == ["art", "caching", "ring"]
    assert fold_words("A") == "a"
