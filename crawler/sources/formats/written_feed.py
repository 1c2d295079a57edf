"""A feed as its publisher wrote it: the fields of all XML formats, not cleaned and not resolved."""

from __future__ import annotations

from typing import NamedTuple


class WrittenLink(NamedTuple):
    """A link of an entry or feed.

    `relation` is the `rel` of Atom, or `rss` for the text of a `link` element, or `permalink` for
    a guid that is one. `media_type` and `language` are as declared.
    """

    href: str
    relation: str = "alternate"
    media_type: str = ""
    language: str = ""


class WrittenText(NamedTuple):
    """A text construct: its characters and its type, `text`, `html` or empty when not declared."""

    value: str = ""
    type: str = ""


class WrittenSource(NamedTuple):
    """The feed that an entry names as its source: `url` is the URL of that feed, or its id."""

    title: str = ""
    url: str = ""
    authors: tuple[str, ...] = ()


class WrittenEntry(NamedTuple):
    """One entry. `published` and `updated` have all dates of that meaning, the best first.

    `authors` are names with or without a mail address, as in `Ann Author <ann@lab.example>`.
    `texts` has the description, the content and other descriptions as HTML, the best first.
    """

    id: str = ""
    title: WrittenText = WrittenText()
    links: tuple[WrittenLink, ...] = ()
    published: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    comments: str = ""
    source: WrittenSource = WrittenSource()


class WrittenFeed(NamedTuple):
    """A feed with all its entries. `format` is rss, rss1, atom or cdf.

    `ttl`, `update_period`, `update_frequency`, `skip_hours` and `skip_days` are its polling hints.
    """

    format: str
    title: WrittenText = WrittenText()
    links: tuple[WrittenLink, ...] = ()
    language: str = ""
    authors: tuple[str, ...] = ()
    ttl: str = ""
    update_period: str = ""
    update_frequency: str = ""
    skip_hours: tuple[str, ...] = ()
    skip_days: tuple[str, ...] = ()
    entries: tuple[WrittenEntry, ...] = ()
