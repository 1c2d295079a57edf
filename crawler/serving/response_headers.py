"""Response headers of the site's files: one table for `hashtrail serve`, static hosts and uploads.

Media types are those of https://www.iana.org/assignments/media-types, cache lifetimes those of
RFC 9111 and RFC 8246 (`immutable`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

IMMUTABLE = "public, max-age=31536000, immutable"
SHORT = "public, max-age=600"
REVALIDATED = "no-cache"

SECURITY_HEADERS: Mapping[str, str] = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Headers of every file. The Content-Security-Policy depends on the path."""


@dataclass(frozen=True, slots=True)
class CacheRule:
    """The Cache-Control of a file, or of all files in a folder: then `path` ends with a slash."""

    path: str
    cache_control: str
    reason: str

    def applies_to(self, path: str) -> bool:
        """Return whether the rule applies to the file at `path`, relative to the site."""
        return path.startswith(self.path) if self.path.endswith("/") else path == self.path


# Sorted by path. The first rule that applies counts; all other files are SHORT.
CACHE_RULES = (
    CacheRule("assets/", IMMUTABLE, "the names contain digests"),
    CacheRule("cards/", IMMUTABLE, "the names contain digests"),
    CacheRule("explore/files/", IMMUTABLE, "the names contain digests"),
    CacheRule("search/index.js", REVALIDATED, "it belongs to the other files of one build"),
)

# Suffix -> media type. Sorted.
MEDIA_TYPES: Mapping[str, str] = {
    ".atom": "application/atom+xml",
    ".css": "text/css",
    ".csv": "text/csv",
    ".db": "application/vnd.sqlite3",
    ".html": "text/html",
    ".ico": "image/vnd.microsoft.icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".md": "text/markdown",
    ".opml": "text/x-opml",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
_OTHER = "application/octet-stream"


def media_type(path: str) -> str:
    """Return the media type of the file at `path`, without parameters."""
    return MEDIA_TYPES.get(PurePosixPath(path).suffix, _OTHER)


def content_type(path: str) -> str:
    """Return the Content-Type of the file at `path`; texts are UTF-8."""
    media = media_type(path)
    return f"{media}; charset=utf-8" if media.startswith("text/") else media


def cache_control(path: str) -> str:
    """Return the Cache-Control of the file at `path`, relative to the site."""
    rules = (rule.cache_control for rule in CACHE_RULES if rule.applies_to(path))
    return next(rules, SHORT)
