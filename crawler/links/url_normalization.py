"""URL normalization: equivalent URLs get the same spelling (RFC 3986 section 6)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from urllib.parse import quote, unquote

from crawler.public_suffixes import fold_host
from crawler.url_parser import Url

VERSION = 5
"""Raise it when the steps of this module change: stored keys are then computed again."""

_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
# Sub-delimiters that have no meaning in paths, as in /wiki/Foo_(bar). In a query, `+` is a space.
_IN_BOTH = _UNRESERVED | frozenset("!'()*,:@$")
_IN_PATH = _IN_BOTH | frozenset("+")
_IN_QUERY = _IN_BOTH | frozenset("/?[]")
# `&amp;` is an ampersand that was escaped for HTML once too often. `;` (HTML 4.01, B.2.2) and a
# second `?` separate parameters only before a name.
_ENTITY = re.compile(r"(?<![^&?;])(?:amp(?:;|%3B))+", re.IGNORECASE)
_SEPARATOR = re.compile(r"&|[;?](?=[A-Za-z_][\w.\[\]-]*=)")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
# Escaped combining marks: U+0300 to U+036F, and the voice marks of kana.
_COMBINING = re.compile(r"%C[CD]%|%E3%82%9[9A]")
_ACCENTED = re.compile(r"[A-Za-z]?(?:%[C-F][0-9A-F](?:%[89AB][0-9A-F])+)+")
# Escaped white space and zero-width characters, which a copied URL ends in. Without them, a name
# such as `.%20` would be a path segment that means the folder itself.
_SPACE_AT_END = re.compile(r"(?<!/\.)(?<!/\.\.)(?:%20|%C2%A0|%E2%80%8[BCD]|%EF%BB%BF)+(?=/*$)")
_SLASHES = re.compile(r"/{2,}")
_ROUTE = re.compile(r"[!/].")


def normalize_spelling(url: Url) -> tuple[Url, list[str]]:
    """Return a URL in its normalized spelling, and the names of the steps that changed it.

    Prefixes such as `www.` are removed from the host: the result is for matching only.
    """
    host, host_rule = fold_host(url.host)
    plain = replace(
        url,
        scheme="https",
        host=host,
        path=_plain_path(url.path),
        query=_plain_query(url.query),
        fragment=_route(url.fragment),
    )
    steps = {
        "scheme": url.scheme != "https",
        host_rule: bool(host_rule),
        "path": plain.path != url.path,
        "query": plain.query != url.query,
        "fragment": plain.fragment != url.fragment,
    }
    return plain, [name for name, has_changed in steps.items() if has_changed]


def matching_key(url: Url) -> str:
    """Return the matching key of a normalized URL: without scheme and final slash."""
    return url.authority + replace(url, path=url.path.rstrip("/")).tail


def _plain_path(path: str) -> str:
    plain = _SPACE_AT_END.sub("", _decoded(path, _IN_PATH))
    return _SLASHES.sub("/", _composed(plain)) or "/"


def _plain_query(query: str) -> str:
    """Return the parameters sorted by name, without empty ones.

    They are separated by `&`, `&amp;`, `;` or another `?`.
    """
    plain = _decoded(query.replace("+", "%20"), _IN_QUERY)
    pieces = _SEPARATOR.split(_ENTITY.sub("", plain))
    pairs = filter(None, (piece.lstrip("?") for piece in pieces))
    return "&".join(sorted(pairs, key=lambda pair: pair.split("=")[0]))


def _composed(path: str) -> str:
    """Return a path with each letter and its accent as one character (Unicode NFC)."""
    return _ACCENTED.sub(_compose, path) if _COMBINING.search(path) else path


def _compose(match: re.Match[str]) -> str:
    return quote(unicodedata.normalize("NFC", unquote(match[0])), safe="")


def _route(fragment: str) -> str:
    """Return a fragment that selects the page, as in the routes of applications: `#!…`, `#/…`.

    Other fragments and text fragments select a part of the page.
    """
    place = fragment.split(":~:")[0]
    return place if _ROUTE.match(place) else ""


def _decoded(text: str, plain: frozenset[str]) -> str:
    """Decode escapes of `plain` characters, and write others in upper case (RFC 3986, 6.2.2)."""
    if "%" not in text:
        return text

    def decode(escape: re.Match[str]) -> str:
        character = unquote(escape[0])
        return character if character in plain else escape[0].upper()

    return _ESCAPE.sub(decode, text)
