"""The articles and notes of the search index, with only what the index shows of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from crawler import site_urls
from crawler.models.network_names import network_label
from crawler.sitegen.search_segments import UNITS, Segment
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import Note
from crawler.store.shown_titles import article_title
from crawler.text_cleaning import shorten

_MAX_AUTHORS = 20
_NOTE_TITLE_WORDS = 12
_ARTICLES = """
SELECT l.id, l.title, l.url, l.host, l.site_name, l.kind, l.language, l.summary,
    substr(COALESCE(NULLIF(l.first_shared, ''), l.published, ''), 1, 10), l.rank,
    CASE WHEN json_valid(a.authors) THEN a.authors ELSE '[]' END
FROM article_list l JOIN articles a ON a.id = l.id WHERE l.id >= ? AND l.id < ? ORDER BY l.id
"""
_TOPICS = """
SELECT subject_id, topic FROM taggings
WHERE subject_kind = 'article' AND confidence <> 'weak' AND subject_id >= ? AND subject_id < ?
ORDER BY subject_id, score DESC, topic
"""


class SearchItem(msgspec.Struct, frozen=True, array_like=True):
    """An article or a note.

    `page` is the path, or the id of an article whose path follows from its title. `day` is that of
    the first share, else of the publication, empty if unknown. `topics` are those above weak.
    `excerpt` is shown in results and `words` is the indexed text of it. A note has a `network`
    instead of a `host`, and no rank.
    """

    id: int
    page: int | str
    title: str
    url: str
    host: str
    site_name: str
    network: str
    kind: str
    language: str
    day: str
    topics: tuple[str, ...]
    authors: str
    excerpt: str
    words: str
    rank: float = 0.0

    @property
    def is_note(self) -> bool:
        """Return whether this is a post without links. Its title is the start of its words."""
        return not self.host


def read_articles(model: SiteModel, segment: Segment) -> Iterator[SearchItem]:
    """Yield the articles of `segment` in the snapshot of `model`, by id, read in units."""
    unit = UNITS[segment.series]
    for start in range(segment.start, segment.end, unit):
        yield from _articles_of_unit(model, start, min(start + unit, segment.end))


def items_of_notes(notes: Iterable[Note]) -> list[SearchItem]:
    """Return `notes` as items, by id."""
    return sorted(map(_item_of_note, notes), key=lambda item: item.id)


def _articles_of_unit(model: SiteModel, start: int, end: int) -> Iterator[SearchItem]:
    topics: defaultdict[int, list[str]] = defaultdict(list)
    for article_id, topic in model.articles.query(_TOPICS, (start, end)):
        topics[article_id].append(topic)
    for row in model.articles.query(_ARTICLES, (start, end)):
        article_id, own_title, url, host, site_name, kind, language, summary, day, rank, names = row
        title = _shown_title(model, article_id, own_title, url, host)
        path = site_urls.article_path(article_id, own_title)
        by_title = title == own_title or site_urls.article_path(article_id, title) == path
        yield SearchItem(
            id=article_id,
            page=article_id if by_title else path,
            title=title,
            url=url,
            host=host,
            site_name=site_name,
            network="",
            kind=kind or "article",
            language=language,
            day=day,
            topics=tuple(topics.get(article_id, ())),
            authors=" ".join(map(str, islice(json.loads(names), _MAX_AUTHORS))),
            excerpt=summary,
            words=summary,
            rank=rank,
        )


def _shown_title(model: SiteModel, article_id: int, title: str, url: str, host: str) -> str:
    """Return the title in lists; posts provide it if the article has none."""
    if article_title(title, url, host, "") == title:
        return title
    return model.articles[article_id].title


def _item_of_note(note: Note) -> SearchItem:
    return SearchItem(
        id=note.id,
        page=note.path,
        title=shorten(note.text, _NOTE_TITLE_WORDS),
        url="",
        host="",
        site_name="",
        network=network_label(note.network),
        kind="note",
        language=note.language,
        day=note.written[:10],
        topics=note.topics,
        authors=note.author,
        excerpt=shorten(note.text),
        words=note.text,
    )
