"""A static web server in the manner of GitHub Pages, on loopback: ranges, ETags and gzip.

Its headers are an ETag of time and size, `Accept-Ranges: bytes` and `Cache-Control: max-age=600`.
Only texts are compressed with gzip. A request for a range gets the plain bytes of the file.
"""

from __future__ import annotations

import gzip
import mimetypes
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

_RANGE = re.compile(r"bytes=(\d+)-(\d*)")
_GZIPPED = ("text/", "application/javascript", "application/json", "application/wasm")


@dataclass(slots=True)
class StaticHost:
    """A running server: its URL, and the path, status and number of bytes of each response."""

    url: str
    responses: list[tuple[str, int, int]] = field(default_factory=list)


@contextmanager
def static_host(folder: Path, *, ranges: bool = True) -> Iterator[StaticHost]:
    """Serve `folder` while the block runs. Without `ranges` the header Range is ignored."""
    host = StaticHost("")

    class Handler(_Handler):
        root, supports_ranges, responses = folder, ranges, host.responses

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    root: Path
    supports_ranges: bool
    responses: list[tuple[str, int, int]]

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        file = self.root / (path.lstrip("/") + ("index.html" if path.endswith("/") else ""))
        if not file.is_file():
            self._send(404, b"Not found", {"Content-Type": "text/plain"})
            return

        size, kind = file.stat().st_size, mimetypes.guess_type(file.name)[0] or ""
        headers = {
            "Content-Type": kind or "application/octet-stream",
            "ETag": f'"{int(file.stat().st_mtime):x}-{size:x}"',
            "Cache-Control": "max-age=600",
            "Accept-Ranges": "bytes",
            "Access-Control-Allow-Origin": "*",
            "Vary": "Accept-Encoding",
        }
        part = _RANGE.fullmatch(self.headers.get("Range", "")) if self.supports_ranges else None
        if part:
            self._send_range(file, size, int(part[1]), part[2], headers)
        elif kind.startswith(_GZIPPED) and "gzip" in self.headers.get("Accept-Encoding", ""):
            compressed = gzip.compress(file.read_bytes())
            self._send(200, compressed, headers | {"Content-Encoding": "gzip"})
        else:
            self._send(200, file.read_bytes(), headers)

    def _send_range(
        self, file: Path, size: int, first: int, last: str, headers: dict[str, str]
    ) -> None:
        if first >= size:
            self._send(416, b"", {"Content-Range": f"bytes */{size}"})
            return
        end = min(int(last) + 1 if last else size, size)
        with file.open("rb") as opened:
            opened.seek(first)
            data = opened.read(end - first)
        self._send(206, data, headers | {"Content-Range": f"bytes {first}-{end - 1}/{size}"})

    def _send(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self.responses.append((self.path, status, len(data)))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: object) -> None:
        """Log nothing."""
