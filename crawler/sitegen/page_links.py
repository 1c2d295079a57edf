"""The links of a page to other files of the site: their targets and anchors, and marks of paths."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from urllib.parse import unquote
from zlib import crc32

from crawler.sitegen.rendered_file import OutputFile

# Sound for our own pages only: every attribute there is quoted, and autoescape leaves no quotation
# mark in text. Each pattern begins with a fixed word, which `re` finds several times faster than
# an alternation.
_TO_OTHER_PAGE = rb'(?![A-Za-z][A-Za-z0-9+.-]*:|//|#)([^"]*)"'
_LINKS = (re.compile(rb'href="' + _TO_OTHER_PAGE), re.compile(rb'src="' + _TO_OTHER_PAGE))
_ID = re.compile(rb' id="([^"]*)"')
_MAX_LINKS = 20_000  # in memory, about 4 MB


@dataclass(frozen=True, slots=True)
class PageLinks:
    """The links of one page: sorted `marks` of all paths, and the `targets` not read before.

    A target is a path from the top of the site and an anchor, empty if there is none.
    """

    marks: bytes = b""
    targets: tuple[tuple[str, str], ...] = ()


class LinkReader:
    """Reads the links of pages. It remembers recent links of each folder, and their marks."""

    def __init__(self) -> None:
        self._marks_by_folder: dict[str, dict[bytes, bytes]] = {}
        self._remembered = 0

    def read(self, file: OutputFile) -> PageLinks:
        """Return the links of `file`, none if it is not an HTML page."""
        if not file.path.endswith(".html"):
            return PageLinks()
        if self._remembered > _MAX_LINKS:
            self._marks_by_folder.clear()
            self._remembered = 0
        folder = posixpath.dirname(file.path)
        marks = self._marks_by_folder.setdefault(folder, {})
        links = set(_LINKS[0].findall(file.data)).union(_LINKS[1].findall(file.data))
        targets = []
        for link in links - marks.keys():
            target = _target(folder, link)
            marks[link] = path_mark(target[0])
            targets.append(target)
        self._remembered += len(targets)
        return PageLinks(b"".join(sorted({marks[link] for link in links})), tuple(targets))


def path_mark(path: str) -> bytes:
    """Return four bytes by which the pages that link to `path` are found. Others may share it."""
    return crc32(path.encode()).to_bytes(4)


def ids_of_page(data: bytes) -> list[bytes]:
    """Return the ids of elements in the HTML `data`, those that links lead to."""
    return _ID.findall(data)


def _target(folder: str, link: bytes) -> tuple[str, str]:
    """Return the path from the top and the anchor ('' if absent) of a link in `folder`.

    The explorer page has the values of a query after a `?` in the fragment.
    """
    url, _, fragment = link.decode().replace("&amp;", "&").partition("#")
    path = unquote(url.partition("?")[0])
    anchor = fragment.partition("?")[0]
    return posixpath.normpath(posixpath.join(folder, path)).lstrip("/"), anchor
