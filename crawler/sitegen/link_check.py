"""Would the site hold together? Internal links, anchors, ids and sizes, checked on every build
before anyone sees it.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable
from urllib.parse import unquote

from crawler.sitegen.template_renderer import OutputFile

PAGE_LIMIT = 512 * 1024
# Sound on our own pages only: every attribute there is quoted, and autoescape leaves no quotation
# mark in text. Each pattern begins with a
# fixed word, which `re` looks for several times faster than for a choice of words.
_OUTSIDE = rb"(?![A-Za-z][A-Za-z0-9+.-]*:|//)"
_LINKS = (
    re.compile(rb'href="' + _OUTSIDE + rb'([^"]*)"'),
    re.compile(rb'src="' + _OUTSIDE + rb'([^"]*)"'),
)
_ID = re.compile(rb' id="([^"]*)"')


class SiteLinter:
    """Sees every file once, while it is in memory; keeps only the addresses that pages link to."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._wanted: dict[str, str] = {}
        self._seen: dict[str, set[bytes]] = {}
        self._anchors: dict[tuple[str, str], str] = {}

    def see(self, file: OutputFile) -> None:
        """Note what a file links to; record what is wrong with the file itself."""
        self.problems += file_problems(file)
        if file.path.endswith(".html"):
            self._note_links(file)

    def finish(self, paths: set[str], read: Callable[[str], bytes]) -> list[str]:
        """Everything that is wrong, given all paths of the site and a way to read one of them
        again.
        """
        missing = [
            f"{page} links to {path}, which does not exist"
            for path, page in self._wanted.items()
            if path not in paths
        ]
        lost = [
            f"{page} links to {path}#{anchor}, which does not exist"
            for (path, anchor), page in self._anchors.items()
            if path in paths and anchor.encode() not in _ID.findall(read(path))
        ]
        return sorted(self.problems + missing + lost)

    def _note_links(self, file: OutputFile) -> None:
        folder = posixpath.dirname(file.path)
        links = _links(file)
        seen = self._seen.setdefault(folder, set())
        for link in links - _anchors(links) - seen:
            path, anchor = _target(folder, link)
            self._wanted.setdefault(path, file.path)
            if anchor:
                self._anchors.setdefault((path, anchor), file.path)
        seen |= links


def file_problems(file: OutputFile) -> list[str]:
    """What is wrong with one file, whatever else the site has: size, ids, links within it."""
    if not file.data:
        return [f"{file.path} is empty"]
    if not file.path.endswith(".html"):
        return []
    found = []
    if len(file.data) > PAGE_LIMIT:
        found.append(f"{file.path} has {len(file.data):,} bytes, more than {PAGE_LIMIT:,}")
    ids = Counter(_ID.findall(file.data))
    found += [
        f'{file.path} has the id "{name.decode()}" {n} times' for name, n in ids.items() if n > 1
    ]
    missing = sorted(link for link in _anchors(_links(file)) if link[1:] and link[1:] not in ids)
    return found + [
        f"{file.path} links to {link.decode()}, which does not exist" for link in missing
    ]


def _links(file: OutputFile) -> set[bytes]:
    return {link for pattern in _LINKS for link in pattern.findall(file.data)}


def _anchors(links: set[bytes]) -> set[bytes]:
    """The links within the page."""
    return {link for link in links if link.startswith(b"#")}


def _target(folder: str, raw: bytes) -> tuple[str, str]:
    """What a link in a page of `folder` means: a path from the top, and an anchor (empty: none)."""
    link, _, anchor = raw.decode().replace("&amp;", "&").partition("#")
    return posixpath.normpath(posixpath.join(folder, unquote(link.partition("?")[0]))).lstrip(
        "/"
    ), anchor
