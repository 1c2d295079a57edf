"""Who wrote a page: the first of the declared names, unless another declaration is fuller or is the
one that readers see; else the byline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from crawler.extract import jsonld
from crawler.extract.bylines import MAX_AUTHORS, find_byline, parse_names
from crawler.extract.head_metadata import HeadMetadata
from crawler.extract.page_phrases import BYLINE_PREFIXES
from crawler.extract.text_blocks import Block

Names = tuple[str, ...]
SourcedNames = tuple[Names, str]
AUTHOR_METAS = (
    "parsely-author", "sailthru.author", "author", "article:author", "article:author_name", "og:article:author", "dc.creator", "dcterms.creator", "byl",
    "cre", "item:author", "item:creator", "shareaholic:article_author_name",
)  # fmt: skip
_ENOUGH = 500
# places that may also name the authors of other pages, so that more names there are no fuller list
_LOOSE = frozenset(("microdata", "rel-author"))


def find_authors(
    head: HeadMetadata,
    near: Sequence[Block],
    blocks: Sequence[Block],
    site: str,
    line: Callable[[str, int], str],
) -> SourcedNames:
    """The names and where they were found. `near`: the blocks around the headline; `line` cleans a
    declared value.

    The name of the site is an author only where there is no other, as on the pages of one person.
    """
    # no more values of one kind are read than an article has authors
    cleaned = [
        (parse_names(line(value, 1000) for value in values[:MAX_AUTHORS]), source)
        for values, source in _declared_authors(head)
        if values
    ]
    found = [
        (people, source) for named, source in cleaned if (people := _drop_site_name(site, named))
    ]
    if not found:
        shown = find_byline(near, blocks)
        return next(
            ((people, source) for people, source in ((shown, "byline"), *cleaned) if people),
            ((), ""),
        )
    first = _prefer_visible(found, near)
    if first[0][0].isalnum():  # one word, of which the byline may know the rest
        found.append((find_byline(near, ()), "byline"))
    return next((other for other in found if _is_more_complete(other, first[0])), first)


def _drop_site_name(site: str, people: Names) -> Names:
    return tuple(name for name in people if name.casefold() != site.casefold())


def _declared_authors(head: HeadMetadata) -> Iterator[tuple[Sequence[str], str]]:
    """The declarations, the surest first."""
    yield (
        jsonld.entity_names(head.article.get("author") or head.article.get("creator"), head.graph),
        "json-ld",
    )
    yield (
        next(
            (
                people
                for node in head.graph
                if "headline" in node
                and (people := jsonld.entity_names(node.get("author"), head.graph))
            ),
            [],
        ),
        "json-ld",
    )
    yield [_first_name_first(value) for value in head.meta.get("citation_author", ())], "meta"
    yield from ((head.meta.get(name, ()), source_of_meta(name)) for name in AUTHOR_METAS)
    # a card of Twitter says in the label what its datum is: `Written by`, but also `Reading time`
    if set(head.first("twitter:label1").casefold().split()) & set(BYLINE_PREFIXES):
        yield head.meta.get("twitter:data1", ()), "meta"
    yield head.authors, "rel-author"


def source_of_meta(meta: str) -> str:
    """Where the value of a meta name stands: Open Graph, microdata, or another meta element."""
    return (
        "opengraph"
        if meta.startswith(("og:", "article:"))
        else "microdata"
        if meta.startswith("item:")
        else "meta"
    )


def _first_name_first(name: str) -> str:
    """`Lamport, Leslie` as `Leslie Lamport`."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and "," not in first else name


def _prefer_visible(found: Sequence[SourcedNames], near: Sequence[Block]) -> SourcedNames:
    """The first declaration, unless readers see none of its names near the headline but all of
    another's: an account that publishes is no author.
    """
    text = " ".join(block.text[:_ENOUGH] for block in near).casefold()
    if any(name.casefold() in text for name in found[0][0]):
        return found[0]
    return next(
        (other for other in found[1:] if all(name.casefold() in text for name in other[0])),
        found[0],
    )


def _is_more_complete(other: SourcedNames, first: Names) -> bool:
    """Whether a declaration names everyone of the first one, and more people or more of their
    names.
    """
    longer = len(other[0]) > len(first) and other[1] not in _LOOSE
    known = all(
        any(f" {name} ".casefold() in f" {full} ".casefold() for full in other[0]) for name in first
    )
    return known and (
        longer or (len(other[0]) == len(first) and len(" ".join(other[0])) > len(" ".join(first)))
    )
