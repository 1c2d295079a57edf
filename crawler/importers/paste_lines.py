"""The type of each line of a pasted text: blank, cut, tags, links, platform noise, or text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from itertools import pairwise
from typing import NamedTuple

from crawler.importers.linkedin_markup import without_linkedin_markup
from crawler.importers.platform_lines import Role, is_action_row, roles_of
from crawler.importers.post_ages import read_age
from crawler.text_cleaning import clean
from crawler.urls_and_hashtags import find_hashtags, find_urls

_CUT = re.compile(r"-{3,}|={3,}")
_ENDING = re.compile(r"\r\n|\r|\n")
_BETWEEN_TAGS = re.compile(r"[^\w#＃]+")  # a dot or a picture
_WORD = re.compile(r"\s?[@#＃][\w.@-]{1,100}\s?")  # a mention or a hashtag
_CONTINUATION = frozenset(" ,.;:!?)")
_LABEL = "hashtag"  # alone on the line before a hashtag, as LinkedIn copies it
_MARKER = re.compile(r"(?:(\d{1,3})/|\(?(\d{1,3})/(\d{1,3})\)?|(\d{1,3})\))(?=\s|$)")
_LONGEST_CUT = 80
_LONGEST_JOINED = 2_000
_MORE_LENGTH = 30  # characters that the words of `Role.MORE` can have
# A platform line that is one in every context. Others need a second one next to them.
_CLEAR = frozenset({Role.COUNTER, Role.FEED_MARKER})
_CLEAR_PHRASES = frozenset({Role.ALT, Role.TRANSLATION})
_AMBIGUOUS = frozenset({
    Role.ACTION, Role.AFTER, Role.ALT, Role.CONTEXT, Role.DEGREE, Role.EDITED, Role.FOLLOW,
    Role.MORE, Role.NUMBER, Role.REPLY, Role.TRANSLATION, Role.VERIFIED, Role.VISIBILITY,
})  # fmt: skip
_KANA = "\u3040"  # the first character of the scripts without spaces
_MANY_NUMBERS = 3


class LineType(Enum):
    """The meaning of a line for the split into posts."""

    BLANK = auto()
    CUT = auto()
    NOISE = auto()
    TAGS = auto()
    LINKS = auto()
    TEXT = auto()
    JOINED = auto()  # its text is at the end of the line above


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


def classified_lines(text: str) -> list[Line]:
    """Return the lines of `text`, with LF, CRLF or CR ends."""
    written = _joined(_ENDING.split(text))
    lines = [_without_marks(clean(line)) for line in written]
    for at, (line, following) in enumerate(pairwise(lines)):
        if line == _LABEL and following.startswith("#"):
            lines[at] = ""
    types = [
        LineType.JOINED if line is None else _type_of(lines[at]) for at, line in enumerate(written)
    ]
    return [Line(at + 1, line, types[at]) for at, line in enumerate(lines)]


def _joined(lines: Sequence[str]) -> list[str | None]:
    """Return lines, with None for those that are joined to the line above them.

    X copies a mention or a hashtag within a sentence on a separate line. The line above ends with a
    space, and the line below begins with one or with punctuation.
    """
    joined: list[str | None] = []
    last, is_open = -1, False  # the line to which the next may belong, and whether it ends in a tag
    for at, line in enumerate(lines):
        is_word = _WORD.fullmatch(line) is not None
        follows = last >= 0 and (
            lines[at - 1][-1:] == " " if is_word else is_open and line[:1] in _CONTINUATION
        )
        if follows and line.strip() and len(joined[last] or "") < _LONGEST_JOINED:
            joined[last] = f"{joined[last]}{line}"
            joined.append(None)
        else:
            joined.append(line)
            last = at if line.strip() else -1
        is_open = is_word and follows
    return joined


def mark_platform_lines(lines: Sequence[Line], seen_at: datetime) -> list[Line]:
    """Return `lines` with the types of those that a network prints around a post.

    Several buttons, and markers of a feed, separate posts. Counters, ages and other lines are
    noise, if they are clear or next to another one: a word like `Follow` alone is a word of the
    author. `seen_at` is the time at which the text was copied.
    """
    marked = list(lines)
    for run in _platform_runs(lines, seen_at):
        buttons = {at for at in run if _is_button(lines[at])}
        are_buttons = len(buttons) > 1 or len(run) > 1
        for at in run:
            is_cut = Role.FEED_MARKER in roles_of(lines[at].text)
            is_cut = is_cut or (are_buttons and at in buttons) or is_action_row(lines[at].text)
            type_ = LineType.CUT if is_cut else LineType.NOISE
            marked[at] = Line(lines[at].number, lines[at].text, type_)
    return marked


def _platform_runs(lines: Sequence[Line], seen_at: datetime) -> Iterator[list[int]]:
    """Yield the platform lines that follow each other, with blank lines between them or not."""
    run: list[int] = []
    for at, line in enumerate(lines):
        if not line.text:
            continue
        if _is_platform_line(line, seen_at):
            run.append(at)
            continue
        if _is_certain(lines, run, seen_at):
            yield run
        run = []
    if _is_certain(lines, run, seen_at):
        yield run


def _is_platform_line(line: Line, seen_at: datetime) -> bool:
    if line.type in (LineType.LINKS, LineType.TAGS, LineType.CUT):
        return False
    roles = roles_of(line.text)
    return bool(roles & (_CLEAR | _AMBIGUOUS)) or read_age(line.text, seen_at) is not None


def _is_certain(lines: Sequence[Line], run: Sequence[int], seen_at: datetime) -> bool:
    """Return whether a run of platform lines is not written by the author."""
    texts = [lines[at].text for at in run]
    roles = [roles_of(text) for text in texts]
    if any(map(_is_clear, texts)) or any(map(is_action_row, texts)):
        return True
    ages = [age for text in texts if (age := read_age(text, seen_at))]
    if any(age.is_marked and age.is_relative for age in ages):
        return True
    others = [listed for listed in roles if listed != {Role.NUMBER}]
    if len(others) > 1:
        return True
    with_unit = any(Role.NUMBER in roles_of(text) and not text[-1].isdigit() for text in texts)
    return len(run) >= _MANY_NUMBERS and with_unit


def _is_clear(text: str) -> bool:
    """Return whether a line is printed by a network in every context."""
    roles = roles_of(text)
    is_phrase = " " in text or (len(text) > _MANY_NUMBERS and max(text) >= _KANA)
    is_marked = roles & {Role.DEGREE, Role.MORE} and not text[:1].isalnum()
    return bool(roles & _CLEAR or is_marked or (is_phrase and roles & _CLEAR_PHRASES))


def _is_button(line: Line) -> bool:
    return bool(roles_of(line.text) & {Role.ACTION, Role.REPLY})


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


def _without_marks(line: str) -> str:
    """Return a line without the markup of LinkedIn, and the `… more` at its end in any language."""
    line = without_linkedin_markup(line)
    cut = max(line.rfind("…"), line.rfind("..."))
    if cut <= 0 or len(line) - cut > _MORE_LENGTH:
        return line
    is_more = Role.MORE in roles_of(line[cut:]) and len(line) - cut > 3
    return line[:cut].rstrip() if is_more else line


def _type_of(line: str) -> LineType:
    if not line:
        return LineType.BLANK
    if len(line) <= _LONGEST_CUT and _CUT.fullmatch(line):
        return LineType.CUT
    words = line.split()
    if all(map(_is_tag, words)) and find_hashtags(line):
        return LineType.TAGS
    are_links = all(find_urls(word) == (word,) for word in words)
    return LineType.LINKS if are_links else LineType.TEXT


def _is_tag(word: str) -> bool:
    """Return whether a word is a hashtag with a comma, semicolon or dot, or is between two."""
    if _BETWEEN_TAGS.fullmatch(word):
        return True
    return find_hashtags(word) == (word.rstrip(",;.").strip("#＃"),) and word[0] in "#＃"
