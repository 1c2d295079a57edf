"""Removing links to hidden articles from posts that also share other articles."""

from __future__ import annotations

import msgspec

REMOVED = "[hidden link]"


def without_links(text: str, links: str) -> str:
    """A post's text without `links`, a JSON list of spellings; the longest is removed first."""
    for link in sorted(filter(None, msgspec.json.decode(links)), key=len, reverse=True):
        text = text.replace(link, REMOVED)
    return text
