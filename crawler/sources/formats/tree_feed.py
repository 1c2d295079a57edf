"""Fast reader of well-formed RSS 2.0, RSS 1.0 and Atom 1.0 (RFC 4287): one pass over an lxml tree.

It returns None where it is not sure, and feedparser decides. libxml2 limits depth and the length of
texts and names. A document with a DOCTYPE is not read, so entities are never expanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import chain, islice
from typing import Any

from lxml import etree

from crawler.html_text_and_links import absolute_web_url
from crawler.sources.formats.entry_authors import written_person
from crawler.sources.formats.entry_links import relation_of
from crawler.sources.formats.entry_summaries import text_as_html
from crawler.sources.formats.feed_elements import (
    FIELDS,
    RDF,
    RDF_ABOUT,
    XML_BASE,
    XML_LANG,
    field_without_case,
)
from crawler.sources.formats.written_feed import (
    WrittenEntry,
    WrittenFeed,
    WrittenLink,
    WrittenSource,
    WrittenText,
)
from crawler.text_cleaning import person_name

Element = Any
Fields = dict[str, list[Element]]

_FORMATS = {
    "rss": "rss",
    f"{{{RDF}}}RDF": "rss1",
    "{http://www.w3.org/2005/Atom}feed": "atom",
    "{https://www.w3.org/2005/Atom}feed": "atom",
}
_TEXT_TYPES = {"text": "text", "text/plain": "text", "html": "html", "text/html": "html"}
_XHTML_TYPES = frozenset({"xhtml", "application/xhtml+xml"})
_PUBLISHED = ("published", "issued", "available", "date", "publication day", "created")
_PREFIX = re.compile(r"(</?)[\w.-]+:")
_PERSON_PART = re.compile(r"(?:\{[^}]*\})?(name|email)\Z")
# Tags of elements that show their text, then a character that is visible.
_WORDS_FIRST = re.compile(r"(?:\s*<(?!style|script|!)[^<>]*>)*+\s*[^<&\s]", re.IGNORECASE)
_TEXT_FIELDS = ("description", "summary", "encoded", "body", "content")
_MAX_LISTED = 1_000
_NO_SOURCE = WrittenSource()


def read_tree(data: bytes, base: str) -> WrittenFeed | None:
    """Return the feed in the UTF-8 document `data`, or None if it is malformed or unusual.

    `base` is the URL of the feed, to which a relative `xml:base` refers.
    """
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root.tag not in _FORMATS or root.getroottree().docinfo.doctype:
        return None
    return _Reader(base if b"xml:base" in data else None).read(root)


class _Reader:
    """Reader of one document. `base` is None if no element has `xml:base`."""

    def __init__(self, base: str | None) -> None:
        self._base = base

    def read(self, root: Element) -> WrittenFeed | None:
        """Return the feed; None if it has no entry with a title, a link or a text."""
        top = _fields(root)
        channel = _first(top, "channel") if root.tag in ("rss", f"{{{RDF}}}RDF") else root
        if channel is None:
            return None
        head = top if channel is root else _fields(channel)
        items = [*head.get("item", ()), *top.get("item", ()), *top.get("entry", ())]
        entries = tuple(map(self._entry, items))
        is_readable = any(entry.title.value or entry.links or entry.texts for entry in entries)
        return self._feed(root, channel, head, entries) if is_readable else None

    def _feed(
        self, root: Element, channel: Element, head: Fields, entries: tuple[WrittenEntry, ...]
    ) -> WrittenFeed:
        return WrittenFeed(
            format=_FORMATS[root.tag],
            title=_title(head),
            links=tuple(self._links(channel, head)),
            language=_first_text(head, "language")
            or channel.get(XML_LANG)
            or root.get(XML_LANG, ""),
            authors=_authors(head),
            ttl=_first_text(head, "ttl"),
            update_period=_first_text(head, "update period"),
            update_frequency=_first_text(head, "update frequency"),
            skip_hours=_listed(head, "skip hours"),
            skip_days=_listed(head, "skip days"),
            entries=entries,
        )

    def _entry(self, element: Element) -> WrittenEntry:
        fields = _fields(element)
        return WrittenEntry(
            id=_first_text(fields, "guid", "id") or element.get(RDF_ABOUT, ""),
            title=_title(fields),
            links=tuple(self._links(element, fields)),
            published=_texts(fields, *_PUBLISHED),
            updated=_texts(fields, "updated", "modified", "date"),
            authors=_authors(fields),
            texts=tuple(_html(fields)),
            tags=tuple(islice(_tags(fields), _MAX_LISTED)),
            comments=_first_text(fields, "comments"),
            source=_source(fields),
        )

    def _links(self, element: Element, fields: Fields) -> Iterator[WrittenLink]:
        for link in fields.get("original link", ()):
            yield WrittenLink(_text(link), "original")
        for link in fields.get("link", ()):
            if href := _text(link).strip() or link.get("href"):
                yield WrittenLink(self._resolved(link, href), "rss")
        for link in fields.get("atom link", ()):
            if href := link.get("href", "").strip() or _text(link).strip():
                yield _atom_link(link, self._resolved(link, href))
        if permalink := _permalink(element, fields):
            yield WrittenLink(permalink, "permalink")

    def _resolved(self, element: Element, href: str) -> str:
        """Return `href` relative to the `xml:base` of the element and of those around it."""
        if self._base is None:
            return href
        bases = [node.get(XML_BASE) for node in (element, *element.iterancestors())]
        base = self._base
        for written in reversed([value for value in bases if value]):
            base = absolute_web_url(written, base) or base
        return (absolute_web_url(href, base) or href) if base != self._base else href


def _fields(element: Element) -> Fields:
    fields: Fields = {}
    for child in element:
        tag = child.tag
        field = FIELDS.get(tag) or field_without_case(tag)
        if field:
            fields.setdefault(field, []).append(child)
    return fields


def _first(fields: Fields, name: str) -> Element | None:
    elements = fields.get(name)
    return elements[0] if elements else None


def _text(element: Element) -> str:
    """Return the text of an element and of the elements in it."""
    return "".join(element.itertext()) if len(element) else element.text or ""


def _texts(fields: Fields, *names: str) -> tuple[str, ...]:
    """Return the texts of the fields `names` that are not blank, in the order of the names."""
    texts = []
    for name in names:
        for element in fields.get(name, ()):
            if text := _text(element).strip():
                texts.append(text)
    return tuple(texts[:_MAX_LISTED])


def _first_text(fields: Fields, *names: str) -> str:
    for name in names:
        for element in fields.get(name, ()):
            if text := _text(element).strip():
                return text
    return ""


def _listed(fields: Fields, name: str) -> tuple[str, ...]:
    """Return the texts of the elements in a list such as `skipDays`."""
    group = _first(fields, name)
    return () if group is None else tuple(map(_text, group[:_MAX_LISTED]))


def _title(fields: Fields) -> WrittenText:
    for element in (*fields.get("title", ()), *fields.get("atom title", ())):
        if text := _text(element).strip():
            return WrittenText(
                text, "" if len(element) else _TEXT_TYPES.get(element.get("type"), "")
            )
    return WrittenText(_first_text(fields, "other title"))


def _atom_link(element: Element, href: str) -> WrittenLink:
    return WrittenLink(
        href,
        relation_of(element.get("rel", "")),
        element.get("type", ""),
        element.get("hreflang", ""),
    )


def _permalink(element: Element, fields: Fields) -> str:
    """Return the id of an entry that may be its URL: RSS 2.0 states when a `guid` is not."""
    guid = _first(fields, "guid")
    if guid is None:
        return _first_text(fields, "id") or element.get(RDF_ABOUT, "")
    is_permalink = guid.get("isPermaLink") or guid.get("ispermalink", "true")
    return "" if is_permalink.lower() == "false" else _text(guid)


def _authors(fields: Fields) -> tuple[str, ...]:
    persons = (_person(author) for author in fields.get("author", ()))
    named = (*filter(None, persons), *_texts(fields, "creator"))
    podcasters = _texts(fields, "podcast author")
    if podcasters and not any(map(person_name, named)):
        return podcasters[:_MAX_LISTED]
    return named[:_MAX_LISTED]


def _person(author: Element) -> str:
    """Return an author by `name` and `email` of Atom, also in RSS, or the text of the element."""
    parts: dict[str, str] = {}
    for child in author:
        part = _PERSON_PART.match(child.tag)
        if part and not parts.get(part[1]):
            parts[part[1]] = _text(child).strip()
    return (
        written_person(parts.get("name", ""), parts.get("email", "")) or (author.text or "").strip()
    )


def _html(fields: Fields) -> Iterator[str]:
    """Yield the texts of an entry that have content, as HTML, the best first.

    The last one begins with words, so that nobody needs the texts after it.
    """
    for name in _TEXT_FIELDS:
        for element in fields.get(name, ()):
            if name != "content" or _is_text(element):
                markup = _markup(element, name)
                yield markup
                if _WORDS_FIRST.match(markup):
                    return
    yield from _texts(fields, "podcast summary", "abstract", "media description")
    for media in fields.get("media", ()):
        yield from _texts(_fields(media), "media description")


def _is_text(element: Element) -> bool:
    """Return whether `content` is text or HTML, not a picture or another document."""
    declared = element.get("type", "").lower()
    return "/" not in declared or declared.startswith("text/") or declared in _XHTML_TYPES


def _markup(element: Element, field: str) -> str:
    if not len(element):
        text = element.text or ""
        is_construct = field in ("summary", "content")
        return text_as_html(text, _declared_type(element)) if is_construct else text
    children = "".join(etree.tostring(child, encoding="unicode") for child in element)
    return escape(element.text or "", quote=False) + _PREFIX.sub(r"\1", children)


def _declared_type(element: Element) -> str:
    """Return the type of a text construct: `text`, `html`, or empty without a type."""
    declared = element.get("type", "").strip().lower()
    return _TEXT_TYPES.get(declared, "html") if declared else ""


def _tags(fields: Fields) -> Iterator[str]:
    groups = (_fields(group).get("category", ()) for group in fields.get("categories", ()))
    for category in chain(fields.get("category", ()), *groups):
        yield category.get("term") or _text(category) or category.get("label", "")
    for keywords in _texts(fields, "keywords"):
        yield from keywords.split(",", _MAX_LISTED)


def _source(fields: Fields) -> WrittenSource:
    """Return the feed that an entry was copied from (RFC 4287 section 4.2.11, RSS 2.0)."""
    source, rss_source = _first(fields, "atom source"), _first(fields, "source")
    if source is None:
        if rss_source is None:
            return _NO_SOURCE
        return WrittenSource(_first_text(fields, "source"), rss_source.get("url", ""))
    head = _fields(source)
    own = (link.get("href", "") for link in head.get("atom link", ()) if link.get("rel") == "self")
    title = _first_text(fields, "source") or _title(head).value
    return WrittenSource(title, next(own, "") or _first_text(head, "id"), _authors(head))
