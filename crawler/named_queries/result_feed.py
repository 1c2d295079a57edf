"""Atom feeds of named queries (RFC 4287): the newest rows of a result as entries."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from crawler.named_queries.data_licence import LICENCE
from crawler.named_queries.publication import Publication
from crawler.named_queries.query_files import FEED_ROLES
from crawler.named_queries.query_results import QueryResult
from crawler.named_queries.summary_sentences import SqlValue
from crawler.site_urls import article_path, is_web_url
from crawler.tag_uris import tag_uri
from crawler.utc_times import iso, parse_iso_date

MOST_ENTRIES = 100
_LONGEST_TITLE = 300  # characters
_LONGEST_CELL = 500  # characters
_ATOM = "http://www.w3.org/2005/Atom"
_NEVER = "1970-01-01T00:00:00Z"
_UNTITLED = "Untitled"
_ANY_TIME = datetime(9000, 1, 1, tzinfo=UTC)
# XML 1.0, section 2.2, without the controls that it discourages.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_NOT_IRI = re.compile(r'[\s<>"{}|\\^`]')


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row of a result as an entry.

    `page` is the URL of the page of the site about its article, empty if there is none. `updated`
    is a time in UTC, and `content` is HTML.
    """

    id: str
    title: str
    url: str
    page: str
    updated: str
    content: str


def result_feed(result: QueryResult, publication: Publication) -> str:
    """Return the Atom feed of a result: one entry per URL (else post or title), newest first.

    The header `feed` of the query names the columns of title, URL and time. `publication` has the
    feed authority, the URLs and the time of the snapshot. The ids stay the same in every snapshot
    (RFC 4287, 4.2.6).
    """
    entries = _newest_entries(result, publication)
    values = publication.feed_values(result)
    feed = Element("feed", xmlns=_ATOM)
    _add(feed, "id", tag_uri(publication.site, "query", result.query.name, values))
    _add(feed, "title", _title(result, publication))
    _add(feed, "subtitle", result.query.description)
    _add(feed, "updated", entries[0].updated if entries else _snapshot_time(publication))
    _add(SubElement(feed, "author"), "name", publication.site.title)
    _add(feed, "generator", "Hashtrail")
    _add(feed, "rights", f"Compilation: {LICENCE}. Titles and excerpts belong to their authors.")
    _add_link(feed, "self", "application/atom+xml", publication.result_url(result, "atom"))
    _add_link(feed, "alternate", "text/html", publication.result_url(result))
    for entry in entries:
        _add_entry(feed, entry)
    indent(feed, "")
    document: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return document.decode() + "\n"


def _title(result: QueryResult, publication: Publication) -> str:
    labels = (result.labels[name] for name in publication.feed_values(result))
    return ", ".join((f"{publication.site.title}: {result.query.title}", *labels))


def _newest_entries(result: QueryResult, publication: Publication) -> list[_Entry]:
    """The entries, newest first. Of two rows with one id the first counts."""
    entries: dict[str, _Entry] = {}
    for entry in _entries(result, publication):
        entries.setdefault(entry.id, entry)
    newest = sorted(entries.values(), key=lambda entry: entry.updated, reverse=True)
    return newest[:MOST_ENTRIES]


def _entries(result: QueryResult, publication: Publication) -> Iterator[_Entry]:
    fallback = _snapshot_time(publication)
    latest = parse_iso_date(publication.snapshot, _ANY_TIME) or _ANY_TIME
    for values in result.rows:
        row = dict(zip(result.columns, values, strict=True))
        title, url, at = (_text(row.get(result.query.feed[role])) for role in FEED_ROLES)
        subject = url or _text(row.get("post_id")) or title
        key = hashlib.blake2b(subject.encode(), digest_size=8).hexdigest()
        yield _Entry(
            id=tag_uri(publication.site, "query", f"{result.query.name}/{key}"),
            title=" ".join(title.split())[:_LONGEST_TITLE] or url or _UNTITLED,
            url=_iri(url) if is_web_url(url) else "",
            page=_page(row, publication),
            updated=iso(parse_iso_date(at, latest)) or fallback,
            content=_content(row, result),
        )


def _page(row: dict[str, SqlValue], publication: Publication) -> str:
    article_id, title, base = row.get("article_id"), row.get("title"), publication.site.base_url
    if not (base and isinstance(article_id, int) and isinstance(title, str)):
        return ""
    return f"{base.rstrip('/')}/{article_path(article_id, title)}"


def _content(row: dict[str, SqlValue], result: QueryResult) -> str:
    """The other columns of a row as a list of definitions."""
    omitted = {result.query.feed["title"], result.query.feed["url"]}
    items = (
        f"<dt>{html.escape(name.replace('_', ' '))}</dt><dd>{html.escape(text)}</dd>"
        for name, text in ((name, _text(value)[:_LONGEST_CELL]) for name, value in row.items())
        if text and name not in omitted
    )
    return f"<dl>{''.join(items)}</dl>"


def _add_entry(feed: Element, entry: _Entry) -> None:
    element = SubElement(feed, "entry")
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "updated", entry.updated)
    _add_link(element, "alternate", "", entry.url)
    _add_link(element, "related", "text/html", entry.page)
    _add(element, "content", entry.content).set("type", "html")


def _add(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = _text(text)
    return element


def _add_link(parent: Element, relation: str, media_type: str, url: str) -> None:
    if url:
        types = {"type": media_type} if media_type else {}
        SubElement(parent, "link", {"rel": relation, **types, "href": url})


def _snapshot_time(publication: Publication) -> str:
    return iso(parse_iso_date(publication.snapshot, _ANY_TIME)) or _NEVER


def _iri(url: str) -> str:
    """The URL with the characters percent-encoded that no IRI contains (RFC 3987)."""
    return _NOT_IRI.sub(lambda match: quote(match[0]), url)


def _text(value: SqlValue) -> str:
    """A value as text that XML can contain."""
    text = value.hex() if isinstance(value, bytes) else "" if value is None else str(value)
    return _NOT_XML.sub("", text)
