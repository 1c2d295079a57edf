"""Limit the size of posts before they are stored: longer texts are cut with a marker. No I/O."""

from __future__ import annotations

from dataclasses import replace

from crawler.models.posts import Author, Card, Link, Post
from crawler.text_cleaning import STORED_CHARACTERS, truncate_text

_LINE = 1_000  # titles, names and the like
_TAG = 100
_MOST = 500  # links, cards or hashtags of one post


def limited(post: Post) -> Post:
    """Return `post` with every text of bounded length and every list of bounded size.

    The result is the same object if nothing is too long, so that the common case copies nothing.
    """
    if _is_short(post):
        return post
    return replace(
        post,
        text=truncate_text(post.text),
        author=_limited_author(post.author) if post.author else None,
        hashtags=tuple(tag for tag in post.hashtags if len(tag) <= _TAG)[:_MOST],
        links=tuple(map(_limited_link, post.links[:_MOST])),
        cards=tuple(map(_limited_card, post.cards[:_MOST])),
    )


def _is_short(post: Post) -> bool:
    lines = [link.shown for link in post.links]
    lines += [post.author.name] if post.author else []
    for card in post.cards:
        lines += (card.title, card.description, card.site_name)
    return (
        len(post.text) <= STORED_CHARACTERS
        and max(map(len, lines), default=0) <= _LINE
        and max(map(len, post.hashtags), default=0) <= _TAG
        and max(len(post.links), len(post.cards), len(post.hashtags)) <= _MOST
    )


def _limited_author(author: Author) -> Author:
    return replace(author, name=truncate_text(author.name, _LINE))


def _limited_link(link: Link) -> Link:
    return replace(link, shown=truncate_text(link.shown, _LINE))


def _limited_card(card: Card) -> Card:
    return replace(
        card,
        title=truncate_text(card.title, _LINE),
        description=truncate_text(card.description, _LINE),
        site_name=truncate_text(card.site_name, _LINE),
    )
