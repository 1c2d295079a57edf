"""An article as extracted, its state, its robots directives, and why a URL belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crawler.models.posts import Link


class ArticleState(StrEnum):
    """What the last checks say about the address of an article.

    `new` means that it has not been read yet.
    """

    NEW = "new"
    OK = "ok"
    MOVED = "moved"
    BLOCKED = "blocked"
    GONE = "gone"
    PARKED = "parked"
    HIJACKED = "hijacked"
    CHANGED = "changed"
    UNREACHABLE = "unreachable"
    UNREADABLE = "unreadable"


class AliasReason(StrEnum):
    """Why an address is said to be an article's.

    Rules are written `rule:<name>` and are not members.
    """

    AS_POSTED = "as-posted"
    REDIRECT = "redirect"
    CANONICAL = "canonical"
    TEXT_MATCH = "text-match"
    CURATOR = "curator"


@dataclass(frozen=True, slots=True)
class Directives:
    """What a page asks of those who read it by machine (robots meta, X-Robots-Tag, Content-Signal,
    tdm-reservation).
    """

    noindex: bool = False
    noarchive: bool = False
    nosnippet: bool = False
    max_snippet: int | None = None
    no_ai: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """What was read at one address.

    `field_sources` says for each field where it was found (json-ld, og, meta, byline, url, text,
    …).
    """

    url: str
    title: str
    text: str
    canonical: str | None = None
    authors: tuple[str, ...] = ()
    site_name: str = ""
    published: datetime | None = None
    modified: datetime | None = None
    language: str = ""
    description: str = ""
    headings: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    content_hash: str = ""
    word_count: int = 0
    media_type: str = "text/html"
    directives: Directives = Directives()
    field_sources: tuple[tuple[str, str], ...] = ()
    extractor: str = ""
