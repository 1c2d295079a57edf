"""A post with its author, links, link cards, consent level and provenance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

LinkOrigin = Literal["body", "card", "facet", "attachment"]


class Consent(StrEnum):
    """The part of a post that may be published, from widest to narrowest (consent/levels.py)."""

    FULL = "full"
    REFERENCE = "reference"
    LINK_ONLY = "link-only"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Link:
    """A URL inside a post, exactly as its author wrote it."""

    url: str
    shown: str = ""
    origin: LinkOrigin = "body"


@dataclass(frozen=True, slots=True)
class Card:
    """A link preview that a network attached to a post; `link` is None if it has no URL."""

    title: str
    description: str = ""
    site_name: str = ""
    link: str | None = None
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """The author of a post; an empty handle means unknown. `aliases`: other handles in use."""

    network: str
    handle: str
    name: str = ""
    url: str = ""
    consent: Consent = Consent.FULL
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """The origin of a post: a file with its first and last line (from 1), or a request URL.

    `id` is the id of the post at the requested server. `date_precision` is the unit to which the
    date of a copied post is known, for example `day`: networks print ages.
    """

    file: str | None = None
    lines: tuple[int, int] | None = None
    request: str | None = None
    id: str | None = None
    date_precision: str | None = None


@dataclass(frozen=True, slots=True)
class FeedEntryId:
    """The id (`guid`) and the page of an entry as its feed states them; both may be empty.

    `other_uris` are URIs of the post for the case that another entry has the first one.
    """

    guid: str
    link: str
    other_uris: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """One post. `uri` is its global id; `reasons` are the signals that narrowed its consent.

    `feed_entry` is the entry of a feed that the post is made of.
    """

    network: str
    uri: str
    text: str
    url: str = ""
    author: Author | None = None
    html: str = ""
    language: str = ""
    published: datetime | None = None
    edited: datetime | None = None
    hashtags: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    cards: tuple[Card, ...] = ()
    thread_key: str | None = None
    thread_position: int | None = None
    visibility: str = "public"
    consent: Consent = Consent.FULL
    sensitive: bool = False
    counts: tuple[tuple[str, int], ...] = ()
    provenance: Provenance = Provenance()
    reasons: tuple[str, ...] = ()
    feed_entry: FeedEntryId | None = None
