"""Title, authors, dates, site, description and address of a page, each with where it was found: the
first plausible of ranked sources.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml.html import HtmlElement

from crawler.extract import jsonld
from crawler.extract.authors import find_authors, source_of_meta
from crawler.extract.date_parsing import writes_month_first
from crawler.extract.head_metadata import HeadMetadata
from crawler.extract.headline import blocks_near_headline, find_headline
from crawler.extract.main_text import absolute_url
from crawler.extract.page_phrases import GENERIC_TITLES
from crawler.extract.published_date import (
    DateContext,
    find_published_date,
    first_valid_date,
    is_update_label,
)
from crawler.extract.text_blocks import Block
from crawler.text_cleaning import clean_line
from crawler.url_parser import host_of

SourcedText = tuple[str, str]
# a page that declares more titles is playing games
MAX_DECLARED = 30
TITLE_METAS = (
    "og:title",
    "twitter:title",
    "citation_title",
    "dc.title",
    "dcterms.title",
    "parsely-title",
    "sailthru.title",
    "item:headline",
    "title",
)
DATE_METAS = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "item:datepublished", "citation_publication_date",
    "citation_date", "citation_online_date", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date",
    "publication_date", "publish-date", "publish_date", "pubdate", "article.published", "cxenseparse:recs:publishtime", "date", "datecreated",
    "shareaholic:article_published_time",
)  # fmt: skip
MODIFIED_METAS = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "last-modified",
)
DESCRIPTION_METAS = (
    "og:description",
    "description",
    "twitter:description",
    "dc.description",
    "citation_abstract",
)
SITE_METAS = (
    "og:site_name",
    "citation_journal_title",
    "application-name",
    "dc.publisher",
    "twitter:site",
)
KEYWORD_METAS = ("keywords", "news_keywords", "article:tag", "parsely-tags", "citation_keywords")
_MARKUP = re.compile(r"<[^<>]{1,300}>")
# "Site » Blog Archive » Title": what WordPress themes long wrote.
_BLOG_ARCHIVE = re.compile(
    r"^.{1,200}?\s»\s+blog archi(?:v|ve|ves|vio)\s+»\s+(?=\S)", re.IGNORECASE
)
_NO_LETTER = re.compile(r"[\W_]+")
_SUFFIX = re.compile(r"\s+(?:[|·•–—»›:]+|-|::|/)\s+")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a page besides its text; `sources` names the place of each field that was
    found.
    """

    title: str
    authors: tuple[str, ...]
    site_name: str
    published: datetime | None
    modified: datetime | None
    description: str
    keywords: tuple[str, ...]
    canonical: str | None
    sources: tuple[tuple[str, str], ...]


def title_element_text(root: HtmlElement) -> str:
    """The `title` element as one line."""
    return clean_line(root.findtext(".//title"))


def extract_metadata(
    head: HeadMetadata, blocks: Sequence[Block], start: int, url: str, seen: datetime
) -> Metadata:
    """Everything that a page at `url` says of itself; `start` is the block in which the main text
    begins; no date is later than a day after `seen`.
    """
    host = host_of(url).removeprefix("www.")
    site, site_source = _first_non_empty(_site_name_candidates(head, host))
    title, title_source = _find_title(head, blocks, start, site, host)
    near = blocks_near_headline(blocks, start, title)
    people, people_source = find_authors(
        head,
        [block for block in near if not _repeats_title(block, title)],
        blocks,
        site,
        clean_declared_value,
    )
    asked = DateContext(
        (url, *head.links.get("canonical", ())[:1]),
        seen,
        writes_month_first(head.language or head.first("content-language", "og:locale"), host),
    )
    day, day_source = _find_published(head, blocks, near, asked)
    modified, modified_source = first_valid_date(_modified_candidates(head), asked)
    description, description_source = _first_non_empty(
        _meta_values(head, *DESCRIPTION_METAS),
        [(jsonld.property_text(head.article.get("description")), "json-ld")],
        limit=1000,
    )
    canonical, canonical_source = _declared_canonical(head, url)
    sources = {
        "title": title_source, "authors": people_source, "site_name": site_source, "published": day_source, "modified": modified_source,
        "description": description_source, "canonical": canonical_source,
    }  # fmt: skip
    found = tuple((field, source) for field, source in sources.items() if source)
    return Metadata(
        title, people, site, day, modified, description, _parse_keywords(head), canonical, found
    )


def clean_declared_value(value: str, limit: int = 300) -> str:
    """A declared value as one clean line: entities decoded once more (many write them twice), tags
    dropped.
    """
    return clean_line(
        _MARKUP.sub(" ", entities.unescape(value)) if "&" in value or "<" in value else value, limit
    )


def _first_non_empty(*candidates: Iterable[SourcedText], limit: int = 300) -> SourcedText:
    return next(
        (
            (text, source)
            for group in candidates
            for value, source in group
            if (text := clean_declared_value(value, limit))
        ),
        ("", ""),
    )


