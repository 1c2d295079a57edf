"""Path patterns of robots.txt: canonical form, matching, priority (RFC 9309, 2.2.2 and 2.2.3).

Two patterns are equal if they differ only in equivalent escapes. An escaped separator differs from
the separator itself. `/` and `?` after the first `?` are data (the table in section 2.2.2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

_ESCAPE = re.compile(r"%([0-9a-f]{2})", re.IGNORECASE)
_ORIGIN = re.compile(r"[^:/?#]*://[^/?#]*")
_PRINTABLE = bytes(range(0x20, 0x7F))
_SEPARATORS = frozenset("/?#%&=+$*")
_DATA_IN_A_QUERY = frozenset("/?")
_INDEX = "/index.htm"


@dataclass(frozen=True, slots=True)
class PathPattern:
    """One value of Allow or Disallow: `parts` between its wildcards, `anchored` if it ends in `$`.

    `octets` is the length of the pattern as written; the longest matching pattern decides.
    """

    parts: tuple[str, ...]
    anchored: bool
    octets: int

    @classmethod
    def parse(cls, value: str) -> PathPattern:
        """Read a value in ASCII, in which other octets are percent-encoded."""
        anchored = value.endswith("$")
        text = value.removesuffix("$").replace("$", "%24")
        return cls(tuple(_canonical(text).split("*")), anchored, len(value))

    def matches(self, path: str) -> bool:
        """Whether it matches a path that `canonical_path` returned; linear in the path per part."""
        first, *others = self.parts
        if not path.startswith(first):
            return False
        if not others:
            return not self.anchored or path == first

        at = len(first)
        *middle, last = others
        for part in middle:
            start = path.find(part, at)
            if start < 0:
                return False
            at = start + len(part)
        if self.anchored:
            return path.endswith(last) and len(path) - len(last) >= at
        return path.find(last, at) >= 0


def canonical_path(url: str) -> str:
    """Return path and query of an absolute URL, or of one without an origin, for `matches`.

    A URL inside the path or the query is part of it. The fragment is dropped. Never raises.
    """
    origin = _ORIGIN.match(url)
    path = url[origin.end() if origin else 0 :].partition("#")[0].removeprefix("/")
    literal = quote(path, safe=_PRINTABLE, errors="replace").replace("*", "%2A").replace("$", "%24")
    return _canonical(f"/{literal}")


def directory_of_index(value: str) -> str:
    """Return the pattern of the folder whose index page `value` names, or an empty string.

    Google's matcher reads `Allow: /docs/index.html` as a permission for `/docs/` too.
    """
    folder, slash, page = value.rpartition("/")
    return f"{folder}/$" if f"{slash}{page}".startswith(_INDEX) else ""


def _canonical(text: str) -> str:
    path, mark, query = text.partition("?")
    return _decoded(path, _SEPARATORS) + mark + _decoded(query, _SEPARATORS - _DATA_IN_A_QUERY)


def _decoded(text: str, separators: frozenset[str]) -> str:
    """The text with escapes of printable ASCII decoded; escapes of separators in upper case."""

    def decode(escape: re.Match[str]) -> str:
        character = chr(int(escape[1], 16))
        plain = character.isascii() and character.isprintable() and character not in separators
        return character if plain else escape[0].upper()

    return _ESCAPE.sub(decode, text)
