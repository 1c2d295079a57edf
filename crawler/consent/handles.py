"""Handles as people write them, in texts, imports and URLs. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from crawler.consent.profile_urls import FEDERATED, accounts_in_url, accounts_of_profile
from crawler.consent.urls_in_text import absolute_url, urls_in_text
from crawler.url_ends import HOST_NAME, LETTER, WORD
from crawler.url_parser import host_of, unicode_host

_ACCOUNT = re.compile(
    rf"(?:(?<!{LETTER})[@＠]|(?<!{WORD})(?<![.+-]))(?:{WORD}|[.+-]){{1,253}}[@＠]{HOST_NAME}"
    r"|did:[a-z]+:[\w.%-]{1,253}\w",
    re.IGNORECASE,
)
_BLUESKY_NAME = re.compile(r"(?<![\w.-])[\w-]{1,63}\.bsky\.social(?![\w-]|\.\w)", re.ASCII)
_MAY_NAME_ACCOUNTS = re.compile(r"[@%?#]|://.*(?:did:|\.bsky\.social|://)", re.I | re.S)
_AT = "@＠"  # also full-width, as in Japanese
_EMPHASIS = "_"  # of Markdown, or a part of the name
_LEVELS = 2  # of percent-encoding, and of URLs in URLs


def without_at(written: str) -> str:
    """Return a handle as it is `written`, without the sign before it and with `@` in it."""
    return written.lstrip(_AT).replace("＠", "@")


def plain_handle(network: str, written: str) -> str:
    """Return the handle of an author of a `network`, also if a profile URL is `written`.

    The marks `@` and `acct:` before a handle are left out, as is a full stop after it.
    """
    handle = without_at(written.strip().removeprefix("acct:")).rstrip(".")
    if "/" in handle:
        for account_network, account in accounts_of_profile(absolute_url(handle)):
            if account_network == network:
                return account
    return handle


def host_spellings(handle: str) -> tuple[str, ...]:
    """Return `handle` with its international host in Unicode and in Punycode, if it has one."""
    user, at, host = handle.rpartition("@")
    if not at or (host.isascii() and "xn--" not in host.lower()):
        return (handle,)
    plain = host_of(f"https://{host}/")
    names = (handle, f"{user}@{plain}", f"{user}@{unicode_host(plain)}") if plain else (handle,)
    return tuple(dict.fromkeys(names))


def replace_handles(text: str, is_meant: Callable[[str], bool], mark: str) -> str:
    """Return `text` with `mark` in place of each `user@host` and DID for which `is_meant` is true.

    `is_meant` gets the handle without `@` before it.
    """

    def replacement(match: re.Match[str]) -> str:
        for written in _without_emphasis(match[0]):
            if is_meant(without_at(written)):
                return match[0].replace(written, mark, 1)
        return match[0]

    may_have_handles = "@" in text or "＠" in text or "did:" in text
    return _ACCOUNT.sub(replacement, text) if may_have_handles else text


def accounts_named_in(url: str, levels: int = _LEVELS) -> Iterator[tuple[str, str]]:
    """Yield network and handle of the accounts in a URL, also of those that its parameters name.

    Links to share, to search or to follow have a handle or another URL in a parameter. URLs in
    URLs are read up to so many `levels`.
    """
    yield from accounts_in_url(url)
    if not _MAY_NAME_ACCOUNTS.search(url):
        return
    named = url.partition("://")[2].partition("/")[2]
    for _ in range(_LEVELS + 1):
        yield from _accounts_in_text(named, levels)
        if named == (named := unquote(named)):
            return


def _accounts_in_text(text: str, levels: int) -> Iterator[tuple[str, str]]:
    for url in urls_in_text(text) if levels else ():
        yield from accounts_named_in(absolute_url(url), levels - 1)
    for match in _ACCOUNT.finditer(text):
        for written in _without_emphasis(match[0]):
            handle = without_at(written)
            networks = ("bluesky",) if handle.startswith("did:") else FEDERATED
            yield from ((network, handle) for network in networks)
    yield from (("bluesky", match[0]) for match in _BLUESKY_NAME.finditer(text))


def _without_emphasis(written: str) -> tuple[str, ...]:
    """Return a handle as it is written, and without the marks around it."""
    bare = written.strip(_EMPHASIS)
    return (written,) if bare == written else (written, bare)
