"""URL normalization: the spelling in which equal URLs are equal (RFC 3986 section 6)."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from urllib.parse import unquote

from crawler.url_parser import Url

_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
_IN_PATH = _UNRESERVED | frozenset(
    "!'()*,:@$"
)  # sub-delims that no path gives a meaning, as in /wiki/Foo_(bar)
_IN_QUERY = _IN_PATH | frozenset("/?")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_SLASHES = re.compile(r"/{2,}")
_FOLDED = re.compile(r"(?:www\d{0,2}|m|mobile|amp|touch)\.(?=[^.]+\.)")
_FOLDS = {"www": "www", "amp": "amp-host"}
_ROUTE = re.compile(r"[!/].")


def normalize_spelling(address: Url) -> tuple[Url, list[str]]:
    """The address in its plain spelling, and the names of the steps that changed it.

    The host is folded: use it for matching only.
    """
    host, folded = fold_host(address.host)
    plain = replace(
        address,
        scheme="https",
        host=host,
        path=_plain_path(address.path),
        query=_plain_query(address.query),
        fragment=_route(address.fragment),
    )
    steps = {
        "scheme": address.scheme != "https",
        folded: bool(folded),
        "path": plain.path != address.path,
        "query": plain.query != address.query,
        "fragment": plain.fragment != address.fragment,
    }
    return plain, [name for name, fired in steps.items() if fired]


@lru_cache(4096)
def fold_host(host: str) -> tuple[str, str]:
    """A host without its `www.`, `m.`, `mobile.` or `amp.` beginning, and the name of that step
    (empty when there was none).
    """
    match = _FOLDED.match(host)
    if not match:
        return host, ""
    return host[match.end() :], _FOLDS.get(match[0].rstrip(".0123456789"), "mobile-host")


def matching_key(address: Url) -> str:
    """The matching key of a plain address: no scheme, no slash at the end."""
    return address.authority + replace(address, path=address.path.rstrip("/")).tail


def _plain_path(path: str) -> str:
    return _SLASHES.sub("/", _decoded(path, _IN_PATH)) or "/"


def _plain_query(query: str) -> str:
    """Parameters in the order of their names (those of one name keep theirs), without empty ones."""
    pairs = [_decoded(pair.replace("+", "%20"), _IN_QUERY) for pair in query.split("&") if pair]
    return "&".join(sorted(pairs, key=lambda pair: pair.split("=")[0]))


def _route(fragment: str) -> str:
    """A fragment that chooses the page (`#!…`, `#/…`: routes of applications); others and text
    fragments choose a place in it.
    """
    place = fragment.split(":~:")[0]
    return place if _ROUTE.match(place) else ""


def _decoded(text: str, plain: frozenset[str]) -> str:
    """Escapes of `plain` characters taken off, the others in upper case (RFC 3986, 6.2.2)."""
    if "%" not in text:
        return text
    return _ESCAPE.sub(
        lambda escape: (
            character if (character := unquote(escape[0])) in plain else escape[0].upper()
        ),
        text,
    )
