"""Platform lines of a copied LinkedIn page in any language, found by their place and repetition.

    post := [number in the feed] name degree headline* age [follow] text [more] counter* button*

The degree (`• 2nd`) is the sure sign. Lines around it have their roles by their shape, so that a
language without rows in `platform_lines.tsv` is read too.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from crawler.importers.paste_lines import Line, LineType
from crawler.importers.platform_lines import Role, Roles, roles_of

_BULLET = re.compile(r"\s*[•·・]\s*")
_NUMBERED = re.compile(r"(\D{2,50}?)(\d{1,3})(\D{0,50})")
_AGE = re.compile(r"\d{1,3}\s?[^\s\d•]{1,14}(?:\s[^\s\d•]{1,14}){0,2}\s*•.*")
_NUMBER_LAST = re.compile(r"[^\W\dA-Za-z_]{1,8} ?\d{1,6}[^\W\dA-Za-z_]{0,3}")  # `댓글 3개`
_SENTENCE_END = ".!?:;,。！？：…"
_PRELUDE = 4  # lines between the number of a post and the name of its author
_HEADER = 6  # lines between a degree and the age
_MOST_BUTTONS, _FEWEST_BUTTONS = 4, 3
_LONGEST_BUTTON, _BUTTON_WORDS = 25, 4
_LONGEST_FOLLOW, _FOLLOW_WORDS = 15, 2
_LONGEST_COUNTER, _COUNTER_WORDS = 30, 4
_LONGEST_MORE = 25
_LONGEST_REACTIONS = 60
_UNLISTED = 2  # buttons that the table lacks in a row of an unknown language


class PageShape(NamedTuple):
    """The roles of lines by their index, and the lines with an age whose unit is unknown."""

    roles: dict[int, Role]
    ages: list[int]


class _Copied(NamedTuple):
    """A post by its written lines: its first, its age if found, and those after its header."""

    first: int
    age: int | None
    body: list[int]


def page_shape(lines: Sequence[Line], roles: Sequence[Roles]) -> PageShape:
    """Return the roles that the place of the `lines` shows; `roles` has those of the table."""
    return _ShapeReader(lines, roles).shape()


class _ShapeReader:
    """Reads the shape of one page."""

    def __init__(self, lines: Sequence[Line], roles: Sequence[Roles]) -> None:
        self._roles = roles
        self._texts = [line.text for line in lines]
        self._types = [line.type for line in lines]
        self._written = [at for at, text in enumerate(self._texts) if text]

    def shape(self) -> PageShape:
        """Return the shape; it is empty for a page without degrees."""
        names = list(self._names())
        if not names:
            return PageShape({}, [])
        markers = self._markers([name for name, _ in names])
        posts = list(self._posts(names, markers))
        line_roles = dict.fromkeys(markers.values(), Role.FEED_MARKER)
        line_roles |= dict.fromkeys(self._follows(posts), Role.FOLLOW)
        repeated = self._repeated_buttons(posts, is_numbered=bool(markers))
        for post in posts:
            line_roles |= self._tail(post, repeated)
        return PageShape(line_roles, [post.age for post in posts if post.age is not None])

    def _names(self) -> Iterator[tuple[int, int]]:
        """Yield the places of the name and the degree of each author in the written lines."""
        for place, at in enumerate(self._written):
            if Role.DEGREE in self._roles[at] and place and self._texts[at][0] in "•·・":
                yield place - 1, place
            elif "•" in self._texts[at] and self._has_degree(at):
                yield place, place

    def _has_degree(self, at: int) -> bool:
        name, *marks = _BULLET.split(self._texts[at])
        is_name = name[:1].isalpha()
        return is_name and any(Role.DEGREE in roles_of(f"• {mark}") for mark in marks)

    def _markers(self, names: Sequence[int]) -> dict[int, int]:
        """Return the lines that number the posts, by the places of the names below them.

        The numbers rise by one. A single one is above the first post of the page.
        """
        series: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
        for before, name in pairwise([-1, *names]):
            for place in range(max(before + 1, name - _PRELUDE), name):
                at = self._written[place]
                match = _NUMBERED.fullmatch(self._texts[at])
                if match and self._is_plain(at) and not self._texts[at][0].isdigit():
                    template = (match[1], match[3])
                    series.setdefault(template, []).append((name, int(match[2]), at))
        for numbered in series.values():
            numbers = [number for _, number, _ in numbered]
            is_rising = all(right - left == 1 for left, right in pairwise(numbers))
            is_first = numbered[0][2] == self._written[0]
            if is_rising and (len(numbered) > 1 or is_first):
                return {name: at for name, _, at in numbered}
        return {}

    def _posts(
        self, names: Sequence[tuple[int, int]], markers: dict[int, int]
    ) -> Iterator[_Copied]:
        firsts = [markers.get(name, self._written[name]) for name, _ in names]
        ends = [*firsts[1:], len(self._texts)]
        for (_, degree), first, end in zip(names, firsts, ends, strict=True):
            below = self._written[degree + 1 : bisect_left(self._written, end)]
            age = next((at for at in below[:_HEADER] if _AGE.fullmatch(self._texts[at])), None)
            yield _Copied(first, age, [at for at in below if at > (age or 0)])

    def _follows(self, posts: Sequence[_Copied]) -> list[int]:
        """Return the lines below the age that several posts have in common."""
        below = [post.body[0] for post in posts if post.age is not None and post.body]
        counts = Counter(self._texts[at] for at in below)
        return [
            at
            for at in below
            if counts[self._texts[at]] > 1 and self._is_short(at, _LONGEST_FOLLOW, _FOLLOW_WORDS)
        ]

    def _repeated_buttons(self, posts: Sequence[_Copied], *, is_numbered: bool) -> tuple[str, ...]:
        """Return the short lines at the end of several posts.

        An author may repeat the last lines of a post. The network numbers posts, or counts above
        its buttons.
        """
        for size in range(_MOST_BUTTONS, _FEWEST_BUTTONS - 1, -1):
            ends = [post for post in posts if self._are_buttons(post.body[-size:], size)]
            counts = Counter(self._words(post.body[-size:]) for post in ends)
            words, count = max(counts.items(), key=lambda item: item[1], default=((), 0))
            above = [post.body[-size - 1] for post in ends if len(post.body) > size]
            if count > 1 and (is_numbered or any(map(self._is_counter, above))):
                return words
        return ()

    def _tail(self, post: _Copied, repeated: tuple[str, ...]) -> dict[int, Role]:
        """Return the roles of the lines below the text of a post."""
        first, size = self._buttons(post.body, repeated)
        if not size:
            return {}
        line_roles = dict.fromkeys(post.body[first : first + size], Role.ACTION)
        for place in range(first - 1, -1, -1):
            role = self._role_above_buttons(post.body, place)
            if role is None:
                break
            line_roles[post.body[place]] = role
        return line_roles

    def _buttons(self, body: Sequence[int], repeated: tuple[str, ...]) -> tuple[int, int]:
        """Return the place of the first button in a post, and the number of buttons."""
        size = len(repeated)
        for first in range(len(body) - size, -1, -1) if size else ():
            if self._words(body[first : first + size]) == repeated:
                return first, size
        for size in range(_MOST_BUTTONS, _FEWEST_BUTTONS - 1, -1):
            first = len(body) - size
            if (
                self._are_buttons(body[-size:], size)
                and first
                and self._is_counter(body[first - 1])
            ):
                return first, size
        return 0, 0

    def _role_above_buttons(self, body: Sequence[int], place: int) -> Role | None:
        at = body[place]
        text = self._texts[at]
        if self._is_counter(at):
            return Role.COUNTER
        if text.startswith(("…", "...")) and len(text) <= _LONGEST_MORE:
            return Role.MORE
        is_above_number = Role.NUMBER in self._roles[body[place + 1]]
        has_number = any(map(str.isdigit, text)) and len(text) <= _LONGEST_REACTIONS
        return Role.COUNTER if is_above_number and has_number and self._is_plain(at) else None

    def _are_buttons(self, lines: Sequence[int], size: int) -> bool:
        """Return whether lines can be buttons, of which the table lacks several."""
        unlisted = [at for at in lines if not self._roles[at]]
        is_read = any(Role.REPLY in self._roles[at] for at in lines) or len(unlisted) < _UNLISTED
        are_short = all(self._is_short(at, _LONGEST_BUTTON, _BUTTON_WORDS) for at in lines)
        return len(lines) == size and are_short and not is_read

    def _is_short(self, at: int, longest: int, words: int) -> bool:
        text = self._texts[at]
        is_short = len(text) <= longest and len(text.split()) <= words
        return is_short and text[0].isalpha() and self._is_plain(at) and not _has_digit(text)

    def _is_counter(self, at: int) -> bool:
        text = self._texts[at]
        is_short = len(text) <= _LONGEST_COUNTER and len(text.split()) <= _COUNTER_WORDS
        is_counter = text[0].isdigit() or _NUMBER_LAST.fullmatch(text) is not None
        return is_short and is_counter and self._is_plain(at)

    def _is_plain(self, at: int) -> bool:
        """Return whether a line is neither a sentence nor a link or hashtags."""
        is_text = self._types[at] is LineType.TEXT and "#" not in self._texts[at]
        return is_text and self._texts[at][-1] not in _SENTENCE_END

    def _words(self, lines: Sequence[int]) -> tuple[str, ...]:
        return tuple(self._texts[at] for at in lines)


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))
