"""Find and replace URLs in a text: with or without a scheme, or percent-encoded. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from crawler.url_ends import UNSPACED_LETTERS, URL_STOPS, WORD

# The characters that no URL contains unescaped (RFC 3986, appendix A) end it.
_INSIDE = rf"[^{URL_STOPS}'\\^{{|}}\x00-\x20]"
_URL = re.compile(
    rf"(?:https?(?:://|%3A%2F%2F)|at://){_INSIDE}+"
    rf"|(?<!{WORD})(?<![@/.:%-])(?:(?:{WORD}|-){{1,63}}\.){{1,5}}[a-z]{{2,24}}/{_INSIDE}+",
    re.IGNORECASE,
)
# A word without a space before it. It is a part of the URL where a path segment begins with it.
_WORD_AFTER_URL = re.compile(rf"(?<=[A-Za-z0-9])[{UNSPACED_LETTERS}]")
_ENCODED = re.compile(r"https?%3A", re.IGNORECASE)
_PUNCTUATION = ".,;:!?)]}"
_EMPHASIS = "*_"  # of Markdown, or the end of a name


def urls_in_text(text: str) -> Iterator[str]:
    """Yield each URL as it is written; twice if its end is uncertain."""
    for match in _URL.finditer(text):
        yield from _spellings(match[0])


def replace_urls(
    text: str,
    is_meant: Callable[[str], bool],
    mark: str,
    other_text: Callable[[str], str] = str,
) -> str:
    """Return `text` with `mark` in place of each URL for which `is_meant` is true.

    `is_meant` gets the URL decoded and with a scheme. Punctuation after the URL stays. The text
    between URLs is replaced by the result of `other_text`.
    """
    parts, end = [], 0
    for match in _URL.finditer(text):
        written = next((w for w in _spellings(match[0]) if is_meant(absolute_url(w))), "")
        after = match[0][len(written) :]
        parts += [other_text(text[end : match.start()]), mark + after if written else after]
        end = match.end()
    return "".join((*parts, other_text(text[end:])))


def replace_url(text: str, url: str, mark: str) -> str:
    """Return `text` with `mark` in place of `url`, but not of a longer URL that begins with it."""
    longer = rf"(?![/.:@,;!?&=#%+~-]*{WORD})"
    return re.sub(rf"{re.escape(url.rstrip('/'))}/?{longer}", lambda _: mark, text)


def absolute_url(written: str) -> str:
    """Return a URL as `written` in a text, decoded and with a scheme."""
    url = unquote(written) if _ENCODED.match(written) else written
    return url if "://" in url else f"https://{url}"


def _spellings(written: str) -> tuple[str, ...]:
    """Return the URL without what may follow it: a word without a space, punctuation, emphasis."""
    word = None if written.isascii() else _WORD_AFTER_URL.search(written)
    before_word = written[: word.start()] if word else written
    url, bare = (written.rstrip(marks) for marks in (_PUNCTUATION, _PUNCTUATION + _EMPHASIS))
    return tuple(dict.fromkeys((before_word.rstrip(_PUNCTUATION), url, bare)))
