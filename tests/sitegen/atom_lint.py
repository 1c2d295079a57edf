"""Checks an Atom feed against the rules of RFC 4287, section 4."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime

from lxml import etree

_ATOM = "{http://www.w3.org/2005/Atom}"
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_TAG = re.compile(
    r"tag:[A-Za-z0-9][A-Za-z0-9._@-]*,\d{4}(-\d\d(-\d\d)?)?:[A-Za-z0-9._~:@!$&'()*+,;=/?%-]*"
)
_ONCE = {"id", "title", "updated"}
_AT_MOST_ONCE = {
    "content",
    "generator",
    "icon",
    "logo",
    "subtitle",
    "published",
    "rights",
    "summary",
}
_OF_FEED = _ONCE | {"author", "category", "contributor", "entry", "link", *_AT_MOST_ONCE}


def atom_problems(data: bytes) -> list[str]:
    """Return a sentence for each rule that the feed breaks."""
    feed = etree.fromstring(data)
    problems = [] if feed.tag == f"{_ATOM}feed" else ["the root is not a feed"]
    problems += _node_problems(feed)
    entries = feed.findall(f"{_ATOM}entry")
    for entry in entries:
        problems += _node_problems(entry)
        if feed.find(f"{_ATOM}author") is None and entry.find(f"{_ATOM}author") is None:
            problems.append("an entry without an author")
    ids = Counter(entry.findtext(f"{_ATOM}id") for entry in entries)
    return problems + [f"{name} occurs {count} times" for name, count in ids.items() if count > 1]


def _node_problems(node: etree._Element) -> list[str]:
    names = Counter(child.tag.removeprefix(_ATOM) for child in node)
    problems = [f"{name}: {names[name]} times" for name in _ONCE if names[name] != 1]
    problems += [f"{name}: {names[name]} times" for name in _AT_MOST_ONCE if names[name] > 1]
    problems += [f"{name} is not allowed here" for name in names if name not in _OF_FEED]
    if not _TAG.fullmatch(node.findtext(f"{_ATOM}id") or ""):
        problems.append(f"not a tag URI: {node.findtext(f'{_ATOM}id')}")
    for child in node:
        problems += _child_problems(child)
    alternates = Counter(
        (link.get("type"), link.get("hreflang"))
        for link in node.findall(f"{_ATOM}link")
        if link.get("rel", "alternate") == "alternate"
    )
    return problems + [f"two alternates of type {kind}" for kind, n in alternates.items() if n > 1]


def _child_problems(child: etree._Element) -> list[str]:
    name, text = child.tag.removeprefix(_ATOM), child.text or ""
    if name in ("updated", "published") and not _is_date(text):
        return [f"{name} is not a date: {text!r}"]
    if name in ("author", "contributor") and len(child.findall(f"{_ATOM}name")) != 1:
        return [f"{name} without one name"]
    if name in ("author", "contributor") and not (child.findtext(f"{_ATOM}name") or "").strip():
        return [f"{name} with an empty name"]
    if name == "link" and not child.get("href"):
        return ["link without href"]
    if name == "category" and not child.get("term"):
        return ["category without term"]
    return []


def _is_date(text: str) -> bool:
    return bool(_DATE.fullmatch(text)) and bool(datetime.fromisoformat(text))
