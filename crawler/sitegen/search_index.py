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

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from itertools import groupby
from typing import Protocol

import msgspec

from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.rendered_groups import GroupedFile
from crawler.sitegen.search_documents import (
    NamedPage,
    list_named_pages,
    rank_articles,
    rank_named_pages,
    rank_notes,
    topic_positions,
)
from crawler.sitegen.search_files import SegmentContent, segment_files
from crawler.sitegen.search_items import SearchItem, items_of_notes, read_articles
from crawler.sitegen.search_rows import ROWS, item_row, named_row, row_files
from crawler.sitegen.search_script import script
from crawler.sitegen.search_segments import ARTICLES, NAMED, NOTES, UNITS, Segment, split_ids
from crawler.sitegen.search_terms import read_entities, terms_of_items, terms_of_named_pages
from crawler.sitegen.search_text_words import list_text_words, read_word_sets
from crawler.sitegen.site_model import SiteModel

_KIND = "search_index"
_IDS = "SELECT id FROM article_list ORDER BY id"
_VERSION_BYTES = 8
_CONTENT = "."  # between the version of items and that of what they show


class PublishedGroups(Protocol):
    """The groups of files of the published site."""

    def group_versions(self, kind: str) -> Mapping[str, str]:
        """Return by key the versions of the published groups of a `kind` that may stay."""
        ...

    def make_again(self, groups: Iterable[str]) -> None:
        """Let the files of `groups` stay only if they are made again."""
        ...


@dataclass(frozen=True, slots=True)
class ArticleFiles:
    """The files of a range of articles: those of terms of a segment, or those of rows."""

    segment: Segment
    is_rows: bool = False


@dataclass(frozen=True, slots=True)
class SearchGroup:
    """Files of the index that are made together; `version` covers all that they show.

    `segment` is the one whose terms the files have; None for files of rows. `articles` are those
    that the files show, None for files of other documents.
    """

    key: str
    version: str
    make: Callable[[], Iterator[OutputFile]]
    segment: Segment | None = None
    articles: ArticleFiles | None = None

    @property
    def name(self) -> str:
        """Return the name of the page group."""
        return f"{_KIND}/{self.key}"

    def files(self) -> Iterator[GroupedFile]:
        """Make and yield the files."""
        for file in self.make():
            yield GroupedFile(file, self.name, self.version)


class SearchIndex:
    """The index of the library in `model`, compared with the published one in `output`."""

    def __init__(self, model: SiteModel, output: PublishedGroups | None = None) -> None:
        self._model = model
        self._output = output
        self._segments: list[list[object]] = []

    def changed_groups(self) -> Iterator[SearchGroup]:
        """Yield the groups that the published index lacks or has in another version.

        The files of other groups stay, and those of groups that the index lacks do not. All groups
        are compared before the first file is made: files of rows move from segment to segment.
        """
        output = self._output
        published = output.group_versions(_KIND) if output else {}
        groups = list(_groups(self._model, published))
        for segment, version in ((group.segment, group.version) for group in groups):
            if segment:
                self._segments.append([segment.series, segment.start, segment.end, version])
        changed = [group for group in groups if published.get(group.key) != group.version]
        former = published.keys() - {group.key for group in groups}
        if output:
            output.make_again(group.name for group in changed)
            output.make_again(f"{_KIND}/{key}" for key in sorted(former))
        yield from changed

    def head(self) -> GroupedFile:
        """Return the file that names the segments, when all groups were yielded."""
        content = {
            "rows": ROWS,
            "topics": [self._model.topics[slug].label for slug in topic_positions(self._model)],
            "segments": self._segments,
        }
        return GroupedFile(script("search/index.js", "index", content))


def render_search_index(
    model: SiteModel, output: PublishedGroups | None = None
) -> Iterator[GroupedFile]:
    """Yield the files of the index of `model`, without the groups that `output` has already."""
    index = SearchIndex(model, output)
    for group in index.changed_groups():
        yield from group.files()
    yield index.head()


def render_article_files(model: SiteModel, articles: ArticleFiles) -> Iterator[OutputFile]:
    """Yield the files of a range of the articles of `model`."""
    segment = articles.segment
    if articles.is_rows:
        return _files_of_rows(model, segment, read_articles(model, segment))
    return _files_of_terms(model, segment)


