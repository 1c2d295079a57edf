"""Measure the topics of articles of feeds and folders that the classifier does not learn from.

It learns from other folders of the same repositories.

The figures are those of posts (`bench.quality_posts`). F1 uses one label for each document, the
folder in which it was filed, so precision is a lower bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from bench.quality_posts import figures, tagged_text
from bench.quality_topics import Pair, Row, articles, f1_figures
from bench.real_articles import (
    CORPORA,
    TEST_LABELS,
    RealArticle,
    document_articles,
    document_key,
    feed_articles,
    labels_by_key,
)
from crawler.topics.evaluate import evaluate
from crawler.topics.tagger import Tagger
from crawler.workspace import bundled_path

_FEEDS, _DOCUMENTS = TEST_LABELS / "articles_feeds.tsv", TEST_LABELS / "articles_documents.tsv"
FLOORS = {
    "articles of feeds, main topic found": 0.73,
    "articles of feeds, main topic first": 0.88,
    "articles of feeds, precision": 0.93,
    "articles of feeds, without topic left untagged": 0.785,
    "documents, main topic found": 0.92,
    "documents, main topic first": 0.89,
    "documents, precision": 0.96,
    "topics of documents, micro F1": 0.754,
    "topics of documents, macro F1": 0.815,
}


def report(folder: Path = CORPORA) -> list[Row]:
    """Return the name, value, number of articles and floor of each figure."""
    tagger = Tagger.load(bundled_path("data", "topics"))
    rows = [
        *_figures("articles of feeds", feed_articles(_FEEDS, folder), tagger),
        *_figures("documents", document_articles(_DOCUMENTS, folder), tagger),
        *f1_figures("topics of documents", evaluate(document_pairs(tagger, folder))),
    ]
    return [(name, value, size, FLOORS.get(name)) for name, value, size in rows]


def document_pairs(tagger: Tagger, folder: Path = CORPORA) -> Iterator[Pair]:
    """Return (given, true) of the documents in `folder`, given by the `tagger`."""
    labels = labels_by_key(_DOCUMENTS)
    return articles(folder / "topics", tagger, lambda row: document_key(row) in labels)


def _figures(
    name: str, rows: Iterable[RealArticle], tagger: Tagger
) -> list[tuple[str, float, int]]:
    tagged = (tagged_text(item, labels, tagger) for _, (item, labels) in rows)
    return [(f"{name}, {figure}", value, size) for figure, value, size in figures(tagged)]
