"""Real articles of the corpora, with topics from a reader who did not see those of the tagger.

The texts belong to others and are not part of the repository. There are entries of feeds, and pages
of documentation and engineering blogs. The classifier learns from some sources. Quality is measured
on the others.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import feedparser
from bs4 import BeautifulSoup

from bench.quality_topics import ROOT, TOPICS
from crawler.html_text_and_links import html_to_text
from crawler.models.topics import Item
from crawler.topics.labelled_texts import LabelledArticle, Labels, read_labels
from crawler.topics.table_files import table_rows
from crawler.topics.tagger import MOST_HEADINGS

CORPORA = TOPICS.parent
TRAINING_LABELS = ROOT / "bench/labelled_real"
"""The labels of the articles from which the classifier learns: `feeds.tsv`, `documents.tsv`."""
TEST_LABELS = ROOT / "tests/quality"
"""The labels of the others: `articles_feeds.tsv`, `articles_documents.tsv`."""

_HEADINGS = ["h1", "h2", "h3", "h4"]


class RealArticle(NamedTuple):
    """A labelled article and the name of its `source`: a feed, or a folder of a repository."""

    source: str
    article: LabelledArticle


def feed_articles(path: Path, folder: Path = CORPORA) -> list[RealArticle]:
    """Return the entries of feeds with the labels in the file at `path`."""
    labels = labels_by_key(path)
    names = sorted({name for name, _ in labels})
    return [
        RealArticle(name, LabelledArticle(item, labels[name, entry_id]))
        for name in names
        for entry_id, item in _entries(folder / f"feeds/real/{name}.gz")
        if (name, entry_id) in labels
    ]


def document_articles(path: Path, folder: Path = CORPORA) -> list[RealArticle]:
    """Return the documents with the labels in the file at `path`."""
    labels = labels_by_key(path)
    articles = []
    for line in (folder / "topics/articles_dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        key = document_key(row)
        if key in labels:
            item = Item(title=row["title"], text=row["text"])
            articles.append(RealArticle(key[0], LabelledArticle(item, labels[key])))
    return articles


def document_key(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return the source and the id of a document, as the files of labels have them."""
    return "/".join(row["source"].split("/")[:4]), title_id(row["title"])


def title_id(title: str) -> str:
    """Return the id of the article with a `title` among those of its source."""
    return hashlib.sha256(" ".join(title.split()).encode()).hexdigest()[:10]


def labels_by_key(path: Path) -> dict[tuple[str, str], Labels]:
    """Return the labels in the file at `path` by source and id of an article."""
    rows = table_rows(path, "source", "id", "topics", "accepted topics")
    return {(source, key): read_labels(topics, accepted) for source, key, topics, accepted in rows}


def _entries(path: Path) -> Iterator[tuple[str, Item]]:
    for entry in feedparser.parse(gzip.decompress(path.read_bytes())).entries:
        bodies = [content.value for content in entry.get("content", [])]
        html = max((*bodies, entry.get("summary", "")), key=len)
        title = entry.get("title", "")
        elements = BeautifulSoup(html, "html.parser").find_all(_HEADINGS)[:MOST_HEADINGS]
        headings = tuple(heading.get_text(" ", strip=True) for heading in elements)
        text = html_to_text(html).text
        yield title_id(title), Item(title, text, url=entry.get("link", ""), headings=headings)