def _meta_values(head: HeadMetadata, *wanted: str) -> Iterable[SourcedText]:
    return ((value, source_of_meta(name)) for name in wanted for value in head.meta.get(name, ()))


def _site_name_candidates(head: HeadMetadata, host: str) -> Iterable[SourcedText]:
    yield from _meta_values(head, "og:site_name", "citation_journal_title")
    for key in ("publisher", "isPartOf"):
        yield next(iter(jsonld.entity_names(head.article.get(key), head.graph)), ""), "json-ld"
    yield (
        next(
            (
                jsonld.property_text(node.get("name"))
                for node in head.graph
                if "WebSite" in jsonld.node_types(node)
            ),
            "",
        ),
        "json-ld",
    )
    yield from (
        (value, source)
        for value, source in _meta_values(head, *SITE_METAS[2:])
        if not value.startswith("@")
    )
    yield host, "url"


def _find_title(
    head: HeadMetadata, blocks: Sequence[Block], start: int, site: str, host: str
) -> SourcedText:
    """The headline that people see, when it is surely one; else what the page declares, without the
    name of the site.
    """
    declared = [
        *_meta_values(head, *TITLE_METAS),
        (jsonld.property_text(head.article.get("headline")), "json-ld"),
        (
            ""
            if "WebPage" in jsonld.node_types(head.article)
            else jsonld.property_text(head.article.get("name")),
            "json-ld",
        ),
        (head.title, "title"),
    ]
    declared = [(_BLOG_ARCHIVE.sub("", value), source) for value, source in declared]
    best, source = _first_non_empty(
        [
            (value, source)
            for value, source in declared
            if clean_declared_value(value).casefold() != site.casefold()
        ],
        declared,
    )
    titles = [
        best,
        *(
            text
            for value in dict(declared[:MAX_DECLARED])
            if (text := clean_declared_value(value)) and text.casefold() != site.casefold()
        ),
    ]
    shown = clean_declared_value(find_headline(blocks, start, titles, site))
    return (
        (shown, "heading")
        if shown and (not best or best.casefold() not in shown.casefold())
        else (_strip_site_name(best, site, host), source)
    )


def _repeats_title(block: Block, title: str) -> bool:
    """Whether a block repeats most of the title."""
    return (
        len(block.text) * 2 > len(title) and block.text.casefold().rstrip(" #¶") in title.casefold()
    )


def _strip_site_name(title: str, site: str, host: str) -> str:
    """A title without the name of its site or of a kind of page at its ends."""
    parts = _SUFFIX.split(title)
    extra = [part.casefold() in GENERIC_TITLES or _names_site(part, site, host) for part in parts]
    if all(extra) or not any(_names_site(part, site, host) for part in parts):
        return title
    first, last = parts[extra.index(False)], parts[len(parts) - 1 - extra[::-1].index(False)]
    return title[title.index(first) : title.rindex(last) + len(last)]


def _names_site(part: str, site: str, host: str) -> bool:
    """Whether a part of a title is the name of the site, or its host as one writes it: `Twin
    Cities` or `twincities.com` of `www.twincities.com`.
    """
    if part.casefold() == site.casefold():
        return True
    squeezed = _NO_LETTER.sub("", part.casefold())
    return len(squeezed) > 2 and squeezed in (_NO_LETTER.sub("", host), *host.split(".")[:-1])


def _find_published(
    head: HeadMetadata, blocks: Sequence[Block], near: Sequence[Block], asked: DateContext
) -> tuple[datetime | None, str]:
    stated = (
        (jsonld.property_text(head.article.get(key)), "json-ld")
        for key in ("datePublished", "dateCreated", "uploadDate")
    )
    others = ((jsonld.property_text(node.get("datePublished")), "json-ld") for node in head.graph)
    after = blocks[near[0].order + 1 :][: len(blocks) // 2] if near else ()
    return find_published_date(
        (*stated, *_meta_values(head, *DATE_METAS), *others), head.times, near, after, asked
    )


def _modified_candidates(head: HeadMetadata) -> Iterable[SourcedText]:
    yield jsonld.property_text(head.article.get("dateModified")), "json-ld"
    yield from _meta_values(head, *MODIFIED_METAS)
    yield from ((value, "time") for value, name in head.times if is_update_label(name))


def _parse_keywords(head: HeadMetadata) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for value, _ in _meta_values(head, *KEYWORD_METAS):
        for word in value.split(","):
            text = clean_declared_value(word, 60)
            if text:
                found.setdefault(text.casefold(), text)
    return tuple(found.values())[:30]


def _declared_canonical(head: HeadMetadata, url: str) -> tuple[str | None, str]:
    base = absolute_url(url, head.base) or url
    for value, source in [
        *((href, "link") for href in head.links.get("canonical", ())),
        *_meta_values(head, "og:url"),
    ]:
        address = absolute_url(base, value)
        if address:
            return address, source
    return None, ""
