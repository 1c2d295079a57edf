"""The search index: small script files that a page loads, so that it also works from a folder.

    search/index.js             the segments, labels of topics
    search/h-<segment>.js       levels of rank, months, first term of each file of terms
    search/w-<segment>-<n>.js   terms in sorted order, each with its documents by field
    search/s-<segment>-<n>.js   frequent words of n-1 to n+1 letters, to correct a query
    search/d-<series><n>.js     the rows of the result list, of `ROWS` consecutive ids

A document has the number of its article or post, so that a new one changes files of the newest
segments only (`search_segments`). Files are made in groups with versions, which cover all that they
show: a build makes only the groups whose versions are not the published ones.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b

import msgspec

from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.rendered_groups import GroupedFile
from crawler.sitegen.search_documents import (
    NamedPage,
    articles_of,
    item_row,
    list_named_pages,
    named_row,
    rank_articles,
    rank_named_pages,
    rank_notes,
    topic_positions,
)
from crawler.sitegen.search_files import ROWS, SegmentContent, row_files, script, segment_files
from crawler.sitegen.search_segments import ARTICLES, NAMED, NOTES, UNITS, Segment, split_ids
from crawler.sitegen.search_terms import terms_of_items, terms_of_named_pages
from crawler.sitegen.search_text_words import read_text_words
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import Note

_KIND = "search_index"
_IDS = "SELECT id FROM article_list ORDER BY id"
_TEXT_WORDS = "SELECT version FROM item_versions WHERE kind = 'table' AND id = 'text_words'"
_VERSION_BYTES = 8

ChooseGroups = Callable[[str, Mapping[str, str]], Collection[str]]
"""Returns the keys of the groups to make, of the versions by key of all groups of a kind."""


@dataclass(frozen=True, slots=True)
class SearchGroup:
    """Files of the index that are made together; `version` covers all that they show.

    `segment` is the one whose terms the files have; None for files of rows.
    """

    key: str
    version: str
    make: Callable[[], Iterator[OutputFile]]
    segment: Segment | None = None


def _choose_all(kind: str, versions: Mapping[str, str]) -> Collection[str]:
    return versions.keys()


def render_search_index(
    model: SiteModel, choose: ChooseGroups = _choose_all
) -> Iterator[GroupedFile]:
    """Yield the files of the index of `model`, of the groups that `choose` returns."""
    groups = list(_groups(model))
    chosen = choose(_KIND, {group.key: group.version for group in groups})
    for group in groups:
        if group.key in chosen:
            for file in group.make():
                yield GroupedFile(file, f"{_KIND}/{group.key}", group.version)
    yield GroupedFile(script("search/index.js", "index", _head(model, groups)))


def _head(model: SiteModel, groups: list[SearchGroup]) -> dict[str, object]:
    segments = [
        [group.segment.series, group.segment.start, group.segment.end, group.version]
        for group in groups
        if group.segment
    ]
    return {
        "rows": ROWS,
        "topics": [model.topics[slug].label for slug in topic_positions(model)],
        "segments": segments,
    }


def _groups(model: SiteModel) -> Iterator[SearchGroup]:
    """Yield the groups: named pages first, then articles and notes by id."""
    rules = _version(_taxonomy(model))
    yield from _groups_of_named(model)
    yield from _groups_of_articles(model, rules)
    yield from _groups_of_notes(model, rules)


def _groups_of_named(model: SiteModel) -> Iterator[SearchGroup]:
    pages = list_named_pages(model)
    segment = Segment(NAMED, 0, len(pages))
    make = partial(_named_files, segment, pages)
    yield SearchGroup(segment.name, _version(pages), make, segment)


def _named_files(segment: Segment, pages: tuple[NamedPage, ...]) -> Iterator[OutputFile]:
    subjects = sum(page.kind != "person" for page in pages)
    terms = terms_of_named_pages(pages)
    content = SegmentContent(segment, rank_named_pages(pages), terms, {}, subjects)
    yield from segment_files(content)
    yield from row_files(NAMED, ((number, named_row(page)) for number, page in enumerate(pages)))


def _groups_of_articles(model: SiteModel, rules: str) -> Iterator[SearchGroup]:
    ids = array("q", (row[0] for row in model.articles.query(_IDS)))
    texts = [row[0] for row in model.articles.query(_TEXT_WORDS)]

    def version(segment: Segment, *others: object) -> str:
        items = model.article_versions[segment.start : segment.end].tobytes()
        return _version(rules, items, *others)

    for segment, chosen in _with_ids(split_ids(ARTICLES, _last(ids)), ids):
        make = partial(_article_files, model, segment, chosen)
        yield SearchGroup(segment.name, version(segment, texts), make, segment)
    for unit, chosen in _with_ids(_units(ARTICLES, _last(ids)), ids):
        make = partial(_article_rows, model, unit, chosen)
        yield SearchGroup(f"d-{unit.name}", version(unit), make)


def _article_files(model: SiteModel, segment: Segment, ids: array[int]) -> Iterator[OutputFile]:
    ranked = rank_articles(model, segment)
    terms = terms_of_items(model, segment, articles_of(model, segment, ids))
    texts = read_text_words(model.db, segment, ranked.numbers)
    yield from segment_files(SegmentContent(segment, ranked, terms, texts))


def _article_rows(model: SiteModel, unit: Segment, ids: array[int]) -> Iterator[OutputFile]:
    topics = topic_positions(model)
    rows = ((article.id, item_row(article, topics)) for article in model.articles.visible(ids))
    yield from row_files(ARTICLES, rows)


def _groups_of_notes(model: SiteModel, rules: str) -> Iterator[SearchGroup]:
    notes = sorted(model.notes, key=lambda note: note.id)
    ids = array("q", (note.id for note in notes))
    for segment, chosen in _with_ids(split_ids(NOTES, _last(ids)), ids):
        own = notes[bisect_left(ids, segment.start) :][: len(chosen)]
        make = partial(_note_files, model, segment, own)
        yield SearchGroup(segment.name, _version(rules, own), make, segment)


def _note_files(model: SiteModel, segment: Segment, notes: list[Note]) -> Iterator[OutputFile]:
    numbered = ((note.id - segment.start, note) for note in notes)
    terms = terms_of_items(model, segment, numbered)
    yield from segment_files(SegmentContent(segment, rank_notes(notes, segment), terms, {}))
    topics = topic_positions(model)
    yield from row_files(NOTES, ((note.id, item_row(note, topics)) for note in notes))


def _last(ids: array[int]) -> int:
    return ids[-1] if ids else 0


def _units(series: str, last: int) -> Iterator[Segment]:
    size = UNITS[series]
    return (Segment(series, start, start + size) for start in range(0, last + 1, size))


def _with_ids(
    segments: Iterator[Segment] | list[Segment], ids: array[int]
) -> Iterator[tuple[Segment, array[int]]]:
    """Yield the segments that have some of the sorted `ids`, with these."""
    for segment in segments:
        chosen = ids[bisect_left(ids, segment.start) : bisect_left(ids, segment.end)]
        if chosen:
            yield segment, chosen


def _taxonomy(model: SiteModel) -> list[object]:
    """Return what the files show of the topics."""
    return [
        (slug, topic.label, topic.hashtags, topic.formerly, topic.broader)
        for slug, topic in sorted(model.topics.items())
    ]


def _version(*content: object) -> str:
    encoded = msgspec.msgpack.encode(content)
    return blake2b(encoded, digest_size=_VERSION_BYTES).hexdigest()
