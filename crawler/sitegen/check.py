"""Would the site hold together? Internal links, anchors, ids, sizes and counts, checked on every build before anyone sees it."""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import unquote

from crawler.sitegen.press import File

PAGE_LIMIT = 512 * 1024
_LARGEST_FALL = 0.30
# Sound on our own pages only: every attribute there is quoted, and autoescape leaves no quotation mark in text.
_LINK = re.compile(rb'\s(?:href|src)="(?![A-Za-z][A-Za-z0-9+.-]*:|//)([^"]*)"')
_ID = re.compile(rb'\sid="([^"]*)"')


class Checker:
    """Sees every file once, while it is in memory; keeps only the addresses that pages link to."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._wanted: dict[str, str] = {}
        self._anchors: dict[tuple[str, str], str] = {}

    def see(self, file: File) -> None:
        """Note what a file links to; record what is wrong with the file itself."""
        if not file.data:
            self.problems.append(f"{file.path} is empty")
        if not file.path.endswith(".html"):
            return
        if len(file.data) > PAGE_LIMIT:
            self.problems.append(f"{file.path} has {len(file.data):,} bytes, more than {PAGE_LIMIT:,}")
        ids = Counter(_ID.findall(file.data))
        self.problems += [f'{file.path} has the id "{name.decode()}" {times} times' for name, times in ids.items() if times > 1]
        self._note_links(file, set(ids))

    def finish(self, paths: set[str], read: Callable[[str], bytes]) -> list[str]:
        """Everything that is wrong, given all paths of the site and a way to read one of them again."""
        missing = [f"{page} links to {path}, which does not exist" for path, page in self._wanted.items() if path not in paths]
        lost = [
            f"{page} links to {path}#{anchor}, which does not exist"
            for (path, anchor), page in self._anchors.items()
            if path in paths and anchor.encode() not in _ID.findall(read(path))
        ]
        return sorted(self.problems + missing + lost)

    def _note_links(self, file: File, ids: set[bytes]) -> None:
        folder = posixpath.dirname(file.path)
        for raw in set(_LINK.findall(file.data)):
            path, anchor = _target(folder, raw)
            if not path and anchor and anchor.encode() not in ids:
                self.problems.append(f"{file.path} links to #{anchor}, which does not exist")
            if path:
                self._wanted.setdefault(path, file.path)
                if anchor:
                    self._anchors.setdefault((path, anchor), file.path)


def fallen(before: bytes | None, articles: int) -> str:
    """Says so when the site would lose more than 30 % of the articles that `before` (the published `site.json`) counts; else empty."""
    if before is None:
        return ""
    known = json.loads(before).get("articles", 0)
    return f"The site would fall from {known:,} articles to {articles:,}." if articles < known * (1 - _LARGEST_FALL) else ""


@lru_cache(maxsize=100_000)
def _target(folder: str, raw: bytes) -> tuple[str, str]:
    """What a link in a page of `folder` means: a path from the top (empty: the page itself) and an anchor (empty: none)."""
    link, _, anchor = raw.decode().replace("&amp;", "&").partition("#")
    path = unquote(link.partition("?")[0])
    return posixpath.normpath(posixpath.join(folder, path)).lstrip("/") if path else "", anchor
