"""The documents of one segment of the search index: named pages, and the order by rank.

The number of a document is its place in the segment: its id less the first id of the segment, or
the position of a named page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler import site_urls
from crawler.models.network_names import network_label
from crawler.sitegen.search_items import SearchItem
from crawler.sitegen.search_segments import Segment
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import Row, read_named_authors

_ALIASES = "SELECT slug, aliases FROM topics"
_RANKS = """
SELECT id, rank, substr(COALESCE(NULLIF(first_shared, ''), published, ''), 1, 10) FROM article_list
WHERE id >= ? AND id < ?
"""


@dataclass(frozen=True, slots=True)
class NamedPage:
    """A topic, system, organization or person with a page. `names` are its other spellings.

    `popularity` is the number of binary digits of its number of articles.
    """

    path: str
    label: str
    kind: str
    names: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    description: str = ""
    popularity: int = 0


@dataclass(frozen=True, slots=True)
class RankedNumbers:
    """The numbers of the documents of a segment, best first; `ranks` are those of articles."""

    numbers: Sequence[int]
    ranks: Sequence[float] = ()


def list_named_pages(model: SiteModel) -> tuple[NamedPage, ...]:
    """Return the topics by slug, then systems and organizations by path, then people by id."""
    return (*_topics(model), *_entities(model), *_people(model))


def rank_named_pages(pages: Sequence[NamedPage]) -> RankedNumbers:
    """Return the numbers of `pages` by popularity."""
    return RankedNumbers(sorted(range(len(pages)), key=lambda number: -pages[number].popularity))


def rank_articles(model: SiteModel, segment: Segment) -> RankedNumbers:
    """Return the numbers of the articles of `segment`, of equal rank the newest day first."""
    rows = model.articles.query(_RANKS, (segment.start, segment.end))
    ranked = sorted((-rank, -_day_number(day), number) for number, rank, day in rows)
    numbers = [number - segment.start for _, _, number in ranked]
    return RankedNumbers(numbers, [-rank for rank, _, _ in ranked])


def rank_notes(notes: Sequence[SearchItem], segment: Segment) -> RankedNumbers:
    """Return the numbers of the `notes` of `segment`, newest day first. Notes have no rank."""
    ranked = sorted((-_day_number(note.day), note.id) for note in notes)
    return RankedNumbers([number - segment.start for _, number in ranked])


def topic_positions(model: SiteModel) -> dict[str, int]:
    """Return the position of each topic by its slug, sorted."""
    return {slug: number for number, slug in enumerate(sorted(model.topics))}


def _topics(model: SiteModel) -> Iterator[NamedPage]:
    aliases = {slug: tuple(json.loads(names)) for slug, names in model.db.execute(_ALIASES)}
    for slug in sorted(model.topics):
        topic = model.topics[slug]
        yield NamedPage(
            site_urls.topic_path(slug),
            topic.label,
            "topic",
            (slug, *topic.formerly, *topic.hashtags),
            aliases.get(slug, ()),
            topic.definition,
            len(model.by_topic.get(slug, ())).bit_length(),
        )


def _entities(model: SiteModel) -> Iterator[NamedPage]:
    for entity in sorted(model.entities.values(), key=lambda entity: entity.path):
        popularity = entity.total.bit_length()
        yield NamedPage(
            entity.path, entity.name, entity.kind, entity.aliases, popularity=popularity
        )


def _people(model: SiteModel) -> Iterator[NamedPage]:
    return map(_person, read_named_authors(model.db))


def _person(row: Row) -> NamedPage:
    network = network_label(row["network"])
    label = row["name"] or row["handle"]
    return NamedPage(
        site_urls.author_path(row["id"]), label, "person", (row["handle"],), (), network
    )


def _day_number(day: str) -> int:
    return int(day.replace("-", "") or 0)
