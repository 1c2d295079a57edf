"""What one line of pasted text is: blank, a cut, tags, links, noise of a platform, or text.

The tables are the grammar's vocabulary.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from crawler.text_cleaning import clean, find_hashtags, find_urls

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
    """What a line does to the split."""

    BLANK = auto()
    CUT = auto()
    NOISE = auto()
    TAGS = auto()
    LINKS = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number in the file (from 1), its cleaned text and its kind."""

    number: int
    text: str
    kind: LineType


def parse_lines(text: str) -> list[Line]:
    """The lines of a text with LF, CRLF or CR ends."""
    return [
        Line(number, line, _kind(line))
        for number, line in enumerate(map(_written, _ENDING.split(text)), 1)
    ]


def thread_marker(text: str) -> tuple[int, bool] | None:
    """The thread position at the start of a line and whether it is of the form `n/`: `5/`, `2/7`,
    `(2/7)` or `3)`; `24/7` is none.
    """
    found = _MARKER.match(text)
    if not found:
        return None
    plain, position, total, listed = found.groups()
    if total and int(position) > int(total):
        return None
    return int(plain or position or listed), bool(plain)


def _written(line: str) -> str:
    written = _DOUBLED_HASHTAG.sub("#", clean(line))
    found = _MORE.search(written, max(len(written) - _MORE_LENGTH, 0))
    return written[: found.start()].rstrip() if found else written


def _kind(line: str) -> LineType:
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
    return LineType.LINKS if all(find_urls(word) == (word,) for word in words) else LineType.TEXT
