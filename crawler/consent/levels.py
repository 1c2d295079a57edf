"""Consent levels: their order, and the fields of a post that may be stored at each. No I/O.

full       text, author, a link to the original; searchable
reference  a link to the original with network and date; hashtags count as evidence
link-only  only the link to the article counts; no part of the post is shown or linked
none       nothing
"""

from __future__ import annotations

from dataclasses import replace

from crawler.models.posts import Consent, Link, Post

_STRICTNESS = {level: number for number, level in enumerate(Consent)}


def stricter(first: Consent, second: Consent) -> Consent:
    """Return the narrower of the levels `first` and `second`."""
    return second if is_narrower(second, first) else first


def is_narrower(level: Consent, than: Consent) -> bool:
    """Whether `level` allows less than the level `than`."""
    return _STRICTNESS[level] > _STRICTNESS[than]


def reduce_to_level(post: Post, level: Consent) -> Post:
    """Return `post` with the fields that may be stored at `level`.

    The value always has its author, because older posts of the same author may have to be
    narrowed too. The store writes names and handles at the level `full` only.
    """
    if level is Consent.FULL:
        return post
    wordless = replace(
        post,
        text="",
        html="",
        language="",
        author=replace(post.author, name="", url="") if post.author else None,
        links=tuple(Link(link.url, origin=link.origin) for link in post.links),
        cards=(),
        thread_key=None,
        thread_position=None,
        counts=(),
        consent=level,
    )
    if level is Consent.REFERENCE:
        return wordless
    unlinked = replace(wordless, url="", hashtags=())
    return unlinked if level is Consent.LINK_ONLY else replace(unlinked, links=())
