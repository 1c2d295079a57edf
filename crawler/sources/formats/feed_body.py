"""Bodies of feeds that are gzip although no Content-Encoding states that."""

from __future__ import annotations

import zlib
from dataclasses import replace

from crawler.models.http_exchange import Response

MAX_BYTES = 25_000_000
_GZIP = b"\x1f\x8b\x08"


def unpacked(response: Response) -> Response:
    """Return `response` with its body decompressed if it is gzip; at most 25 MB are read.

    Servers send files such as `feed.xml.gz` without stating their coding.
    """
    if not response.body.startswith(_GZIP):
        return response
    body, is_complete = _unzipped(response.body)
    return replace(response, body=body, is_cut=response.is_cut or not is_complete)


def _unzipped(body: bytes) -> tuple[bytes, bool]:
    """Return the decompressed body (RFC 1952), and whether it is complete."""
    stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        data = stream.decompress(body, MAX_BYTES)
    except zlib.error:
        return b"", False
    return data, stream.eof
