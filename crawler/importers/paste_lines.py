"""The type of each line of a pasted text: blank, cut, tags, links, platform noise, or text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from crawler.text_cleaning import clean
from crawler.urls_and_hashtags import find_hashtags, find_urls

# Lines that a platform prints between two posts.
CUTS = (
    r"-{3,}|={3,}",
    r"feed post number \d+",
    r"(?:like|comment|repost|share|send)(?:\s+(?:like|comment|repost|share|send))*",
)
# Lines that a platform prints around a post and its author never wrote.
NOISE = (
    r"(?:…|\.\.\.)?\s?(?:see )?more",
    r"• ?(?:1st|2nd|3rd\+?|following)",
    r"\d+ ?(?:m|h|d|w|mo|yr)(?: •.*)?",
    r"follow",
    r"\d[\d,.]* (?:comments?|reposts?|reactions?)(?: • \d[\d,.]* (?:comments?|reposts?))?",
    r"activate to view larger image,?",
)
_CUT = re.compile("|".join(CUTS), re.IGNORECASE)
_NOISE = re.compile("|".join(NOISE), re.IGNORECASE)
_MORE = re.compile(r"…\s?(?:see )?more\Z", re.IGNORECASE)
_MORE_LENGTH = 10  # characters that `_MORE` can match
_DOUBLED_HASHTAG = re.compile(r"\bhashtag#(?=\w)")
_ENDING = re.compile(r"\r\n|\r|\n")
_TAG = re.compile(r"#\w+[,;.]?|[^\w#]+")  # a hashtag, or a dot or picture between two
_MARKER = re.compile(r"(?:(\d{1,3})/|\(?(\d{1,3})/(\d{1,3})\)?|(\d{1,3})\))(?=\s|$)")
_LONGEST_PLATFORM_LINE = 80


class LineType(Enum):
    """The meaning of a line for the split into posts."""

    BLANK = auto()
    CUT = auto()
    NOISE = auto()
    TAGS = auto()
    LINKS = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number in the file (from 1), its cleaned text and its type."""

    number: int
    text: str
    type: LineType


class ThreadMarker(NamedTuple):
    """The position of a post in a thread; `has_slash_only` for the form `5/`."""

    position: int
    has_slash_only: bool


def parse_lines(text: str) -> list[Line]:
    """Return the lines of `text`, with LF, CRLF or CR ends."""
    written = map(_without_platform_marks, _ENDING.split(text))
    return [Line(number, line, _type_of(line)) for number, line in enumerate(written, 1)]


def thread_marker(text: str) -> ThreadMarker | None:
    """Return the thread marker at the start of the line `text`, or None.

    Markers are `5/`, `2/7`, `(2/7)` and `3)`; `24/7` is not one.
    """
    match = _MARKER.match(text)
    if not match:
        return None
    with_slash, position, total, listed = match.groups()
    if total and int(position) > int(total):
        return None
    return ThreadMarker(int(with_slash or position or listed), bool(with_slash))


def _without_platform_marks(line: str) -> str:
    """Return a line without the `hashtag` before hashtags and the `… more` at its end."""
    written = _DOUBLED_HASHTAG.sub("#", clean(line))
    more = _MORE.search(written, max(len(written) - _MORE_LENGTH, 0))
    return written[: more.start()].rstrip() if more else written


def _type_of(line: str) -> LineType:
    if not line:
        return LineType.BLANK
    if len(line) <= _LONGEST_PLATFORM_LINE:
        if _CUT.fullmatch(line):
            return LineType.CUT
        if _NOISE.fullmatch(line):
            return LineType.NOISE
    words = line.split()
    if all(_TAG.fullmatch(word) for word in words) and find_hashtags(line):
        return LineType.TAGS
    are_links = all(find_urls(word) == (word,) for word in words)
    return LineType.LINKS if are_links else LineType.TEXT