def _groups(model: SiteModel, published: Mapping[str, str]) -> Iterator[SearchGroup]:
    """Yield the groups: named pages first, then articles and notes by id."""
    rules = _version(_taxonomy(model))
    yield from _groups_of_named(model)
    yield from _groups_of_articles(model, rules, published)
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


def _groups_of_articles(
    model: SiteModel, rules: str, published: Mapping[str, str]
) -> Iterator[SearchGroup]:
    """Yield the groups of rows of each unit, and the groups of terms of the segments."""
    size, last = UNITS[ARTICLES], 0
    contents: dict[int, str] = {}
    for number, ids in groupby(_article_ids(model), key=lambda article_id: article_id // size):
        last = max(ids)
        unit = Segment(ARTICLES, number * size, (number + 1) * size)
        key = f"d-{unit.name}"
        version = _unit_version(model, unit, rules, published.get(key, ""))
        contents[unit.start] = version.partition(_CONTENT)[2]
        yield _group_of_articles(model, key, version, ArticleFiles(unit, is_rows=True))
    for segment in split_ids(ARTICLES, last):
        own = [contents[start] for start in contents if segment.start <= start < segment.end]
        if own:
            version = _segment_version(segment, rules, own)
            yield _group_of_articles(model, segment.name, version, ArticleFiles(segment))


def _group_of_articles(
    model: SiteModel, key: str, version: str, articles: ArticleFiles
) -> SearchGroup:
    make = partial(render_article_files, model, articles)
    segment = None if articles.is_rows else articles.segment
    return SearchGroup(key, version, make, segment, articles)


def _article_ids(model: SiteModel) -> Iterator[int]:
    return (row[0] for row in model.articles.query(_IDS))


def _unit_version(model: SiteModel, unit: Segment, rules: str, published: str) -> str:
    """Return the version of the rows and terms of a unit: of its items, and of what they show.

    The items have many more columns than they show here. Their content is read only if they differ
    from those of the `published` version.
    """
    items = _version(rules, model.article_versions[unit.start : unit.end].tobytes())
    if published.startswith(f"{items}{_CONTENT}"):
        return published
    entities, words = read_entities(model, unit), list(read_word_sets(model, unit))
    return f"{items}{_CONTENT}{_version(list(read_articles(model, unit)), entities, words)}"


def _files_of_terms(model: SiteModel, segment: Segment) -> Iterator[OutputFile]:
    ranked = rank_articles(model, segment)
    terms = terms_of_items(model, segment, read_articles(model, segment))
    texts = list_text_words(model, segment)
    yield from segment_files(SegmentContent(segment, ranked, terms, texts))


def _groups_of_notes(model: SiteModel, rules: str) -> Iterator[SearchGroup]:
    notes = items_of_notes(model.notes)
    for segment in split_ids(NOTES, notes[-1].id if notes else 0):
        own = [note for note in notes if segment.start <= note.id < segment.end]
        if own:
            make = partial(_note_files, model, segment, own)
            yield SearchGroup(segment.name, _segment_version(segment, rules, own), make, segment)


def _note_files(
    model: SiteModel, segment: Segment, notes: list[SearchItem]
) -> Iterator[OutputFile]:
    terms = terms_of_items(model, segment, notes)
    yield from segment_files(SegmentContent(segment, rank_notes(notes, segment), terms, {}))
    yield from _files_of_rows(model, segment, notes)


def _files_of_rows(
    model: SiteModel, segment: Segment, items: Iterable[SearchItem]
) -> Iterator[OutputFile]:
    positions = topic_positions(model)
    return row_files(segment.series, ((item.id, item_row(item, positions)) for item in items))


def _taxonomy(model: SiteModel) -> list[object]:
    """Return what the files show of the topics."""
    return [
        (slug, topic.label, topic.hashtags, topic.formerly, topic.broader)
        for slug, topic in sorted(model.topics.items())
    ]


def _segment_version(segment: Segment, rules: str, *content: object) -> str:
    """Return the version of the files of terms: they also depend on the borders of `segment`."""
    return _version(rules, segment.end, segment.is_last, content)


def _version(*content: object) -> str:
    encoded = msgspec.msgpack.encode(content)
    return blake2b(encoded, digest_size=_VERSION_BYTES).hexdigest()
