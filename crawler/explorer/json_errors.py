"""Errors of JSON responses: always the members `ok`, `status`, `error` and `title`."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

_Message = MutableMapping[str, Any]
_Send = Callable[[_Message], Awaitable[None]]
_Receive = Callable[[], Awaitable[_Message]]
_Application = Callable[[_Message, _Receive, _Send], Awaitable[None]]
_REFUSED_SHAPE = b'{"ok": false'


async def respond_with_json(
    application: _Application, scope: _Message, receive: _Receive, send: _Send
) -> None:
    """Send the JSON response of an application to a request, with complete errors.

    `scope`, `receive` and `send` are those of ASGI. Datasette 0.65 sends errors of SQL without a
    status, and those of a shape with the status 200.
    """
    messages: list[_Message] = []

    async def collect(message: _Message) -> None:
        messages.append(message)

    await application(scope, receive, collect)
    start = messages[0]
    body = b"".join(message.get("body", b"") for message in messages[1:])
    is_refused = start["status"] == 200 and body.startswith(_REFUSED_SHAPE)
    if is_refused or start["status"] >= 400:
        status = 400 if is_refused else start["status"]
        headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
        start = {**start, "status": status, "headers": headers}
        body = json.dumps(complete_error(status, _members(body))).encode()

    await send(start)
    await send({"type": "http.response.body", "body": body})


def complete_error(status: int, members: MutableMapping[str, Any]) -> dict[str, Any]:
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
