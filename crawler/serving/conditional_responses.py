"""Conditional requests for computed responses: ETag and 304 (RFC 9110, 8.8.3 and 13.1.2)."""

from __future__ import annotations

import hashlib

from aiohttp import ETag, hdrs, web

_ANY = "*"
_CONTENT_HEADERS = (hdrs.CONTENT_TYPE, hdrs.CONTENT_DISPOSITION)


def conditional_response(request: web.Request, response: web.Response) -> web.Response:
    """Return a successful response with an ETag, or 304 if the client of `request` has its body.

    The ETag is a digest of the body. Other responses are returned unchanged.
    """
    body = response.body
    if response.status != 200 or not isinstance(body, bytes):
        return response
    tag = hashlib.blake2b(body, digest_size=12).hexdigest()
    if _is_stored(request, tag):
        response = _not_modified(response)
    response.etag = tag
    return response


def _is_stored(request: web.Request, tag: str) -> bool:
    """Whether the client has the body with this tag. A proxy may have made the tag weak."""
    stored: tuple[ETag, ...] = request.if_none_match or ()
    return any(entry.value in (tag, _ANY) for entry in stored)


def _not_modified(response: web.Response) -> web.Response:
    headers = response.headers.copy()
    for name in _CONTENT_HEADERS:
        headers.popall(name, None)
    return web.Response(status=304, headers=headers)
