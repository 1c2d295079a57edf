"""Conditional requests (RFC 9110, 13): a page that the client has is not made again.

All pages of one snapshot have the same entity tag, so the server compares tags without a worker.
"""

from __future__ import annotations

import secrets
from collections.abc import Hashable
from hashlib import blake2b

import msgspec
from aiohttp import web

from crawler.explorer.worker_process import WorkerResponse

CACHE_CONTROL = "max-age=5"
"""As sent by Datasette: a new snapshot is visible after seconds."""

# Other templates, queries and settings make other pages, and all of them are read at the start.
_START = secrets.token_bytes(16)
_TAG_BYTES = 12


def entity_tag(snapshot: Hashable) -> str:
    """Return the value of the entity tag of all pages over a `snapshot`.

    `snapshot` identifies the file. The tag reveals nothing about it.
    """
    return blake2b(repr(snapshot).encode(), digest_size=_TAG_BYTES, key=_START).hexdigest()


def with_entity_tag(response: WorkerResponse, snapshot: Hashable) -> WorkerResponse:
    """Return a successful response with the tag of the `snapshot` that it was read from.

    Other responses are returned as they are.
    """
    if response.status != 200:
        return response
    headers = [*response.headers, (b"etag", f'"{entity_tag(snapshot)}"'.encode())]
    if not any(name.lower() == b"cache-control" for name, _ in headers):
        headers.append((b"cache-control", CACHE_CONTROL.encode()))
    return msgspec.structs.replace(response, headers=headers)


def not_modified(request: web.Request, snapshot: Hashable) -> web.Response | None:
    """Return the response 304 if the client of `request` has the page of this `snapshot`.

    Otherwise return None.

    Tags are compared weakly (RFC 9110, 8.8.3.2), since a proxy that compresses weakens them.
    """
    tag = entity_tag(snapshot)
    if not any(sent.value == tag for sent in request.if_none_match or ()):
        return None
    headers = {"ETag": f'"{tag}"', "Cache-Control": CACHE_CONTROL}
    return web.Response(status=304, headers=headers)
