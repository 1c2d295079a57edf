"""robots.txt by RFC 9309: lines, groups, the deciding rule, crawl delay and content signals.

| feature | source |
|---|---|
| byte order marks of UTF-8 (whole or truncated) and UTF-16 | Google's matcher |
| CR, LF and CRLF end a line, nothing else | 2.2 |
| product tokens are compared whole, up to the first character not allowed in them | 2.2.1 |
| octets outside ASCII are compared percent-encoded | 2.2.2 |
| a group ends at the first User-agent line after an Allow or Disallow | 2.2.4 |
| files are cut at 512 KiB | 2.5 |

Two intended differences from Google's matcher: `/robots.txt` itself is always allowed (2.2.2), and
a URL with raw non-ASCII characters is compared percent-encoded (2.2.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

from crawler.fetch.robots_path_patterns import PathPattern, canonical_path, directory_of_index

MAX_BYTES = 524_288
Signals = tuple[tuple[str, str], ...]

_LINE_END = re.compile(rb"\r\n|\r|\n")
_OCTET = re.compile(rb"[^\x20-\x7e\t]")
_USER_AGENT = re.compile(r"user[- ]?agent\s*(?::|\s)\s*(.*)", re.IGNORECASE)
_RULE = re.compile(
    r"(allow|d[isal]*l[oa]w)\s*(?::|\s)\s*(.*)", re.IGNORECASE
)  # with common misspellings
_SIGNAL = re.compile(r"content-signal\s*:\s*(.*)", re.IGNORECASE)
_DELAY = re.compile(r"crawl[- ]delay\s*(?::|\s)\s*(.*)", re.IGNORECASE)
# The longest mark that fits is dropped, as in Google's matcher: editors and proxies cut marks
# short.
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xef\xbb", b"\xef", b"\xff\xfe", b"\xfe\xff")
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ROBOTS_FILE = "/robots.txt"  # always allowed (2.2.2)
_TOKEN = re.compile(r"[a-z_-]*")


@dataclass(frozen=True, slots=True)
class RobotsDecision:
    """Whether a URL may be fetched, and the conditions.

    `rule` is the deciding line as written, empty without one. `crawl_delay` is in seconds.
    `content_signal` has the pairs of contentsignals.org, sorted, such as `("ai-train", "no")`.
    """

    allowed: bool
    rule: str = ""
    crawl_delay: float | None = None
    content_signal: Signals = ()


@dataclass(frozen=True, slots=True)
class _Rule:
    """One Allow or Disallow, with its line as written."""

    allows: bool
    pattern: PathPattern
    line: str


class RobotsTxt:
    """A parsed robots.txt: the lines of each group by product token in lower case.

    The group `*` applies to all other user agents.
    """

    __slots__ = ("_groups",)

    def __init__(self, groups: Mapping[str, tuple[str, ...]]) -> None:
        self._groups = groups

    @classmethod
    def parse(cls, body: bytes) -> RobotsTxt:
        """Parse the bytes of a file (`body`). Invalid lines are ignored; never raises."""
        groups: dict[str, list[str]] = {}
        named: list[str] = []
        closed = True
        for line in _lines(body):
            agent = _USER_AGENT.match(line)
            if agent:
                named = [*([] if closed else named), _token(agent[1])]
                closed = False
                groups.setdefault(named[-1], [])
                continue
            closed = closed or bool(_RULE.match(line))
            for token in named:
                groups[token].append(line)
        return cls({token: tuple(lines) for token, lines in groups.items()})

    def decide(self, agent: str, url: str) -> RobotsDecision:
        """Return the decision for a user agent and an absolute URL.

        `agent` is `Name` or `Name/version …`; only the name counts, in any case.
        """
        name = agent.partition("/")[0].strip().lower()
        lines = self._groups.get(name or "*", self._groups.get("*", ()))
        rule = _deciding_rule(lines, canonical_path(url))
        allowed = rule is None or rule.allows
        return RobotsDecision(
            allowed, rule.line if rule else "", _crawl_delay(lines), _signals(lines)
        )


def _lines(body: bytes) -> Iterator[str]:
    """Lines without comments, in ASCII; all other octets are percent-encoded."""
    for line in _LINE_END.split(_without_mark(body[:MAX_BYTES])):
        text = _OCTET.sub(
            lambda octet: b"%%%02X" % octet[0][0], line.partition(b"#")[0].strip()
        ).decode("ascii")
        if text:
            yield text


def _without_mark(body: bytes) -> bytes:
    """The body without a byte order mark (whole or truncated), in UTF-8 if it was UTF-16."""
    if body.startswith(_UTF_16_MARKS) and b"\0" in body:
        return body.decode("utf-16", "ignore").encode()
    mark = next((mark for mark in _BYTE_ORDER_MARKS if body.startswith(mark)), b"")
    return body.removeprefix(mark)


def _token(value: str) -> str:
    """The product token that a User-agent line names: `*`, or its longest prefix of letters,
    underscores and hyphens.
    """
    if value == "*" or value.startswith("* "):
        return "*"
    token = _TOKEN.match(value.lower())
    return token[0] if token else ""


@lru_cache(maxsize=32)
def _rules(lines: tuple[str, ...]) -> tuple[_Rule, ...]:
    """The rules of a group by priority: the longest first, Allow before Disallow."""
    rules = (rule for line in lines for rule in _parse_rule(line))
    return tuple(sorted(rules, key=lambda rule: (-rule.pattern.octets, not rule.allows)))


def _parse_rule(line: str) -> Iterator[_Rule]:
    """The rule of a line, if it is one. An Allow for an index page also allows its folder."""
    match = _RULE.match(line)
    if not match or not match[2]:
        return
    allows = match[1][0] in "aA"
    yield _Rule(allows, PathPattern.parse(match[2]), line)
    folder = directory_of_index(match[2])
    if allows and folder:
        yield _Rule(allows, PathPattern.parse(folder), line)


def _deciding_rule(lines: tuple[str, ...], path: str) -> _Rule | None:
    """The longest rule of a group that matches a canonical path (RFC 9309, 2.2.2)."""
    if path.partition("?")[0] == _ROBOTS_FILE:
        return None
    return next((rule for rule in _rules(lines) if rule.pattern.matches(path)), None)


def _crawl_delay(lines: tuple[str, ...]) -> float | None:
    """The last usable crawl delay of a group in seconds."""
    delay = None
    for match in filter(None, map(_DELAY.match, lines)):
        with suppress(ValueError):
            seconds = float(match[1])
            delay = seconds if isfinite(seconds) and seconds >= 0 else delay
    return delay


def _signals(lines: tuple[str, ...]) -> Signals:
    """The content signals of a group. `no` wins when a signal occurs twice."""
    values: dict[str, str] = {}
    for match in filter(None, map(_SIGNAL.match, lines)):
        for part in match[1].lower().split(","):
            name, equals, value = (piece.strip() for piece in part.partition("="))
            if equals and values.get(name) != "no":
                values[name] = value
    return tuple(sorted(values.items()))
