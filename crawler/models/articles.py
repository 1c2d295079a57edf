"""An article as extracted, its state, its robots directives, and why a URL belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crawler.models.posts import Link


class ArticleState(StrEnum):
    """The state of the URL of an article after its last checks.

    `new` means that it was not fetched yet.
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
    """Why a URL belongs to an article.

    Rules are stored as `rule:<name>` and are not members.
    """

    AS_POSTED = "as-posted"
    REDIRECT = "redirect"
    CANONICAL = "canonical"
    TEXT_MATCH = "text-match"
    CURATOR = "curator"


@dataclass(frozen=True, slots=True)
class Directives:
    """The directives of a page: robots meta, X-Robots-Tag, Content-Signal, tdm-reservation."""

    noindex: bool = False
    noarchive: bool = False
    nosnippet: bool = False
    max_snippet: int | None = None
    no_ai: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """The fields extracted from one page.

    `field_sources` has the origin of each field: json-ld, og, meta, byline, url, text and others.
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
