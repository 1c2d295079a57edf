"""Errors of JSON responses: always the members `ok`, `status`, `error` and `title`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from crawler.explorer.asgi_messages import Application, Message, Receive, Send, collected_response

_REFUSED_SHAPE = b'{"ok": false'


async def respond_with_json(
    application: Application, scope: Message, receive: Receive, send: Send
) -> None:
    """Send the JSON response of an application to a request, with complete errors.

    `scope`, `receive` and `send` are those of ASGI. Datasette 0.65 sends errors of SQL without a
    status, and those of a shape with the status 200.
    """
    start, body = await collected_response(application, scope, receive)
    is_refused = start["status"] == 200 and body.startswith(_REFUSED_SHAPE)
    if is_refused or start["status"] >= 400:
        status = 400 if is_refused else start["status"]
        headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
        start = {**start, "status": status, "headers": headers}
        body = json.dumps(complete_error(status, _members(body))).encode()

    await send(start)
    await send({"type": "http.response.body", "body": body})


def complete_error(status: int, members: Mapping[str, Any]) -> dict[str, Any]:
    """Return an error with all its members; `members` has those that are known.

    `status` is that of HTTP.
    """
    error = str(members.get("error") or "The request failed.")
    return {"ok": False, "error": error, "status": status, "title": members.get("title")}


def _members(body: bytes) -> dict[str, Any]:
    try:
        members = json.loads(body)
    except ValueError:
        return {}
    return members if isinstance(members, dict) else {}
