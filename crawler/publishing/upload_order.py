"""The order of uploads: a reader never gets a page before the files that it needs.

Assets come before pages, pages before the lists and feeds that link to them, and entry pages last.
"""

from __future__ import annotations

import re
from enum import IntEnum

_VERSIONED = re.compile(r"assets/[^/]+\.[0-9a-f]{8}\.[a-z0-9]+")
_ENTRY_PAGES = frozenset({"404.html", "index.html", "site.json", "status.html", "status.json"})
_DETAIL_PAGES = ("article/", "author/", "entity/", "post/", "source/")
_SEARCH_HEAD = "search/index.js"  # names the version of the other files of the index
_REDIRECTS = frozenset({".htaccess", "_redirects", "vercel.json"})  # to pages uploaded before
_LISTS = (".atom", ".opml", ".xml", ".rss", ".txt")


class UploadStep(IntEnum):
    """The steps of an upload, in order."""

    ASSETS = 1
    DATA = 2
    DETAIL_PAGES = 3
    PAGES = 4
    FEEDS = 5
    ENTRY_PAGES = 6


def upload_step(path: str) -> UploadStep:
    """Return the step in which the file at `path` is uploaded."""
    if path in _ENTRY_PAGES:
        return UploadStep.ENTRY_PAGES
    if path == _SEARCH_HEAD:
        return UploadStep.DATA
    if path.endswith(".html"):
        detail = path.startswith(_DETAIL_PAGES)
        return UploadStep.DETAIL_PAGES if detail else UploadStep.PAGES
    if path.endswith(_LISTS) or path in _REDIRECTS:
        return UploadStep.FEEDS
    return UploadStep.DATA if path.endswith((".json", ".md", ".csv")) else UploadStep.ASSETS


def is_versioned_asset(path: str) -> bool:
    """Return whether `path` is a style, script or picture whose name contains its digest.

    Pages that browsers have cached may still load it after it is replaced. Files with texts of
    articles or posts are no such assets: they must disappear when their content is erased.
    """
    return bool(_VERSIONED.fullmatch(path))
