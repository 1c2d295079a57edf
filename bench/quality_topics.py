"""Measure the quality of topics: certain and likely ones only.

`python -m bench.quality` prints `report()`.

Link titles are cross-validated: the table is learned again on four folds and measured on the fifth.
Each title has one label, the heading of its list, so that precision is a lower bound.

Rows labelled by hand with every topic are excluded from training and measured with the bundled
table.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from crawler.cli.not_learned_words import words_not_learned
from crawler.models.topics import Item
from crawler.topics.evaluate import Evaluation, evaluate, shown_topics
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import Taxonomy, broader_topics
from crawler.topics.train_weights import FOLDS, Labelled, fold_of, train_weights
from crawler.workspace import bundled_path

ROOT = Path(__file__).resolve().parents[1]
TOPICS = ROOT.parent / "shared/corpora/topics"
LABELS = {
    "topics by hand": ROOT / "tests/quality/topics_hand.tsv",
    "topics by hand, fresh rows": ROOT / "tests/quality/topics_hand_fresh.tsv",
    "topics by hand, two rows a topic": ROOT / "tests/quality/topics_hand_wide.tsv",
    "topics by hand, new rows": ROOT / "tests/quality/topics_hand_new.tsv",
    "topics by hand, blind rows": ROOT / "tests/quality/topics_hand_blind.tsv",
}
FLOORS = {
    "topics by hand, precision": 0.965,
    "topics by hand, recall": 0.88,
    "topics by hand, fresh rows, precision": 0.96,
    "topics by hand, fresh rows, recall": 0.905,
    "topics by hand, two rows a topic, precision": 0.96,
    "topics by hand, two rows a topic, recall": 0.87,
    "topics by hand, new rows, precision": 0.95,
    "topics by hand, new rows, recall": 0.865,
    "topics by hand, blind rows, precision": 0.95,
    "topics by hand, blind rows, recall": 0.83,
    "topics of titles, micro F1 (5 folds)": 0.72,
    "topics of titles, macro F1 (5 folds)": 0.695,
    "off-topic left untagged (5 folds)": 0.97,
}
Row = tuple[str, float, int, float | None]
Pair = tuple[frozenset[str], frozenset[str]]
Labels = Mapping[str, frozenset[str]]


def report(folder: Path = TOPICS, in_folds: bool = True) -> list[Row]:
    """(name, value, rows, floor) of each figure; those in folds take a minute."""
    tagger = Tagger.load(bundled_path("data", "topics"))
    links = link_rows(folder)
    figures = [
        figure
        for name, path in LABELS.items()
        for figure in _by_hand(name, evaluate(by_hand(links, read_labels(path), tagger)))
    ]
    if in_folds:
        figures += _titles(folder, tagger.taxonomy)
    return [(name, value, size, FLOORS.get(name)) for name, value, size in figures]


def read_labels(path: Path) -> Labels:
    """Row id -> topics, of a file of labels."""
    lines = (
        line.split()
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    )
    return {row_id: frozenset(topics) for row_id, *topics in lines}


def not_learned_words() -> frozenset[str]:
    """The words that no phrase may be learned from."""
    return words_not_learned(bundled_path("data", "topics"))


def hand_labels() -> Labels:
    """The labels of all files."""
    return {row: topics for path in LABELS.values() for row, topics in read_labels(path).items()}


def link_rows(folder: Path) -> list[Labelled]:
    """The link titles, with the topics of the heading that their list filed them under."""
    return _labelled(folder / "dev.jsonl")


def off_topic_rows(folder: Path) -> list[Labelled]:
    """The titles that should get no topic."""
    return _labelled(folder / "offtopic_dev.jsonl")


def by_hand(links: Iterable[Labelled], labels: Labels, tagger: Tagger) -> Iterator[Pair]:
    """(given, true) of the rows that have such a label."""
    for row in links:
        if row.id in labels:
            given = shown_topics(tagger.tag(row.item))
            yield credited(given, labels[row.id], tagger.taxonomy), labels[row.id]


def credited(given: frozenset[str], true: frozenset[str], taxonomy: Taxonomy) -> frozenset[str]:
    """The given topics in the terms of the labels.

    Labels name topics of an earlier taxonomy. A given topic counts as the label above it, or as
    the label that it was split off from (`formerly`).
    """
    return frozenset(_as_labelled(topic, true, taxonomy) for topic in given)


def _as_labelled(topic: str, true: frozenset[str], taxonomy: Taxonomy) -> str:
    above = broader_topics(topic, taxonomy.topics)
    names = (topic, *taxonomy.topics[topic].formerly, *above)
    return next((name for name in names if name in true), topic)


def articles(
    folder: Path, tagger: Tagger, is_wanted: Callable[[Mapping[str, Any]], bool]
) -> Iterator[Pair]:
    """(given, true) of the whole articles that are wanted."""
    for row in filter(is_wanted, _rows(folder / "articles_dev.jsonl")):
        given, true = (
            shown_topics(tagger.tag(Item(row["title"], row["text"]))),
            frozenset(row["topics"]),
        )
        yield credited(given, true, tagger.taxonomy), true


def held_out(rows: Sequence[Labelled], taxonomy: Taxonomy) -> dict[str, frozenset[str]]:
    """The topics given to each row by a tagger that learned from the other folds."""
    given: dict[str, frozenset[str]] = {}
    for fold in range(FOLDS):
        tagger = Tagger(
            taxonomy,
            train_weights(
                [row for row in rows if fold_of(row.id) != fold], taxonomy, not_learned_words()
            ),
        )
        given |= {
            row.id: shown_topics(tagger.tag(row.item)) for row in rows if fold_of(row.id) == fold
        }
    return given


def _titles(folder: Path, taxonomy: Taxonomy) -> list[tuple[str, float, int]]:
    links, off_topic = link_rows(folder), off_topic_rows(folder)
    given = held_out([*links, *off_topic], taxonomy)
    prose = {
        row["id"]
        for row in _rows(folder / "dev.jsonl")
        if row["kind"] == "prose" and not row["hand"]
    }
    untagged = sum(not given[row.id] for row in off_topic) / len(off_topic)
    figures = f1_figures(
        "topics of titles",
        evaluate(
            (credited(given[row.id], row.topics, taxonomy), row.topics)
            for row in links
            if row.id in prose
        ),
        " (5 folds)",
    )
    return [*figures, ("off-topic left untagged (5 folds)", untagged, len(off_topic))]


def _by_hand(name: str, measured: Evaluation) -> list[tuple[str, float, int]]:
    return [
        (f"{name}, precision", measured.micro.precision, measured.rows),
        (f"{name}, recall", measured.micro.recall, measured.rows),
    ]


def f1_figures(name: str, measured: Evaluation, how: str = "") -> list[tuple[str, float, int]]:
    """Return the micro and the macro F1 that were `measured`: name, value and number of texts."""
    return [
        (f"{name}, micro F1{how}", measured.micro.f1, measured.rows),
        (f"{name}, macro F1{how}", measured.macro_f1, measured.rows),
    ]


def _labelled(path: Path) -> list[Labelled]:
    return [
        Labelled(row["id"], Item(title=row["title"], url=row["url"]), frozenset(row["topics"]))
        for row in _rows(path)
    ]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
