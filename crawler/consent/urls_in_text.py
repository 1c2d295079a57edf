"""Find and replace URLs in a text: with or without a scheme, or percent-encoded. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

# The characters that no URL contains unescaped (RFC 3986, appendix A) end it.
_INSIDE = r"[^\s\"'<>\\^`{|}\x00-\x20]"
_URL = re.compile(
    rf"(?:https?(?:://|%3A%2F%2F)|at://){_INSIDE}+"
    rf"|(?<![\w@/.:%-])(?:[\w-]{{1,63}}\.){{1,5}}[a-z]{{2,24}}/{_INSIDE}+",
    re.IGNORECASE,
)
_ENCODED = re.compile(r"https?%3A", re.IGNORECASE)
_PUNCTUATION = ".,;:!?)]}"
_EMPHASIS = "*_"  # of Markdown, or the end of a name


def urls_in_text(text: str) -> Iterator[str]:
    """Yield each URL as it is written; twice if it ends in marks of emphasis."""
    for match in _URL.finditer(text):
        yield from _spellings(match[0])


def replace_urls(text: str, is_meant: Callable[[str], bool], mark: str) -> str:
    """Return `text` with `mark` in place of each URL for which `is_meant` is true.

    `is_meant` gets the URL decoded and with a scheme. Punctuation after the URL stays.
    """

    def replacement(match: re.Match[str]) -> str:
        for written in _spellings(match[0]):
            if is_meant(absolute_url(written)):
                return mark + match[0][len(written) :]
        return match[0]

    return _URL.sub(replacement, text)


def absolute_url(written: str) -> str:
    """Return a URL as `written` in a text, decoded and with a scheme."""
    url = unquote(written) if _ENCODED.match(written) else written
    return url if "://" in url else f"https://{url}"


def _spellings(written: str) -> tuple[str, ...]:
    """Return a URL without punctuation at its end, and also without marks of emphasis there."""
    url = written.rstrip(_PUNCTUATION)
    bare = written.rstrip(_PUNCTUATION + _EMPHASIS)
    return (url,) if url == bare else (url, bare)
