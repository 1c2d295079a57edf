"""Faults of a taxonomy that can be read, and figures of a measurement."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crawler.errors import ConfigurationError
from crawler.models.topics import Item, Topic
from crawler.topics.evaluate import evaluate
from crawler.topics.learned_weights import LearnedWeights
from crawler.topics.lint import lint_common_words, lint_examples, lint_off_topic, lint_taxonomy
from crawler.topics.lint_tables import WIDE_TOPICS, lint_sizes, lint_tables, read_limits
from crawler.topics.phrase_matcher import forms, phrase_key
from crawler.topics.table_files import table_lines
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import (
    COMMON_WORDS,
    make_taxonomy,
    read_taxonomy,
    read_words,
)
from crawler.workspace import bundled_path

FINE = Topic(
    "caching",
    "Caching",
    "d",
    strong=("cache",),
    examples=("a", "b", "c"),
    counterexamples=("x", "y"),
)


def _messages(*topics: Topic) -> str:
    return "\n".join(
        f"{finding.topic} {finding.key} {finding.message}"
        for finding in lint_taxonomy(make_taxonomy(topics))
    )


def test_shipped_topics_have_no_findings() -> None:
    folder = bundled_path("data", "topics")
    taxonomy = read_taxonomy(folder)
    assert lint_taxonomy(taxonomy) == []
    assert lint_tables(folder, taxonomy) == []
    assert lint_sizes(taxonomy, read_limits(folder / WIDE_TOPICS)) == []
    assert lint_common_words(taxonomy, read_words(folder / COMMON_WORDS)) == []


def test_valid_topic_has_no_findings() -> None:
    assert _messages(FINE) == ""


def test_cycle_and_fourth_level_are_findings() -> None:
    middle, low = (
        replace(FINE, slug="b", broader="caching", strong=()),
        replace(FINE, slug="c", broader="b", strong=()),
    )
    lowest = replace(FINE, slug="d", broader="c", strong=())
    assert _messages(FINE, middle, low) == ""
    assert "d broader is 4 levels deep" in _messages(FINE, middle, low, lowest)
    assert "forms a cycle: caching < b < caching" in _messages(replace(FINE, broader="b"), middle)


def test_repeated_and_shared_phrases_are_findings() -> None:
    assert "'caches' and 'cache' are one phrase" in _messages(replace(FINE, weak=("caches",)))
    (again,) = lint_taxonomy(make_taxonomy([replace(FINE, weak=("cache",))]))
    assert again.message == "'cache' and 'cache' are one phrase, up to spelling or number"
    assert _messages(replace(FINE, strong=("CAP",), weak=("cap",))) == ""
    assert "'CAP' and 'cap' are one" in _messages(replace(FINE, strong=("cap",), weak=("CAP",)))
    assert "'Caches' and 'cache' are one phrase" in _messages(replace(FINE, contextual=("Caches",)))
    assert "'cache' is also strong in stores" in _messages(FINE, replace(FINE, slug="stores"))
    assert _messages(FINE, replace(FINE, slug="stores", related=("caching",))) == ""


def test_missing_examples_are_found() -> None:
    assert "examples has 2, and needs 3" in _messages(replace(FINE, examples=("a", "b")))


def test_example_without_its_topic_and_counterexample_with_it_are_found() -> None:
    examples = ("A cache", "Boats")
    topic = replace(FINE, examples=examples, counterexamples=("A cache in the woods", "Tea"))
    findings = lint_examples(Tagger(make_taxonomy([topic]), LearnedWeights()))
    assert [(each.key, each.message) for each in findings] == [
        ("examples", "'Boats' gets no topic instead"),
        ("counterexamples", "'A cache in the woods' gets the topic by 'cache'"),
    ]


def test_strong_everyday_word_is_found_unless_its_context_is_bound() -> None:
    topic = replace(FINE, strong=("caches", "cache stampede", "memcached"))
    common = frozenset({"cache"})
    (finding,) = lint_common_words(make_taxonomy([topic]), common)
    assert finding.message.startswith("'caches' is a common English word")
    bound = {("caching", "caches"): frozenset({"memory"})}
    assert lint_common_words(make_taxonomy([topic], required_context=bound), common) == []
    contextual = replace(topic, strong=(), contextual=("caches",))
    assert lint_common_words(make_taxonomy([contextual]), common) == []


def test_rows_without_effect_and_unsorted_tables_are_found(tmp_path: Path) -> None:
    rows = "TTL\tcaching\ttime\tr\nSOA\tcaching\tx\tr\ncache\tnothing\tx\tr\n"
    (tmp_path / "_required_context.tsv").write_text(rows, encoding="utf-8")
    (tmp_path / "_field_words.txt").write_text("# words\nraft\nAkka\n", encoding="utf-8")
    (tmp_path / "caching.toml").write_text(
        'label = "c"\ndefinition = "d"\nstrong = ["SOA"]\nweak = ["TTL"]\n', encoding="utf-8"
    )
    found = lint_tables(tmp_path, read_taxonomy(tmp_path))
    assert [(each.topic, each.key, each.message) for each in found] == [
        (
            "caching",
            "_required_context.tsv",
            "'ttl' is neither strong nor contextual in caching, so its row has no effect",
        ),
        (
            "nothing",
            "_required_context.tsv",
            "'cache' is bound for the topic nothing, which does not exist",
        ),
        ("_field_words.txt", "order", "'Akka' must come before 'raft'"),
        ("_required_context.tsv", "order", "'SOA' must come before 'TTL'"),
    ]


def test_topic_with_too_few_or_too_many_phrases_is_found() -> None:
    few = replace(FINE, strong=tuple("abcdefg"))
    (finding,) = lint_sizes(make_taxonomy([few]), {})
    assert finding.message.startswith("has 7 phrases; 8 to 40 are allowed")
    many = replace(FINE, strong=tuple(f"x{n:02}" for n in range(41)))
    (finding,) = lint_sizes(make_taxonomy([many]), {})
    assert finding.message.startswith("has 41 phrases; 8 to 40 are allowed")
    assert lint_sizes(make_taxonomy([many]), {"caching": 41}) == []
    (finding,) = lint_sizes(make_taxonomy([many]), {"caching": 50})
    assert finding.message == "has 41 phrases: lower 50 to 41"


@pytest.mark.parametrize("row", ["caching\t50", "caching\tmany\tan established field"])
def test_invalid_row_of_wide_topics_is_reported(tmp_path: Path, row: str) -> None:
    path = tmp_path / WIDE_TOPICS
    path.write_text(f"{row}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="not topic, number and reason between tabs"):
        read_limits(path)


def test_phrase_around_a_strong_phrase_is_found() -> None:
    words = ("cache", "cache layer", "b", "c", "d", "e", "f", "memory caches")
    (first, second) = lint_sizes(make_taxonomy([replace(FINE, strong=words)]), {})
    assert first.message == "'cache layer' contains 'cache', which counts without it"
    assert second.message == "'memory caches' contains 'caches', which counts without it"


def test_everyday_words_outside_phrases_are_common_words() -> None:
    folder = bundled_path("data", "topics")
    in_phrases = {
        form
        for topic in read_taxonomy(folder).topics.values()
        for phrase in (*topic.strong, *topic.contextual, *topic.weak)
        for word in phrase_key(phrase).split()
        for form in forms(word)
    }
    common = read_words(folder / COMMON_WORDS) | in_phrases
    sentences = Path(__file__).parent.parent / "quality/everyday_sentences.txt"
    words = {word for line in table_lines(sentences) for word in phrase_key(line).split()}
    assert len({word for word in words if len(word) > 3} - common) < 10


def test_alias_in_off_topic_text_is_a_finding() -> None:
    tagger = Tagger(make_taxonomy([FINE]), LearnedWeights())
    (finding,) = lint_off_topic(tagger, [Item(title="A cache in the woods"), Item(title="A walk")])
    assert (finding.topic, finding.message) == (
        "caching",
        "'cache' fires on off-topic text: A cache in the woods",
    )


def test_micro_counts_pairs_and_macro_averages_topics() -> None:
    rows = [(frozenset("a"), frozenset("a"))] * 5 + [(frozenset("ab"), frozenset("b"))] * 5
    measured = evaluate(rows)
    assert (measured.rows, measured.micro.precision, measured.micro.recall) == (10, 0.667, 1.0)
    assert (measured.topics["a"].precision, measured.topics["b"].f1, measured.macro_f1) == (
        0.5,
        1.0,
        0.834,
    )
