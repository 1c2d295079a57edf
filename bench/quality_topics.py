"""How well topics are given, certain and likely ones only. `report()` is printed by `python -m bench.quality`.

Link titles (labelled with the one heading their list filed them under, so that precision is a lower bound) are cross-validated: the learned table is
learned anew on four folds and measured on the fifth. Rows labelled by hand with every topic are left out of what is learned, and measured with the shipped
table; so are articles, of which nothing is learned but a handful of constants that know no topic by name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from crawler.model import Item
from crawler.topics.learn import FOLDS, Labelled, fold_of, learn
from crawler.topics.measure import Measured, confident, measure
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import Taxonomy
from crawler.workspace import bundled

ROOT = Path(__file__).resolve().parents[1]
TOPICS = ROOT.parent / "shared/corpora/topics"
HAND = ROOT / "tests/quality/topics_hand.tsv"
FRESH = ROOT / "tests/quality/topics_hand_fresh.tsv"
FLOORS = {
    "topics by hand, precision": 0.92,
    "topics by hand, recall": 0.80,
    "topics of articles, micro F1": 0.72,
    "topics of articles, macro F1": 0.70,
    "topics of titles, micro F1 (5 folds)": 0.72,
    "topics of titles, macro F1 (5 folds)": 0.68,
    "off-topic left untagged (5 folds)": 0.96,
}
Row = tuple[str, float, int, float | None]
Pair = tuple[frozenset[str], frozenset[str]]


def report(folder: Path = TOPICS, cross_validated: bool = True) -> list[Row]:
    """(name, value, rows, floor) of each figure; the cross-validated ones take a minute."""
    tagger = Tagger.load(bundled("data", "topics"))
    links = _rows(folder / "dev.jsonl")
    figures = [*_by_hand("topics by hand", HAND, links, tagger), *_by_hand("topics by hand, fresh rows", FRESH, links, tagger)]
    figures += _f1("topics of articles", measure(_articles(folder / "articles_dev.jsonl", tagger)), "")
    if cross_validated:
        figures += _titles(links, _rows(folder / "offtopic_dev.jsonl"), tagger.taxonomy)
    return [(name, value, size, FLOORS.get(name)) for name, value, size in figures]


def hand_labels(path: Path) -> dict[str, frozenset[str]]:
    """Row id -> topics, of a file of labels."""
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {row_id: frozenset(topics) for row_id, *topics in lines}


def _by_hand(name: str, path: Path, links: list[dict[str, Any]], tagger: Tagger) -> list[tuple[str, float, int]]:
    labels = hand_labels(path)
    measured = measure((confident(tagger.tag(_item(row))), labels[row["id"]]) for row in links if row["id"] in labels)
    return [(f"{name}, precision", measured.micro.precision, measured.rows), (f"{name}, recall", measured.micro.recall, measured.rows)]


def _articles(path: Path, tagger: Tagger) -> Iterator[Pair]:
    for row in _rows(path):
        yield confident(tagger.tag(Item(row["title"], row["text"]))), frozenset(row["topics"])


def _titles(links: list[dict[str, Any]], off_topic: list[dict[str, Any]], taxonomy: Taxonomy) -> list[tuple[str, float, int]]:
    rows = [Labelled(row["id"], _item(row), frozenset(row["topics"])) for row in (*links, *off_topic)]
    given = dict(_held_out(rows, taxonomy))
    prose = [(given[row["id"]], frozenset(row["topics"])) for row in links if row["kind"] == "prose" and not row["hand"]]
    untagged = sum(not given[row["id"]] for row in off_topic) / len(off_topic)
    return [*_f1("topics of titles", measure(prose), " (5 folds)"), ("off-topic left untagged (5 folds)", untagged, len(off_topic))]


def _held_out(rows: list[Labelled], taxonomy: Taxonomy) -> Iterator[tuple[str, frozenset[str]]]:
    for fold in range(FOLDS):
        tagger = Tagger(taxonomy, learn([row for row in rows if fold_of(row.id) != fold], taxonomy))
        yield from ((row.id, confident(tagger.tag(row.item))) for row in rows if fold_of(row.id) == fold)


def _f1(name: str, measured: Measured, how: str) -> Iterable[tuple[str, float, int]]:
    return [(f"{name}, micro F1{how}", measured.micro.f1, measured.rows), (f"{name}, macro F1{how}", measured.macro_f1, measured.rows)]


def _item(row: dict[str, Any]) -> Item:
    return Item(title=row["title"], url=row["url"])


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
