"""Remove the secrets in the URLs of posts, before any post is stored.

Pure functions.
"""

from __future__ import annotations

from dataclasses import replace

from crawler.models.posts import Card, Post
from crawler.url_secrets import (
    has_secrets,
    text_has_secrets,
    text_without_secrets,
    without_secrets,
)


def redacted(post: Post) -> Post:
    """Return `post` without secrets in the URLs of its fields, links, cards and text.

    The result is the same object if there are no secrets, so that the common case copies nothing.
    """
    if not _is_affected(post):
        return post
    request = post.provenance.request
    return replace(
        post,
        uri=without_secrets(post.uri),
        url=without_secrets(post.url),
        text=text_without_secrets(post.text),
        links=tuple(
            replace(link, url=without_secrets(link.url), shown=text_without_secrets(link.shown))
            for link in post.links
        ),
        cards=tuple(map(_redacted_card, post.cards)),
        provenance=replace(post.provenance, request=request and without_secrets(request)),
    )


def _is_affected(post: Post) -> bool:
    urls = {post.uri, post.url, post.provenance.request or ""}
    urls.update(link.url for link in post.links)
    urls.update(card.link or "" for card in post.cards)
    texts = [post.text, *(link.shown for link in post.links)]
    texts += [text for card in post.cards for text in _texts(card)]
    return any(map(has_secrets, urls)) or any(map(text_has_secrets, texts))


def _redacted_card(card: Card) -> Card:
    title, description, site_name = map(text_without_secrets, _texts(card))
    link = card.link and without_secrets(card.link)
    return replace(card, link=link, title=title, description=description, site_name=site_name)


def _texts(card: Card) -> tuple[str, str, str]:
    return card.title, card.description, card.site_name
