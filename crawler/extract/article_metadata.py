"""Metadata of an article: title, authors, dates, site, description, keywords and canonical URL.

Each field is the first plausible value of a ranked list of sources. Its source is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml.html import HtmlElement

from crawler.dates.day_order import writes_month_first
from crawler.extract import jsonld
from crawler.extract.authors import find_authors
from crawler.extract.declared_values import (
    SourcedText,
    clean_declared_value,
    first_non_empty,
    meta_values,
)
from crawler.extract.embedded_metadata import HeadMetadata
from crawler.extract.headline import blocks_near_headline
from crawler.extract.main_text import absolute_url
from crawler.extract.page_title import Site, find_title
from crawler.extract.published_date import (
    find_published_date,
    first_valid_date,
    is_update_label,
)
from crawler.extract.text_blocks import Block
from crawler.extract.time_elements import locate_times
from crawler.extract.visible_date import DateContext, DatedParts, belongs_to_page, end_of_page
from crawler.text_cleaning import clean_line
from crawler.url_parser import host_of

MAX_KEYWORDS = 30
DATE_METAS = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "item:datepublished", "citation_publication_date", "citation_date", "citation_online_date",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date",
    "dcterms.date", "publication_date", "publish-date", "publish_date", "pubdate",
    "article.published", "cxenseparse:recs:publishtime", "date", "datecreated",
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


@dataclass(frozen=True, slots=True)
class Metadata:
    """The metadata of a page. `sources` names the source of each field that has a value."""

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
    """Return the text of the `title` element of the tree `root` as one line."""
    return clean_line(root.findtext(".//title"))


def extract_metadata(
    head: HeadMetadata, blocks: Sequence[Block], start: int, url: str, fetched_at: datetime
) -> Metadata:
    """Return the metadata of the page at `url`.

    `head` is what the page declares, `blocks` are its text blocks, and `start` is the position of
    the block in which the main text begins. `fetched_at` is the time of the fetch (aware UTC):
    later dates, except those of the next day, are ignored.
    """
    host = host_of(url).removeprefix("www.")
    site_name, site_source = first_non_empty(_site_name_candidates(head, host))
    site = Site(site_name, host)
    title, title_source = find_title(head, blocks, start, site)

    near = blocks_near_headline(blocks, start, title)
    times = locate_times(head.times, blocks)
    parts = DatedParts(blocks, near, start, end_of_page(blocks, start), times)
    bylines = [block for block in near if not _repeats_title(block, title)]
    authors, authors_source = _find_authors(head, bylines, parts, site)
    context = _date_context(head, url, host, fetched_at)
    declared_dates = tuple(_published_candidates(head))
    published, published_source = find_published_date(declared_dates, parts, context)
    modified, modified_source = first_valid_date(_modified_candidates(head), context)
    description, description_source = _find_description(head)
    canonical, canonical_source = _declared_canonical(head, url)

    return Metadata(
        title=title,
        authors=authors,
        site_name=site_name,
        published=published,
        modified=modified,
        description=description,
        keywords=_parse_keywords(head),
        canonical=canonical,
        sources=_stated_sources(
            title=title_source,
            authors=authors_source,
            site_name=site_source,
            published=published_source,
            modified=modified_source,
            description=description_source,
            canonical=canonical_source,
        ),
    )


def _stated_sources(**sources: str) -> tuple[tuple[str, str], ...]:
    """Return the field and source of each field that has a source."""
    return tuple((field, source) for field, source in sources.items() if source)


def _find_authors(
    head: HeadMetadata, near: Sequence[Block], parts: DatedParts, site: Site
) -> tuple[tuple[str, ...], str]:
    """Return the authors and their source, without those of comments and of other pages."""
    own = [block for block in near if _is_of_page(block, parts)]
    blocks = [block for block in parts.blocks[: parts.end] if not block.container.is_comment]
    return find_authors(head, own, blocks, parts.start, site.name, clean_declared_value)


def _is_of_page(block: Block, parts: DatedParts) -> bool:
    if block.order <= parts.start:
        return True
    return block.order < parts.end and belongs_to_page(block, parts)


def _date_context(head: HeadMetadata, url: str, host: str, fetched_at: datetime) -> DateContext:
    urls = (url, *head.links.get("canonical", ())[:1])
    language = head.language or head.first("content-language", "og:locale")
    return DateContext(urls, fetched_at, writes_month_first(language, host))


def _site_name_candidates(head: HeadMetadata, host: str) -> Iterator[SourcedText]:
    yield from meta_values(head, "og:site_name", "citation_journal_title")
    for key in ("publisher", "isPartOf"):
        names = jsonld.entity_names(head.article.get(key), head.graph)
        yield next(iter(names), ""), "json-ld"
    yield _website_name(head), "json-ld"
    for value, source in meta_values(head, *SITE_METAS[2:]):
        if not value.startswith("@"):
            yield value, source
    yield host, "url"


def _website_name(head: HeadMetadata) -> str:
    for node in head.graph:
        if "WebSite" in jsonld.node_types(node):
            return jsonld.property_text(node.get("name"))
    return ""


def _repeats_title(block: Block, title: str) -> bool:
    """Whether a block is most of the title."""
    text = block.text.casefold().rstrip(" #¶")
    return len(block.text) * 2 > len(title) and text in title.casefold()


def _published_candidates(head: HeadMetadata) -> Iterator[SourcedText]:
    for key in ("datePublished", "dateCreated", "uploadDate"):
        yield jsonld.property_text(head.article.get(key)), "json-ld"
    yield from meta_values(head, *DATE_METAS)
    for node in head.graph:
        if jsonld.OTHER_TYPES.isdisjoint(jsonld.node_types(node)):
            yield jsonld.property_text(node.get("datePublished")), "json-ld"


def _modified_candidates(head: HeadMetadata) -> Iterator[SourcedText]:
    yield jsonld.property_text(head.article.get("dateModified")), "json-ld"
    yield from meta_values(head, *MODIFIED_METAS)
    yield from ((element.value, "time") for element in head.times if is_update_label(element.words))


def _find_description(head: HeadMetadata) -> SourcedText:
    in_article = jsonld.property_text(head.article.get("description"))
    declared = meta_values(head, *DESCRIPTION_METAS)
    return first_non_empty(declared, [(in_article, "json-ld")], limit=1000)


def _parse_keywords(head: HeadMetadata) -> tuple[str, ...]:
    keywords: dict[str, str] = {}
    for value, _ in meta_values(head, *KEYWORD_METAS):
        for part in value.split(","):
            keyword = clean_declared_value(part, 60)
            if keyword:
                keywords.setdefault(keyword.casefold(), keyword)
    return tuple(keywords.values())[:MAX_KEYWORDS]


def _declared_canonical(head: HeadMetadata, url: str) -> tuple[str | None, str]:
    base = absolute_url(url, head.base) or url
    links = ((href, "link") for href in head.links.get("canonical", ()))
    for value, source in (*links, *meta_values(head, "og:url")):
        canonical = absolute_url(base, value)
        if canonical:
            return canonical, source
    return None, ""
