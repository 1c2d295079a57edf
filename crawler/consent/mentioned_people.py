"""Find people mentioned in a post, by `@handle` or profile URL, and remove them. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from crawler.models.posts import Author, Post
from crawler.text_cleaning import fold

WITHHELD = "[withheld]"  # replaces a mention of somebody who does not want to be named

_URL = re.compile(
    r"https?://(?P<host>[^\s/<>\"]{1,253})/(?:web/|deck/)?"
    r"(?:@|users/|profile/)(?P<name>[^\s/?#<>\"@,;)]{1,300})(?:@(?P<home>[\w.:-]{1,253}))?"
    r"[^\s<>\"]{0,2000}",
    re.IGNORECASE,
)
_SHORT_URL = re.compile(
    r"(?<![\w@/.])(?P<host>(?:[\w-]{1,63}\.){1,5}[\w-]{2,63})/@(?P<name>[\w.-]{1,300})[^\s<>\"]{0,2000}"
)
_HANDLE = re.compile(r"(?<![\w@/.])@(?P<name>[\w.-]{1,253}\w)(?:@(?P<home>[\w.-]{1,253}\w))?")


def name_spellings(author: Author) -> tuple[str, ...]:
    """Return the spellings by which posts of one network may name `author`.

    These are the handle, the user name and the aliases.

    A mention in a Mastodon post shows the user name without its server.
    """
    names = (author.handle, *author.aliases)
    users = [name.split("@", 1)[0] for name in names if "@" in name]
    return tuple(dict.fromkeys(fold(name) for name in (*names, *users) if name))


def mentioned_names(text: str) -> frozenset[str]:
    """Return every folded spelling by which `text` may name a person."""
    mentioned: set[str] = set()

    def note(names: frozenset[str]) -> bool:
        mentioned.update(names)
        return False

    without_mentions(text, note)
    return frozenset(mentioned)


def names_in_post(post: Post) -> frozenset[str]:
    """Return every folded spelling by which the text and links of `post` may name a person."""
    return mentioned_names("\n".join((post.text, *(link.url for link in post.links))))


def without_names(post: Post, names: frozenset[str]) -> Post:
    """Return `post` without mentions of `names` and without links to their profiles and posts."""

    def is_named(spellings: frozenset[str]) -> bool:
        return bool(spellings & names)

    links = tuple(link for link in post.links if without_mentions(link.url, is_named) == link.url)
    return replace(post, text=without_mentions(post.text, is_named), links=links)


def without_mentions(text: str, is_withheld: Callable[[frozenset[str]], bool]) -> str:
    """Return `text` with each mention replaced for which `is_withheld` is true.

    `is_withheld` gets the spellings that one mention can mean. A profile or post URL is
    replaced as a whole.
    """
    if "@" not in text and "/users/" not in text and "/profile/" not in text:
        return text

    def replacement(match: re.Match[str]) -> str:
        return WITHHELD if is_withheld(frozenset(_names(match))) else match[0]

    for pattern in (_URL, _SHORT_URL, _HANDLE):
        text = pattern.sub(replacement, text)
    return text


def _names(match: re.Match[str]) -> Iterator[str]:
    """`@user@home` names one account, `@user` anyone called so, `host/@user` one account."""
    parts = match.groupdict()
    name, home = fold(parts["name"]), parts.get("home") or parts.get("host")
    if not home:
        yield name
        return
    yield f"{name}@{fold(home)}"
    if parts.get("host"):
        yield name
