"""The headers of posts in a copied page: who wrote each post, and when.

    header  := prelude* (name (name | degree | mark | handle | headline)* age | age name handle
             | name handle) (follow | visibility | age)*
    prelude := feed marker | why the post is shown | alternative text

`age name handle` is the order of Mastodon. `name handle` without an age is the page of one post,
whose date is below the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.importers.page_shape import page_shape
from crawler.importers.paste_lines import Line, LineType
from crawler.importers.platform_lines import NO_ROLE, Role, roles_of
from crawler.importers.post_ages import UNKNOWN_AGE, PostAge, read_age
from crawler.urls_and_hashtags import find_hashtags, find_urls

_LONGEST_NAME, _LONGEST_HEADLINE = 100, 250
_NAME_WORDS = 9
_HEADER_LINES, _PRELUDE_LINES, _HEADLINES = 12, 6, 3
_HANDLE = re.compile(r"@[\w.-]{1,64}(?:@[\w-]{1,63}(?:\.[\w-]{1,63})+)?")
_INLINE = re.compile(
    rf"([^@\s][^@]{{0,80}}?)\s*[(]?({_HANDLE.pattern})[)]?(?:\s*[·•]\s*(.{{1,60}}))?"
)
_SENTENCE_END = re.compile(r"(?<!\b[A-Z])(?<!\b(?:Dr|Jr|Sr))(?<!\bInc)[.!?:;,…。、！？：]\Z")
_BULLET = re.compile(r"\s{0,9}[•·・]\s{0,9}")
_EMOJI = re.compile(r":\w{1,40}:")  # of Mastodon servers
_CLOCK = re.compile(r"\d[:h時]\d\d")  # in dates below a post, not above it
_SHORT_AGE = re.compile(r"(?=.*\d)[\w.]{1,12}(?:,? [\w.]{1,12}){0,2}")
_LONGEST_MARK = 40
_MARKS = frozenset({
    Role.ALT, Role.DOT, Role.EDITED, Role.FOLLOW, Role.VERIFIED, Role.VISIBILITY,
})  # fmt: skip
_PRELUDE = frozenset({Role.ALT, Role.CONTEXT, Role.DOT, Role.FEED_MARKER})

PROMOTED = "promoted posts"
QUOTED = "posts that another post quotes"


@dataclass(frozen=True, slots=True)
class Header:
    """The lines above the text of a post, by index: the first, and the first below them.

    `handle` is empty on networks without handles. `has_degree`: a mark of LinkedIn is in it.
    `is_local`: the handle was one of the server on which the page was copied.
    `reason` states why the post is left out.
    """

    first: int
    body: int
    name: str = ""
    handle: str = ""
    age: PostAge | None = None
    has_degree: bool = False
    is_local: bool = False
    reason: str = ""


class HeaderReader:
    """Reads headers from lines, whose roles and ages are computed once."""

    def __init__(self, lines: Sequence[Line], seen_at: datetime) -> None:
        """Compute the roles of `lines`, and their ages at the time `seen_at`."""
        self._lines = lines
        self._seen_at = seen_at
        self.ages = [read_age(line.text, seen_at) for line in lines]
        self.roles = [roles_of(line.text) if line.text else NO_ROLE for line in lines]
        shape = page_shape(lines, self.roles)
        for at, role in shape.roles.items():
            self.roles[at] |= {role}
        for at in shape.ages:
            self.ages[at] = self.ages[at] or UNKNOWN_AGE
        written = [at for at, line in enumerate(lines) if line.text]
        self._following = _next_members(written, len(lines))
        self._preceding = _previous_members(written, len(lines))

    def headers(self) -> list[Header]:
        """Return the headers in order."""
        headers: list[Header] = []
        at = 0
        while at < len(self._lines):
            header = self._header_at(at, headers) if self._lines[at].text else None
            if header:
                headers.append(header)
            at = max(header.body, at + 1) if header else at + 1
        return headers

    def _header_at(self, at: int, before: Sequence[Header]) -> Header | None:
        """Return the header whose first line is `at`, with its prelude."""
        if len(self._lines[at].text) > _LONGEST_HEADLINE:
            return None
        begin, is_marked = self._after_prelude(at)
        is_boundary = self._is_boundary(at) and not self._is_first_text(at, before)
        if begin > at and not (is_marked or is_boundary):
            return None
        header = self._without_prelude(begin, is_boundary or is_marked, begin > at)
        if header is None:
            return Header(at, begin) if is_marked else None
        is_quoted = at > 0 and Role.QUOTE in self.roles[self._previous(at)]
        return replace(header, first=at, reason=QUOTED if is_quoted else header.reason)

    def _without_prelude(self, at: int, is_boundary: bool, is_announced: bool) -> Header | None:
        if at >= len(self._lines):
            return None
        return (
            self._age_first(at)
            or self._on_one_line(at)
            or self._named(at, is_boundary, is_announced)
        )

    def _after_prelude(self, at: int) -> tuple[int, bool]:
        """Return the line after the prelude, and whether it numbers the post in its feed."""
        is_marked = False
        for _ in range(_PRELUDE_LINES):
            roles = self.roles[at] if at < len(self._lines) else NO_ROLE
            if not roles & _PRELUDE or self.ages[at]:
                break
            is_marked = is_marked or Role.FEED_MARKER in roles
            at = self._next(at)
        return at, is_marked

    def _age_first(self, at: int) -> Header | None:
        """Return a header as Mastodon writes it: age, name and handle."""
        age, name = self.ages[at], self._next(at)
        handle = self._next(name)
        if not age or handle >= len(self._lines) or _CLOCK.search(self._lines[at].text):
            return None
        written = self._lines[handle].text
        if not self._is_name(name) or not _HANDLE.fullmatch(written):
            return None
        body = self._after_marks(handle + 1)
        return Header(at, body, _undoubled(self._lines[name].text), written[1:], age)

    def _on_one_line(self, at: int) -> Header | None:
        """Return a header on one line, or two: `Ann Author @ann · 3d`."""
        match = _INLINE.fullmatch(self._lines[at].text)
        if not match:
            return None
        name, handle, written = match.groups()
        after = self._next(at)
        if not written and after < len(self._lines):
            age, body = self.ages[after], after + 1
        else:
            age, body = read_age(written or "", self._seen_at), at + 1
        name = _undoubled(name.strip())
        return Header(at, self._after_marks(body), name, handle[1:], age) if age else None

    def _named(self, at: int, is_boundary: bool, is_announced: bool) -> Header | None:
        """Return a header that begins with a name, if it is complete.

        It is only announced by other lines if a prelude is above it, or starts at a boundary.
        """
        header = self._name_at(at)
        if header is None:
            return None
        if not header.age:
            header = self._with_parts(header, at)
        if header is None:
            return None
        is_certain = bool(header.handle) or header.has_degree or is_announced
        if (header.age or header.reason) and (is_certain or is_boundary):
            return replace(header, body=self._after_marks(header.body))
        if header.handle and is_boundary:
            return replace(header, body=self._after_marks(header.body))
        return None

    def _name_at(self, at: int) -> Header | None:
        """Return a header with the name on a line: `Ann Author • 2nd`."""
        if self.ages[at]:
            return None
        text = self._lines[at].text
        name, *marks = _BULLET.split(text)
        roles = [roles_of(f"• {mark}") for mark in marks]
        age = next(filter(None, (read_age(mark, self._seen_at) for mark in marks)), None)
        if not all(roles) and not age:
            name = text
        if not self._is_name(at, name):
            return None
        before, _, last = name.rpartition(" ")
        has_degree = any(Role.DEGREE in listed for listed in roles)
        if before and last.isascii() and Role.DEGREE in roles_of(last):  # without a bullet
            name, has_degree = before, True
        name = _undoubled(name.strip())
        return Header(at, at + 1, name, age=age, has_degree=has_degree)

    def _with_parts(self, header: Header, at: int) -> Header | None:
        """Return a header with the lines below its name, None for a line of something else."""
        headlines: list[str] = []
        line = self._next(at)
        for _ in range(_HEADER_LINES):
            if line >= len(self._lines):
                break
            text, roles = self._lines[line].text, self.roles[line]
            age = self.ages[line] or self._age_below_handle(header, line)
            if age and Role.DEGREE not in roles:
                return replace(header, age=age, body=line + 1)
            if Role.PROMOTED in roles:
                return replace(header, reason=PROMOTED, body=line + 1)
            if _HANDLE.fullmatch(text) and not header.handle:
                header = replace(header, handle=text[1:], body=line + 1)
            elif Role.DEGREE in roles or self._is_unknown_mark(text):
                header = replace(header, has_degree=True)
            elif self._is_name_in(line, header.name):
                header = replace(header, name=_undoubled(text))
            elif not (roles & _MARKS or self._is_repeated(text, header.name)):
                if header.handle or not self._is_headline(line, headlines):
                    break
                headlines.append(text)
            line = self._next(line)
        return header if header.handle else None

    def _age_below_handle(self, header: Header, at: int) -> PostAge | None:
        """Return an unknown age for a short line with a number below a handle and a dot."""
        is_below_dot = Role.DOT in self.roles[self._previous(at)]
        is_short = _SHORT_AGE.fullmatch(self._lines[at].text)
        return UNKNOWN_AGE if header.handle and is_below_dot and is_short else None

    def _is_name_in(self, at: int, text: str) -> bool:
        """Return whether a line is a name that the line above has in an alternative text."""
        name = _undoubled(self._lines[at].text)
        return name != text and " " in name and name in text and self._is_name(at)

    def _is_unknown_mark(self, text: str) -> bool:
        """Return whether a line below a name is a degree in a wording that the table lacks."""
        return text[0] in "•·・" and len(text) <= _LONGEST_MARK and text[1:].strip() != ""

    def _is_repeated(self, text: str, name: str) -> bool:
        return _undoubled(_BULLET.split(text)[0]) == name

    def _is_headline(self, at: int, headlines: list[str]) -> bool:
        """Return whether a line can be the headline of an author, or its repetition."""
        text = self._lines[at].text
        if text in headlines:
            return True
        return (
            len(headlines) < _HEADLINES
            and len(text) <= _LONGEST_HEADLINE
            and self._lines[at].type is LineType.TEXT
            and not find_urls(text)
            and not self.roles[at] & {Role.ACTION, Role.COUNTER, Role.FEED_MARKER, Role.NUMBER}
        )

    def _is_name(self, at: int, text: str = "") -> bool:
        """Return whether the text of a line, or its part `text`, can be the name of an author."""
        name = _undoubled(text or self._lines[at].text)
        return (
            0 < len(name) <= _LONGEST_NAME
            and len(name.split()) <= _NAME_WORDS
            and any(map(str.isalpha, name))
            and not self.roles[at] - {Role.DOT}
            and not _SENTENCE_END.search(name)
            and not _HANDLE.fullmatch(name)
            and not find_hashtags(name)
            and not find_urls(name)
        )

    def _after_marks(self, at: int) -> int:
        """Return the first line of the text: marks and repeated ages end the header."""
        body = at
        while at < len(self._lines):
            is_part = bool(self.roles[at] & _MARKS or self.ages[at])
            if self._lines[at].text and not is_part:
                break
            at += 1
            body = at if is_part else body
        return body

    def _is_first_text(self, at: int, before: Sequence[Header]) -> bool:
        """Return whether a line is the first text below the last header."""
        return bool(before) and self._next(before[-1].body - 1) == at

    def _is_boundary(self, at: int) -> bool:
        """Return whether a post can begin at a line, since the one above ends a post."""
        if at == 0 or not self._lines[at - 1].text:
            return True
        before = self._previous(at)
        ends = (LineType.CUT, LineType.LINKS, LineType.NOISE, LineType.TAGS)
        return bool(self.roles[before]) or self._lines[before].type in ends

    def _next(self, at: int) -> int:
        """Return the next line with text after `at`."""
        return self._following[min(at, len(self._lines) - 1)]

    def _previous(self, at: int) -> int:
        """Return the last line with text before `at`, or the first line."""
        return self._preceding[at]


def _next_members(members: Sequence[int], size: int) -> list[int]:
    """Return for each number below `size` the next larger member, or `size`."""
    following: list[int] = []
    for member in members:
        following += [member] * (member - len(following))
    return following + [size] * (size - len(following))


def _previous_members(members: Sequence[int], size: int) -> list[int]:
    """Return for each number below `size` the largest member that is smaller, or 0."""
    preceding: list[int] = []
    last = 0
    for member in members:
        preceding += [last] * (member + 1 - len(preceding))
        last = member
    return preceding + [last] * (size - len(preceding))


def _undoubled(text: str) -> str:
    """Return a name that is copied twice (`Ann AuthorAnn Author`) once, without custom emoji."""
    text = _EMOJI.sub("", text).strip() or text
    half = len(text) // 2
    if len(text) > 5 and text[:half].strip() == text[len(text) - half :].strip():
        return text[:half].strip()
    return text
