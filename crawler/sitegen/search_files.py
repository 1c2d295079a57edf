"""The files of one segment of the search index, without the rows of the result list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.search_documents import RankedNumbers
from crawler.sitegen.search_entries import LENGTH, list_entries, split_entries
from crawler.sitegen.search_levels import encode_levels, lowest_ranks
from crawler.sitegen.search_script import script
from crawler.sitegen.search_segments import NAMED, Segment
from crawler.sitegen.search_spellings import list_spellings
from crawler.sitegen.search_terms import SearchTerms

_LENGTH_OF_NAMED = 600  # a query reads such a file in addition to those of articles


@dataclass(frozen=True, slots=True)
class SegmentContent:
    """The documents of a segment by rank, their terms and the words of their texts, encoded.

    Documents below the number `subjects` are topics, systems and organizations.
    """

    segment: Segment
    ranked: RankedNumbers
    terms: SearchTerms
    texts: Mapping[str, str]
    subjects: int = 0


def segment_files(content: SegmentContent) -> Iterator[OutputFile]:
    """Yield the terms, the head and the spellings of the segment with `content`.

    The last of several segments has no spellings: they would change with each new article.
    """
    segment, terms = content.segment, content.terms
    size = segment.end - segment.start
    places = [0] * size
    for place, number in enumerate(content.ranked.numbers):
        places[number] = place
    least = _LENGTH_OF_NAMED if segment.series == NAMED else LENGTH
    firsts = []
    entries = list_entries(terms, content.texts, places)
    for number, file in enumerate(split_entries(entries, least)):
        firsts.append(file.first)
        path = f"search/w-{segment.name}-{number}.js"
        yield script(path, "words", segment.name, number, file.lines)
    yield script(f"search/h-{segment.name}.js", "segment", segment.name, _head(content, firsts))
    if has_spellings(content):
        for length, classes in list_spellings(terms.titles, content.subjects):
            path = f"search/s-{segment.name}-{length}.js"
            yield script(path, "spellings", segment.name, length, classes)


def _head(content: SegmentContent, firsts: list[str]) -> dict[str, object]:
    segment, ranked = content.segment, content.ranked
    months = sorted(content.terms.days)
    return {
        "count": len(ranked.numbers),
        "levels": encode_levels(ranked, segment.end - segment.start),
        "ranks": lowest_ranks(ranked.ranks),
        "months": " ".join(month.removeprefix("date:") for month in months),
        "spellings": has_spellings(content),
        "terms": " ".join(firsts),
    }


def has_spellings(content: SegmentContent) -> bool:
    """Return whether the segment with `content` has files of spellings."""
    return bool(content.terms.titles) and not content.segment.is_last
