"""Redirects that a page contains: alias pages and warning pages.

Static site generators publish alias pages for moved articles, because they cannot send a status.
Such a page refreshes at once, sets its location in a script, or has nothing but a canonical link.
The content of `http-equiv=refresh` is read as in HTML, section 4.2.5.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from crawler.url_parser import host_of, resolve_url

# Host -> attribute and value of the link that leaves its warning page. Sorted by host.
_WARNING_PAGES = {
    "lnkd.in": ("data-tracking-control-name", "external_url_click"),
}
_READ_BYTES = 65_536
_MAX_SECONDS = 5
_MAX_WORDS = 100
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_NOSCRIPT = re.compile(r"<noscript\b.*?(?:</noscript\s*>|$)", re.DOTALL | re.IGNORECASE)
_INVISIBLE = re.compile(
    r"<(script|style|template|svg|title)\b.*?(?:</\1\s*>|$)", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(r"<(a|base|link|meta)\s([^<>]{1,4000})>", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b[^<>]{0,500}>([^<]{1,2000})</script", re.IGNORECASE)
_MAX_CODE = 1_000
_STRING = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
_CONDITIONAL = re.compile(r"\b(?:addEventListener|function|if|setInterval|switch)\b|=>|&&|\|\|")
_LOCATION = re.compile(
    r"(?:^|[;\s{(.])location(?:\.href)?\s*(?:=|\.(?:replace|assign)\()\s*([\"'])([^\"'\s]{1,2000})\1"
)
_ANY_TAG = re.compile(r"<[^<>]{0,4000}>")
_ATTRIBUTE = re.compile(r"([\w:-]{1,60})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_REFRESH = re.compile(
    r"\s*(\d{1,4})(?:\.[\d.]*)?\s*[;,\s]\s*(?:url\s*=\s*)?[\"']?\s*([^\"']+)", re.IGNORECASE
)


def page_redirect_target(body: bytes, url: str, refresh: str = "") -> str | None:
    """Return the URL to which the HTML page `body` redirects its readers, or None.

    `url` is the URL of the page and `refresh` the value of its Refresh header. The page must be
    short, because the page of an article may refresh to a version without scripts. On a host with
    warning pages an empty string means that the link is missing.
    """
    markup = _COMMENT.sub(" ", body[:_READ_BYTES].decode("utf-8", "replace"))
    mark = _WARNING_PAGES.get(host_of(url))
    if mark:
        return _marked_link(markup, mark, url)
    return _refresh_target(refresh, url) or _alias_target(markup, url)


def _marked_link(markup: str, mark: tuple[str, str], url: str) -> str:
    links = (attributes for name, attributes in _tags(markup) if name == "a")
    targets = (_other_url(link.get("href", ""), url) for link in links if mark in link.items())
    return next((target for target in targets if target), "")


def _alias_target(markup: str, url: str) -> str | None:
    """Return the target of a page with few words.

    Inside `noscript` only the URL of another host counts: a page that needs scripts refreshes to
    an explanation on the same host.
    """
    visible = _INVISIBLE.sub(" ", markup)
    with_scripts = _NOSCRIPT.sub(" ", visible)
    words = len(_ANY_TAG.sub(" ", with_scripts).split())
    if words > _MAX_WORDS:
        return None
    target = _meta_refresh(with_scripts, url) or _script_location(markup, url)
    if target:
        return target
    target = _meta_refresh(visible, url)
    if target and host_of(target) != host_of(url):
        return target
    return None if words or "<script" in markup.lower() else _canonical(visible, url)


def _script_location(markup: str, url: str) -> str | None:
    """Return the URL to which a script sends each reader.

    A script with conditions or functions does so only for some readers.
    """
    for script in _SCRIPT.finditer(markup):
        code = script[1]
        if len(code) > _MAX_CODE or _CONDITIONAL.search(_STRING.sub("", code)):
            continue
        match = _LOCATION.search(code)
        target = _other_url(match[2].replace("\\/", "/"), url) if match else None
        if target:
            return target
    return None


def _canonical(markup: str, url: str) -> str | None:
    """Return the canonical URL of a page without text and scripts, if it is another page."""
    for name, attributes in _tags(markup):
        if name == "link" and attributes.get("rel", "").strip().lower() == "canonical":
            return _other_url(attributes.get("href", ""), url)
    return None


def _meta_refresh(markup: str, url: str) -> str | None:
    base = url
    for name, attributes in _tags(markup):
        if name == "base" and attributes.get("href"):
            base = resolve_url(attributes["href"], url) or url
        if name == "meta" and attributes.get("http-equiv", "").strip().lower() == "refresh":
            target = _refresh_target(attributes.get("content", ""), base)
            if target and target != url.partition("#")[0]:
                return target
    return None


def _refresh_target(content: str, base: str) -> str | None:
    match = _REFRESH.match(content)
    if not match or int(match[1]) > _MAX_SECONDS:
        return None
    return _other_url(match[2].strip(), base)


def _other_url(written: str, base: str) -> str | None:
    """Return an absolute URL without its fragment, or None if it is the page itself."""
    target = resolve_url(written, base).partition("#")[0]
    return target if target and target != base.partition("#")[0] else None


def _tags(markup: str) -> Iterator[tuple[str, dict[str, str]]]:
    for tag in _TAG.finditer(markup):
        yield (
            tag[1].lower(),
            {
                match[1].lower(): unescape(match[2] or match[3] or match[4] or "")
                for match in _ATTRIBUTE.finditer(tag[2])
            },
        )
