"""Remove the secrets in the URLs and texts of posts and articles, before any of them is stored.

Pure functions. Every text and every URL of a post or an article is cleaned here. A value without
secrets is returned as the same object, so that the common case copies nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from operator import attrgetter
from typing import Any, NamedTuple

from crawler.models.articles import Article
from crawler.models.posts import Author, Card, Link, Post, Provenance
from crawler.url_secrets import (
    any_has_secrets,
    has_secrets,
    text_has_secrets,
    text_without_secrets,
    without_secrets,
)


class _Fields(NamedTuple):
    """The fields of a value that others wrote: `lists` are tuples of texts, `parts` are values."""

    urls: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


_FIELDS = {
    Article: _Fields(
        ("canonical", "url"),
        ("description", "site_name", "text", "title"),
        ("authors", "headings", "keywords"),
        ("links",),
    ),
    Author: _Fields(("url",), ("handle", "name", "network"), ("aliases",)),
    Card: _Fields(("link",), ("description", "site_name", "title")),
    Link: _Fields(("url",), ("shown",)),
    Post: _Fields(
        ("thread_key", "uri", "url"),
        ("network", "text"),
        ("hashtags",),
        ("author", "cards", "links", "provenance"),
    ),
    Provenance: _Fields(("id", "request")),
}


def _getter(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Return a fast function that reads the fields `names` of a value.

    `attrgetter` returns a tuple for two names or more, so a single one is read twice.
    """
    if not names:
        return lambda value: ()
    return attrgetter(*(names if len(names) > 1 else names * 2))


_GETTERS = {
    kind: (_getter(fields.urls), _getter(fields.texts), fields.lists, fields.parts)
    for kind, fields in _FIELDS.items()
}


def redacted(post: Post) -> Post:
    """Return `post` without secrets in its fields, and in those of its author, links and cards.

    A hashtag with a secret is left out.
    """
    parameters: list[str | None] = [
        _as_parameter(hashtag) for hashtag in post.hashtags if "=" in hashtag
    ]
    if not _have_secrets(post, parameters):
        return post
    hashtags = tuple(hashtag for hashtag in post.hashtags if not _is_secret_hashtag(hashtag))
    cleaned: Post = _cleaned(replace(post, hashtags=hashtags))
    return cleaned


def redacted_article(article: Article) -> Article:
    """Return `article` without secrets in its URLs, links and texts.

    The content hash stays: it identifies the text of the page.
    """
    cleaned: Article = _cleaned(article) if _have_secrets(article, []) else article
    return cleaned


def _have_secrets(value: Any, urls: list[str | None]) -> bool:
    """Whether `value` or one of `urls` has a secret."""
    texts: list[str] = []
    _collect(value, urls, texts)
    return any_has_secrets(dict.fromkeys(filter(None, urls)), texts)


def _collect(value: Any, urls: list[str | None], texts: list[str]) -> None:
    """Add every URL and text of `value` and of its parts to `urls` and `texts`."""
    get_urls, get_texts, lists, parts = _GETTERS[type(value)]
    urls += get_urls(value)
    texts += get_texts(value)
    for name in lists:
        texts += getattr(value, name)
    for name in parts:
        part = getattr(value, name)
        if part:
            for item in part if isinstance(part, tuple) else (part,):
                _collect(item, urls, texts)


def _cleaned(value: Any) -> Any:
    """Return `value` with every field cleaned that `_collect` reads; None stays None."""
    if value is None:
        return None
    fields = _FIELDS[type(value)]
    changes: dict[str, Any] = {}
    for name in fields.urls:
        url = getattr(value, name)
        changes[name] = url and without_secrets(url)
    for name in fields.texts:
        changes[name] = text_without_secrets(getattr(value, name))
    for name in fields.lists:
        changes[name] = tuple(map(text_without_secrets, getattr(value, name)))
    for name in fields.parts:
        part = getattr(value, name)
        changes[name] = tuple(map(_cleaned, part)) if isinstance(part, tuple) else _cleaned(part)
    return replace(value, **changes)


def _is_secret_hashtag(hashtag: str) -> bool:
    return has_secrets(_as_parameter(hashtag)) or text_has_secrets(hashtag)


def _as_parameter(hashtag: str) -> str:
    """The hashtag as a query: one such as `token=abc` may be a secret without a URL."""
    return f"?{hashtag}"
