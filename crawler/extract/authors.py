"""Authors of an article: the best of the declared author lists, or the names in the byline.

The first declaration counts, unless another one is more complete or is the one that readers see.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from crawler.extract import jsonld
from crawler.extract.author_names import MAX_AUTHORS, first_name_first, parse_names
from crawler.extract.byline import find_byline, find_byline_elsewhere, names_after_by
from crawler.extract.declared_values import source_of_meta
from crawler.extract.embedded_metadata import HeadMetadata
from crawler.extract.metadata_phrases import BYLINE_PREFIXES
from crawler.extract.text_blocks import Block
from crawler.tokenization import WORD

Names = tuple[str, ...]
SourcedNames = tuple[Names, str]
"""Names and their source, such as `json-ld` or `byline`."""

# Metadata of publications: the last name is the first word.
CITATION_METAS = (
    "citation_author", "bepress_citation_author", "citation_authors", "eprints.creators_name",
)  # fmt: skip
AUTHOR_METAS = (
    "parsely-author", "sailthru.author", "author", "article:author", "article:author_name",
    "og:article:author", "dc.creator", "dcterms.creator", "byl", "cre", "item:author",
    "item:creator", "shareaholic:article_author_name",
)  # fmt: skip
# Titles of Medium and Substack: "Title | by Name | Publication", "Title - by Name - Site".
_BY_IN_TITLE = re.compile(r"\s[|–—-]\s+by\s+([^|–—]{2,60}?)(?:\s+[|–—-]\s.*|\s*)$", re.DOTALL)
_READ_CHARACTERS = 500
_SHORT_WORD = 3
# A name with one of these words is that of the site and not of a group.
_SITES = frozenset(("blog", "docs", "documentation", "weblog", "wiki"))
# These sources may also name the authors of other pages: more names there are not a better list.
_LOOSE_SOURCES = frozenset(("microdata", "rel-author"))


def find_authors(
    head: HeadMetadata,
    near: Sequence[Block],
    blocks: Sequence[Block],
    start: int,
    site: str,
    clean_value: Callable[[str, int], str],
) -> SourcedNames:
    """Return the names of the authors and their source, or `((), "")`.

    `head` is what the page declares, `near` are the blocks around the headline, and `blocks` all
    blocks of the page. The text begins at position `start`, and `clean_value` cleans a declared
    value and limits its length. The name of the site, `site`, is an author only if there is no
    other, as on the pages of one person.
    """
    above = [block for block in near if block.order < start]
    declared = [
        (_visible_names(names, above) if source == "rel-author" else names, source)
        for names, source in _declared_names(head, clean_value)
    ]
    without_site = ((_drop_site_name(site, names), source) for names, source in declared)
    candidates = [(names, source) for names, source in without_site if names]
    if not candidates:
        groups = _groups_of_site(head, near, site, clean_value)
        visible = (find_byline(near, blocks), "byline")
        elsewhere = (find_byline_elsewhere(near, blocks), "byline")
        in_title = (_names_in_title(head), "title")
        return _first_with_names([visible, in_title, *declared, *groups, elsewhere])
    return _most_complete_names(candidates, near)


def _names_in_title(head: HeadMetadata) -> Names:
    """Return the author in the title of a blog host: `Title | by Ada Brook | Medium`."""
    match = _BY_IN_TITLE.search(head.title[:1000])
    return parse_names([match[1]], strict=True) if match else ()


def _visible_names(names: Names, above: Sequence[Block]) -> Names:
    """Return those of the linked `names` that are `above` the text, or all if none is.

    Links below the text may name the authors of comments and of other articles.
    """
    text = "\n".join(block.text[:_READ_CHARACTERS] for block in above).casefold()
    return tuple(name for name in names if name.casefold() in text) or names


def _declared_names(
    head: HeadMetadata, clean_value: Callable[[str, int], str], with_groups: bool = False
) -> list[SourcedNames]:
    return [
        (
            parse_names(
                (clean_value(value, 1000) for value in values[:MAX_AUTHORS]),
                with_groups=with_groups,
            ),
            source,
        )
        for values, source in _declared_authors(head)
        if values
    ]


def _groups_of_site(
    head: HeadMetadata, near: Sequence[Block], site: str, clean_value: Callable[[str, int], str]
) -> Iterator[SourcedNames]:
    """Yield groups that are named like the site: `Lagoon Editorial Team` of the Lagoon Blog.

    A page that contains no other name has them as its only author.
    """
    site_words = _long_words(site)
    for names, source in _declared_names(head, clean_value, with_groups=True):
        groups = (name for name in names if _long_words(name) & site_words)
        yield tuple(name for name in groups if _SITES.isdisjoint(_long_words(name))), source
    if site and any(names_after_by(block.raw, site) for block in near):
        yield (site,), "byline"


def _long_words(text: str) -> set[str]:
    return {word.casefold() for word in WORD.findall(text) if len(word) > _SHORT_WORD}


def _most_complete_names(candidates: list[SourcedNames], near: Sequence[Block]) -> SourcedNames:
    """Return the names that are visible near the headline, or a more complete form of them."""
    preferred = _prefer_visible(candidates, near)
    if preferred[0][0].isalnum():
        # The name is a single word. The byline may contain the full name.
        candidates = [*candidates, (find_byline(near, ()), "byline")]
    better = (names for names in candidates if _is_more_complete(names, preferred[0]))
    return next(better, preferred)


def _first_with_names(candidates: Sequence[SourcedNames]) -> SourcedNames:
    return next((candidate for candidate in candidates if candidate[0]), ((), ""))


def _drop_site_name(site: str, names: Names) -> Names:
    return tuple(name for name in names if name.casefold() != site.casefold())


def _declared_authors(head: HeadMetadata) -> Iterator[tuple[Sequence[str], str]]:
    """Yield the declared values with their sources, the most reliable first."""
    article_author = head.article.get("author") or head.article.get("creator")
    yield jsonld.person_names(article_author, head.graph), "json-ld"
    yield _headline_node_authors(head), "json-ld"
    for name in CITATION_METAS:
        yield [_first_name_first(value) for value in head.meta.get(name, ())], "meta"
    for name in AUTHOR_METAS:
        values = head.meta.get(name, ())
        yield list(map(first_name_first, values)), source_of_meta(name)
    if _is_byline_card(head):
        yield head.meta.get("twitter:data1", ()), "meta"
    yield head.authors, "rel-author"


def _is_byline_card(head: HeadMetadata) -> bool:
    """Whether the label of a Twitter card is `Written by`, not for example `Reading time`."""
    label = head.first("twitter:label1").casefold().split()
    return not set(label).isdisjoint(BYLINE_PREFIXES)


def _headline_node_authors(head: HeadMetadata) -> list[str]:
    """Return the authors of the first JSON-LD node that has both a headline and authors."""
    for node in head.graph:
        names = jsonld.person_names(node.get("author"), head.graph) if "headline" in node else []
        if names:
            return names
    return []


def _first_name_first(name: str) -> str:
    """Return `Leslie Lamport` for `Lamport, Leslie`, whatever the number of first names."""
    if ";" in name:
        return first_name_first(name)
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and "," not in first else name


def _prefer_visible(candidates: Sequence[SourcedNames], near: Sequence[Block]) -> SourcedNames:
    """Return the first candidate, or the first one whose names all appear near the headline.

    The second case applies only if no name of the first candidate appears there: it may be the
    account that published the page.
    """
    text = " ".join(block.text[:_READ_CHARACTERS] for block in near).casefold()
    first = candidates[0]
    if any(name.casefold() in text for name in first[0]):
        return first
    visible = (
        candidate
        for candidate in candidates[1:]
        if all(name.casefold() in text for name in candidate[0])
    )
    return next(visible, first)


def _is_more_complete(candidate: SourcedNames, first: Names) -> bool:
    """Whether a candidate has everyone of the first one, and more people or fuller names."""
    names, source = candidate
    if not all(_is_named_in(name, names) for name in first):
        return False
    if len(names) > len(first) and source not in _LOOSE_SOURCES:
        return True
    return len(names) == len(first) and len(" ".join(names)) > len(" ".join(first))


def _is_named_in(name: str, names: Names) -> bool:
    return any(f" {name} ".casefold() in f" {full_name} ".casefold() for full_name in names)
