"""What a robots.txt says to us: RFC 9309 exactly. Protego matches paths; what it gets wrong around them is put right here.

Put right, each with its source: the byte order mark and bytes that are not UTF-8 (2.2.2: octets outside ASCII are compared percent-encoded), line ends that are
no line ends to Python's `splitlines`, product tokens compared whole and without what is not allowed in one (2.2.1), groups that only Allow and Disallow close
(2.2.4: other records must not interfere), and files cut at 512 KiB (2.5).

Where we differ from Google's published matcher on purpose: `/robots.txt` itself is always allowed (2.2.2), and a URL given with raw non-ASCII characters is
compared percent-encoded (2.2.2), where Google's leaves that to its caller.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from protego import Protego

MAX_BYTES = 524_288
Signals = tuple[tuple[str, str], ...]

_LINE_END = re.compile(rb"\r\n|\r|\n")
_OCTET = re.compile(rb"[^\x20-\x7e\t]")
_USER_AGENT = re.compile(r"user[- ]?agent\s*(?::|\s)\s*(.*)", re.IGNORECASE)
_RULE = re.compile(r"(allow|d[isal]*l[oa]w)\s*(?::|\s)\s*(.*)", re.IGNORECASE)  # with the misspellings that are common
_SIGNAL = re.compile(r"content-signal\s*:\s*(.*)", re.IGNORECASE)
_ORIGIN = re.compile(r"[^:/?#]*://[^/?#]*")
_SOMEWHERE = "http://host"  # rules speak of paths; a host that cannot be parsed must not matter
_MOST_RULES = 200
_TOKEN = re.compile(r"[a-z_-]*")


@dataclass(frozen=True, slots=True)
class Verdict:
    """May the URL be fetched, by which rule as written (empty: by none), how many seconds apart, and what the content may be used for.

    `content_signal` is what contentsignals.org defines: pairs such as `("ai-train", "no")`, sorted.
    """

    allowed: bool
    rule: str = ""
    crawl_delay: float | None = None
    content_signal: Signals = ()


class Robots:
    """One robots.txt, parsed: the lines of each group by its product token in lower case, `*` for everybody else."""

    __slots__ = ("_groups",)

    def __init__(self, groups: Mapping[str, tuple[str, ...]]) -> None:
        self._groups = groups

    @classmethod
    def parse(cls, body: bytes) -> Robots:
        """Read the file's bytes. Nothing raises: what is not a line of a robots.txt says nothing."""
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

    def verdict(self, agent: str, url: str) -> Verdict:
        """The answer for a user agent (`Name` or `Name/version …`; compared by name, whatever its case) and an absolute URL."""
        name = agent.partition("/")[0].strip().lower()
        lines = self._groups.get(name or "*", self._groups.get("*", ()))
        group, path = _matcher(lines), "/" + _ORIGIN.sub("", url).removeprefix("/")
        allowed = bool(group.can_fetch(_SOMEWHERE + path, "*"))
        return Verdict(allowed, _deciding_rule(lines, path, allowed), group.crawl_delay("*"), _signals(lines))


def _lines(body: bytes) -> Iterator[str]:
    """Lines without comments, in ASCII: every other octet percent-encoded."""
    for line in _LINE_END.split(body[:MAX_BYTES].removeprefix(b"\xef\xbb\xbf")):
        text = _OCTET.sub(lambda octet: b"%%%02X" % octet[0][0], line.partition(b"#")[0].strip()).decode("ascii")
        if text:
            yield text


def _token(value: str) -> str:
    """The product token that a User-agent line names: `*`, or its longest prefix of letters, underscores and hyphens."""
    if value == "*" or value.startswith("* "):
        return "*"
    found = _TOKEN.match(value.lower())
    return found[0] if found else ""


@lru_cache(maxsize=32)
def _matcher(lines: tuple[str, ...]) -> Protego:
    return Protego.parse("\n".join(("user-agent: *", *lines)))


@lru_cache(maxsize=1024)
def _pattern(value: str) -> Protego:
    return Protego.parse(f"user-agent: *\ndisallow: {value}")


def _deciding_rule(lines: tuple[str, ...], path: str, allowed: bool) -> str:
    """The longest rule that matches the path and says what was decided, as it stands in the file; it is looked for among a bounded number."""
    plain = unquote(path)
    rules = ((match[2], line) for line in lines if (match := _RULE.match(line)) and match[2] and (match[1][0] in "aA") == allowed)
    likely = [(value, line) for value, line in rules if plain.startswith(unquote(value.partition("*")[0].partition("$")[0]))]
    longest = sorted(likely, key=lambda rule: -len(rule[0]))[:_MOST_RULES]
    return next((line for value, line in longest if not _pattern(value).can_fetch(_SOMEWHERE + path, "*")), "")


def _signals(lines: tuple[str, ...]) -> Signals:
    """The content signals of a group; when a signal is given twice, the `no` counts."""
    said: dict[str, str] = {}
    for match in filter(None, map(_SIGNAL.match, lines)):
        for part in match[1].lower().split(","):
            name, equals, value = (piece.strip() for piece in part.partition("="))
            if equals and said.get(name) != "no":
                said[name] = value
    return tuple(sorted(said.items()))
