"""Find people mentioned in a post, by `@handle` or profile URL, and remove them. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from crawler.consent.handles import accounts_named_in, host_spellings, without_at
from crawler.consent.urls_in_text import replace_urls
from crawler.models.posts import Author, Post
from crawler.text_cleaning import fold
from crawler.url_ends import HOST_NAME, LETTER, WORD

_EMPHASIS = "_"  # of Markdown
WITHHELD = "[withheld]"  # replaces a mention of somebody who does not want to be named

_NAME = rf"{WORD}++(?:[.-]++{WORD}++)*+"
# `@name:host` is an account of Matrix.
_HANDLE = re.compile(
    rf"(?<!{LETTER})(?<![@＠])[@＠]{_NAME}(?:[@＠](?:{HOST_NAME}|{_NAME}))?+(?!:{HOST_NAME})",
    re.IGNORECASE,
)
_MAY_NAME = re.compile(r"[@＠]|%40|/users/|/profile/|\.bsky\.social", re.IGNORECASE)


def name_spellings(author: Author) -> tuple[str, ...]:
    """Return the spellings by which posts of one network may name `author`.

    These are the handle, the user name and the aliases.

    A mention in a Mastodon post shows the user name without its server.
    """
    handles = filter(None, (author.handle, *author.aliases))
    names = [spelling for handle in handles for spelling in host_spellings(handle)]
    users = [name.split("@", 1)[0] for name in names if "@" in name]
    return tuple(dict.fromkeys(map(fold, (*names, *users))))


def names_one_account(network: str, name: str) -> bool:
    """Whether `name` has a host or is a DID: then it names one account, in posts of any network.

    Handles with a dot are host names on the `network` Bluesky only.
    """
    return "@" in name or ":" in name or (network == "bluesky" and "." in name)


def names_in_post(post: Post) -> frozenset[str]:
    """Return every folded spelling by which the text and links of `post` may name a person."""
    mentioned: set[str] = set()

    def note(names: frozenset[str]) -> bool:
        mentioned.update(names)
        return False

    for text in (post.text, *(link.url for link in post.links)):
        _without_mentions(post.network, text, note)
    return frozenset(mentioned)


def without_names(post: Post, names: frozenset[str]) -> Post:
    """Return `post` without mentions of `names` and without links to their profiles and posts."""

    def cleared(text: str) -> str:
        return _without_mentions(post.network, text, lambda meant: not meant.isdisjoint(names))

    links = tuple(link for link in post.links if cleared(link.url) == link.url)
    return replace(post, text=cleared(post.text), links=links)


def _without_mentions(
    network: str, text: str, is_withheld: Callable[[frozenset[str]], bool]
) -> str:
    """Return the `text` of a post with each mention replaced for which `is_withheld` is true.

    `is_withheld` gets the spellings that one mention can mean. A profile or post URL is
    replaced as a whole.
    """
    if not _MAY_NAME.search(text):
        return text

    def is_meant(url: str) -> bool:
        return is_withheld(frozenset(_names_in_url(network, url)))

    def without_handles(part: str) -> str:
        return _HANDLE.sub(partial(_withheld_handle, is_withheld), part)

    return replace_urls(text, is_meant, WITHHELD, without_handles)


def _withheld_handle(is_withheld: Callable[[frozenset[str]], bool], match: re.Match[str]) -> str:
    """Return the text that replaces a handle: `@user@home`, or `@user` of any server."""
    is_emphasized = match.string[match.start() - 1 : match.start()] == _EMPHASIS
    written = match[0].rstrip(_EMPHASIS) if is_emphasized else match[0]
    name = fold(without_at(written))
    return WITHHELD + match[0][len(written) :] if is_withheld(frozenset({name})) else match[0]


def _names_in_url(network: str, url: str) -> Iterator[str]:
    """Yield the names of the accounts in a URL; of other networks only those with a host.

    A URL states the host: it never means a user of the same name elsewhere.
    """
    for account_network, handle in accounts_named_in(url):
        if network == account_network or names_one_account(account_network, handle):
            yield fold(handle)
