"""Downloads of one large file: as many clients at a time, and as long, as its size allows."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from crawler.serving.slow_connections import RESPONSE_SECONDS
from crawler.serving.static_files import FileWithRanges

MOST_DOWNLOADS = 20  # at the same time
SLOWEST_BYTES = 100_000  # bytes per second
_BUSY = "Too many downloads are running. Try again in a few minutes.\n"
_MISSING = "The file is being replaced. Try again in a minute.\n"


class FileDownloads:
    """The downloads of a file that may be replaced at any time.

    A running download continues with the file that was open when it started.
    """

    def __init__(self, path: Path, content_type: str, headers: dict[str, str]) -> None:
        """`content_type` and `headers` are those of each response."""
        self._path = path
        self._content_type = content_type
        self._headers = headers
        self._running = 0

    def response(self, name: str) -> web.StreamResponse:
        """Return the response to a request for the file, which is saved as `name`.

        It has an ETag and supports ranges (RFC 9110, 14). Too many downloads at a time get 503.
        """
        try:
            size = self._path.stat().st_size
        except OSError:
            return _unavailable(_MISSING)
        if self._running >= MOST_DOWNLOADS:
            return _unavailable(_BUSY)
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        response = _Download(self, self._path, headers=self._headers | disposition)
        response.content_type = self._content_type
        response.longest_seconds = RESPONSE_SECONDS + size / SLOWEST_BYTES
        return response

    def started(self) -> None:
        """Count a download that starts."""
        self._running += 1

    def ended(self) -> None:
        """Count a download that ends."""
        self._running -= 1


class _Download(FileWithRanges):
    """A response that is counted while it is sent."""

    longest_seconds = RESPONSE_SECONDS

    def __init__(self, downloads: FileDownloads, path: Path, headers: dict[str, str]) -> None:
        super().__init__(path, headers=headers)
        self._downloads = downloads

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        if self.prepared:
            return None
        self._downloads.started()
        try:
            return await super().prepare(request)
        finally:
            self._downloads.ended()


def _unavailable(sentence: str) -> web.Response:
    return web.Response(status=503, text=sentence, headers={"Retry-After": "60"})
