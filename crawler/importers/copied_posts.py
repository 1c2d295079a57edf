"""Posts copied from the page of a network: the text of each, without what the network adds.

    post := header text tail
    tail := counters, buttons and what follows them up to the next header

The text ends at the first of several buttons, or before the platform lines at its end. A button
alone between two paragraphs is a word of the author.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.importers.copied_headers import Header, HeaderReader
from crawler.importers.paste_lines import Line
from crawler.importers.platform_lines import Role, is_action_row, words_with
from crawler.importers.platform_lines import folded_line as folded
from crawler.models.posts import Author
from crawler.urls_and_hashtags import find_hashtags, find_urls

COMMENT = "comments on posts"
_TAIL = frozenset({
    Role.ACTION, Role.AFTER, Role.ALT, Role.COUNTER, Role.DOT, Role.EDITED, Role.MORE, Role.NUMBER,
    Role.PROMOTED, Role.QUOTE, Role.REPLY, Role.TRANSLATION, Role.VISIBILITY,
})  # fmt: skip
_BETWEEN = frozenset({Role.ALT, Role.MORE, Role.TRANSLATION})
_BUTTONS = frozenset({Role.ACTION, Role.REPLY})
_COUNTED = frozenset({Role.ACTION, Role.COUNTER})
_BUTTONS_OF_A_COMMENT = 2
_LONGEST_BELOW = 100  # characters
_ANSWERS = 2  # of the smallest poll
_SHARE = re.compile(r"\d{1,3}(?:[.,]\d)?\s?%")
_LONGEST_UNKNOWN = 25  # characters of a button or counter that the table lacks


@dataclass(frozen=True, slots=True)
class CopiedPost:
    """A post by the indexes of its lines.

    `first` is the first line of its header and `end` the line after the post. `text` has the lines
    that the author wrote, `after_tail` is the first line after the tail. `reason` states why the
    post is left out.
    """

    first: int
    text: tuple[int, ...]
    after_tail: int
    end: int
    author: Author | None = None
    published: datetime | None = None
    precision: str = ""
    reason: str = ""


def copied_posts(lines: Sequence[Line], seen_at: datetime) -> list[CopiedPost]:
    """Return the posts with a header in `lines`, in order; `seen_at` is the time of the copy."""
    reader = HeaderReader(lines, seen_at)
    headers = _with_servers(reader.headers())
    ends = [header.first for header in headers[1:]] + [len(lines)]
    pairs = zip(headers, ends, strict=False)
    return [_PostReader(reader, lines, header, end).post() for header, end in pairs]


def _with_servers(headers: list[Header]) -> list[Header]:
    """Return headers without handles that lack their server.

    Mastodon prints accounts of the reader's server without it: on a page with other servers, they
    are not names of X.
    """
    if not any("@" in header.handle for header in headers):
        return headers
    return [
        header
        if "@" in header.handle or "." in header.handle
        else replace(header, handle="", is_local=bool(header.handle))
        for header in headers
    ]


class _PostReader:
    """Reads the post below one header."""

    def __init__(
        self, reader: HeaderReader, lines: Sequence[Line], header: Header, end: int
    ) -> None:
        self._roles = reader.roles
        self._ages = reader.ages
        self._lines = lines
        self._header = header
        self._end = end

    def post(self) -> CopiedPost:
        """Return the post."""
        header = self._header
        buttons, after_tail = self._buttons()
        end = min(buttons, self._counters(), self._poll())
        tail = self._before_platform_lines(header.body, end)
        age = header.age or next(filter(None, self._ages[tail : self._end]), None)
        return CopiedPost(
            first=header.first,
            text=tuple(at for at in range(header.body, tail) if not self._is_between(at)),
            after_tail=after_tail,
            end=self._end,
            author=_author(header),
            published=age.published if age else None,
            precision=age.precision if age else "",
            reason=header.reason or (COMMENT if self._is_comment(tail) else ""),
        )

    def _buttons(self) -> tuple[int, int]:
        """Return the first line of several buttons, and the line after them; else the end."""
        first, count = self._end, 0
        for at in range(self._header.body, self._end):
            if self._roles[at] & _BUTTONS:
                first = at if not count else first
                count += 2 if is_action_row(self._lines[at].text) else 1
            elif self._is_text(at) and not (count and self._is_between_buttons(at)):
                if count > 1:
                    return first, at
                first, count = self._end, 0
        return (first, self._end) if count > 1 else (self._end, self._end)

    def _is_between_buttons(self, at: int) -> bool:
        """Return whether a short line after a button is above another one."""
        following = at + 1
        while following < self._end and not self._lines[following].text:
            following += 1
        is_short = len(self._lines[at].text) <= _LONGEST_UNKNOWN
        return is_short and following < self._end and bool(self._roles[following] & _BUTTONS)

    def _counters(self) -> int:
        """Return the first of several counters with at most a short text below them, or the end.

        The text below is a line that the table lacks.
        """
        start, run, has_counter = self._end, 0, False
        for at in range(self._header.body, self._end):
            if self._is_text(at):
                if run > 1 and has_counter:
                    break
                start, run, has_counter = self._end, 0, False
            elif self._lines[at].text:
                start = at if not run else start
                run += 1
                has_counter = has_counter or self._is_counted(at)
        below = [self._lines[at].text for at in range(start, self._end) if self._is_text(at)]
        is_short = sum(map(len, below)) <= _LONGEST_BELOW
        is_own = any(find_hashtags(text) or find_urls(text) for text in below)
        return start if run > 1 and has_counter and is_short and not is_own else self._end

    def _poll(self) -> int:
        """Return the first line of a poll, or the end.

        A poll ends with the number of votes. LinkedIn prints a note above the answers. X prints the
        percentage below each answer, Mastodon above.
        """
        marks = [at for at in range(self._header.body, self._end) if Role.POLL in self._roles[at]]
        if not marks:
            return self._end
        first, last = marks[0], marks[-1]
        if not self._lines[first].text[0].isdigit():
            return first
        shares = [at for at in range(self._header.body, last) if self._is_share(at)]
        if len(shares) < _ANSWERS:
            return self._end
        is_share_first = any(map(self._is_text, range(shares[-1] + 1, last)))
        return shares[0] if is_share_first else max(self._header.body + 1, shares[0] - 1)

    def _is_share(self, at: int) -> bool:
        return _SHARE.fullmatch(self._lines[at].text) is not None

    def _before_platform_lines(self, start: int, end: int) -> int:
        """Return the first of the platform lines that end the text before `end`.

        A short line between two counters or buttons is one that the table lacks.
        """
        has_buttons = end < self._end
        while end > start:
            if self._is_text(end - 1) and not (has_buttons and self._is_unknown(start, end - 1)):
                break
            has_buttons = has_buttons or self._is_counted(end - 1)
            end -= 1
        return end

    def _is_unknown(self, start: int, at: int) -> bool:
        text = self._lines[at].text
        above = at - 1
        while above > start and not self._lines[above].text:
            above -= 1
        is_short = len(text) <= _LONGEST_UNKNOWN and not find_hashtags(text)
        return above > start and is_short and self._is_counted(above)

    def _is_counted(self, at: int) -> bool:
        return bool(self._roles[at] & _COUNTED)

    def _is_text(self, at: int) -> bool:
        is_platform = self._roles[at] & _TAIL or self._ages[at] or self._is_context(at)
        return bool(self._lines[at].text) and not is_platform

    def _is_context(self, at: int) -> bool:
        """Return whether a line below the text states why the next post is shown."""
        text = self._lines[at].text
        is_below = any(self._lines[line].text for line in range(self._header.body, at))
        is_own = bool(find_hashtags(text) or find_urls(text))
        return Role.CONTEXT in self._roles[at] and is_below and not is_own

    def _is_between(self, at: int) -> bool:
        """Return whether a platform line can be between the paragraphs of a text."""
        return bool(self._roles[at] & _BETWEEN)

    def _is_comment(self, tail: int) -> bool:
        """Return whether the buttons below are those of a comment on LinkedIn: like and reply."""
        if not self._header.has_degree:
            return False
        buttons = {
            word
            for at in range(tail, self._end)
            if self._roles[at] & _BUTTONS
            for word in [folded(self._lines[at].text)]
        }
        has_reply = bool(buttons & words_with(Role.REPLY))
        return has_reply and len(buttons) <= _BUTTONS_OF_A_COMMENT


def _author(header: Header) -> Author | None:
    """Return the author of a post; without a handle, the name is also the handle."""
    name, handle = header.name, header.handle
    if not name and not handle:
        return None
    if handle.count("@") == 1:
        user, server = handle.split("@")
        return Author("mastodon", handle, name, f"https://{server}/@{user}")
    if "." in handle.strip("."):
        return Author("bluesky", handle, name, f"https://bsky.app/profile/{handle}")
    if handle:
        return Author("x", handle, name, f"https://x.com/{handle}")
    if not header.has_degree and header.is_local:
        return Author("mastodon", "", name)
    is_user_name = name.islower() and " " not in name and name.isascii()
    if is_user_name and not header.has_degree:
        return Author("threads", name, name, f"https://www.threads.com/@{name}")
    return Author("linkedin", name, name)
