"""Check of a new site before it is published: internal links, anchors, ids and page sizes."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote
from zlib import crc32

from crawler.sitegen.rendered_file import OutputFile

PAGE_LIMIT = 512 * 1024  # bytes

# Sound for our own pages only: every attribute there is quoted, and autoescape leaves no quotation
# mark in text. Each pattern begins with a fixed word, which `re` finds several times faster than
# an alternation.
_TO_OTHER_PAGE = rb'(?![A-Za-z][A-Za-z0-9+.-]*:|//|#)([^"]*)"'
_LINKS = (re.compile(rb'href="' + _TO_OTHER_PAGE), re.compile(rb'src="' + _TO_OTHER_PAGE))
_ANCHORS = (re.compile(rb'href="#([^"]*)"'), re.compile(rb'src="#([^"]*)"'))
_ID = re.compile(rb' id="([^"]*)"')


class SiteLinter:
    """Checks every file once while it is in memory, and stores only the targets of links."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._page_by_target: dict[str, str] = {}
        self._page_by_anchor: dict[tuple[str, str], str] = {}
        self._marks_by_folder: dict[str, dict[bytes, bytes]] = {}

    def add(self, file: OutputFile, *, is_valid: bool = False) -> bytes:
        """Record the links of `file`, and its own problems unless it `is_valid`.

        Return the marks of the paths that it links to, sorted.
        """
        if not is_valid:
            self.problems += file_problems(file)
        return self._record_links(file) if file.path.endswith(".html") else b""

    def finish(
        self, missing: Callable[[Iterable[str]], set[str]], read: Callable[[str], bytes]
    ) -> list[str]:
        """Return all problems of a site.

        `missing` returns the paths that the site lacks, `read` the bytes of the file at a path.
        """
        lacking = missing(self._page_by_target)
        missing_pages = [_broken_link(self._page_by_target[target], target) for target in lacking]
        missing_anchors = [
            _broken_link(page, f"{target}#{anchor}")
            for (target, anchor), page in self._page_by_anchor.items()
            if target not in lacking and anchor.encode() not in _ID.findall(read(target))
        ]
        return sorted(self.problems + missing_pages + missing_anchors)

    def _record_links(self, file: OutputFile) -> bytes:
        folder = posixpath.dirname(file.path)
        marks = self._marks_by_folder.setdefault(folder, {})
        links = {link for pattern in _LINKS for link in pattern.findall(file.data)}
        for link in [link for link in links if link not in marks]:
            target, anchor = _target(folder, link)
            marks[link] = path_mark(target)
            self._page_by_target.setdefault(target, file.path)
            if anchor:
                self._page_by_anchor.setdefault((target, anchor), file.path)
        return b"".join(sorted({marks[link] for link in links}))


def path_mark(path: str) -> bytes:
    """Return four bytes by which the pages that link to `path` are found. Others may share it."""
    return crc32(path.encode()).to_bytes(4)


def file_problems(file: OutputFile) -> list[str]:
    """Return the problems of one `file` alone: its size, its ids and the links within it."""
    if not file.data:
        return [f"{file.path} is empty"]
    if not file.path.endswith(".html"):
        return []
    return list(_page_problems(file))


def _page_problems(file: OutputFile) -> Iterator[str]:
    if len(file.data) > PAGE_LIMIT:
        yield f"{file.path} has {len(file.data):,} bytes, more than {PAGE_LIMIT:,}"
    ids = Counter(_ID.findall(file.data))
    for name, count in ids.items():
        if count > 1:
            yield f'{file.path} has the id "{name.decode()}" {count} times'
    anchors = {anchor for pattern in _ANCHORS for anchor in pattern.findall(file.data)}
    for anchor in sorted(anchors):
        if anchor and anchor not in ids:
            yield _broken_link(file.path, f"#{anchor.decode()}")


def _broken_link(page: str, target: str) -> str:
    return f"{page} links to {target}, which does not exist"


def _target(folder: str, link: bytes) -> tuple[str, str]:
    """Return the path from the top and the anchor ('' if absent) of a link in `folder`.

    The explorer page has the values of a query after a `?` in the fragment.
    """
    url, _, fragment = link.decode().replace("&amp;", "&").partition("#")
    path = unquote(url.partition("?")[0])
    anchor = fragment.partition("?")[0]
    return posixpath.normpath(posixpath.join(folder, path)).lstrip("/"), anchor
