"""The built site over HTTP: types, headers, ranges and the 404 page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aiohttp import hdrs, web
from aiohttp.abc import AbstractStreamWriter

from crawler.serving.content_security_policy import policy_of_path
from crawler.serving.range_requests import usable_range
from crawler.serving.response_headers import SECURITY_HEADERS, media_type


def file_response(public: Path, path: str) -> web.StreamResponse:
    """Return the file at `path` (percent-decoded, from the root of the site `public`) as a
    response.

    `public` is resolved for every request, because a build replaces the folder behind it. An
    unknown path gets the page 404.html and status 404.
    """
    root = public.resolve()
    file = find_file(root, path)
    status = 200 if file else 404
    file = file or root / "404.html"
    policy = f"{policy_of_path(path)}; frame-ancestors 'none'"
    headers = {"Content-Security-Policy": policy, **SECURITY_HEADERS}
    response = FileWithRanges(file, status=status, headers=headers)
    response.content_type = media_type(file.name)
    if response.content_type.startswith("text/"):
        response.charset = "utf-8"
    return response


class FileWithRanges(web.FileResponse):
    """A file that may be sent early, and that ignores a Range that must not be applied."""

    def __init__(self, file: Path, headers: Mapping[str, str], status: int = 200) -> None:
        super().__init__(file, status=status, headers=headers)
        self.file = file

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Send headers and file in response to `request`, once. Returns the writer of the body."""
        if self.prepared:
            return None
        etag = _etag(self.file) if self.status == 200 else ""
        return await super().prepare(_with_usable_range(request, etag))


def find_file(root: Path, path: str) -> Path | None:
    """Return the file of a URL path inside `root`, or None; a path that ends in `/` means
    index.html.

    Files and folders whose name begins with a dot are not part of the site.
    """
    if "\0" in path or any(part.startswith(".") for part in path.split("/")):
        return None
    try:
        wanted = root / (path.lstrip("/") + ("index.html" if path.endswith("/") else ""))
        wanted = wanted.resolve()
        return wanted if wanted.is_relative_to(root) and wanted.is_file() else None
    except (OSError, ValueError):  # a name that is too long, or that is not valid UTF-8
        return None


def _etag(path: Path) -> str:
    """The ETag that aiohttp sends for a file; empty if it cannot be read."""
    try:
        status = path.stat()
    except OSError:
        return ""
    return f'"{status.st_mtime_ns:x}-{status.st_size:x}"'


def _with_usable_range(request: web.BaseRequest, etag: str) -> web.BaseRequest:
    """The request without a Range that must not be applied; `etag` is empty for the 404 page.

    A Range with `If-Range` is applied if it names the file's `etag`. Dates are compared by aiohttp,
    which knows no ETag there (RFC 9110, 13.1.5).
    """
    header = request.headers.get(hdrs.RANGE)
    if header is None:
        return request

    headers = request.headers.copy()
    del headers[hdrs.RANGE]
    is_same = headers.get(hdrs.IF_RANGE, etag) == etag
    if is_same:
        headers.popall(hdrs.IF_RANGE, None)
    usable = usable_range(header) if etag and (is_same or request.if_range is not None) else ""
    if usable:
        headers[hdrs.RANGE] = usable
    return request.clone(headers=headers)
