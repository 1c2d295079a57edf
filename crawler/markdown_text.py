"""Text and links from outside as Markdown (CommonMark 0.31). No I/O."""

from __future__ import annotations

import re
from functools import lru_cache

from crawler import site_urls

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+!|~$&:-])")
_UNSAFE_IN_TARGET = re.compile(r"[<>\s\\]")


@lru_cache(maxsize=4096)  # several lists show one article
def escape_markdown(text: str) -> str:
    """Return text from outside as literal Markdown on one line.

    Every character that could start markup is escaped (CommonMark 0.31, section 2.4).
    """
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def link_target(url: str) -> str:
    """Return a Markdown link destination that cannot end early; `#` for an invalid URL."""
    return f"<{_UNSAFE_IN_TARGET.sub('', url)}>" if site_urls.is_web_url(url) else "#"


def markdown_url(url: str) -> str:
    """Return `url` as an autolink, or as literal text if it is not a web URL."""
    return link_target(url) if site_urls.is_web_url(url) else escape_markdown(url)
