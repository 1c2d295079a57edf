"""CSV responses of Datasette without formulas: tables, rows and SQL of visitors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from crawler.csv_formulas import csv_without_formulas

_Message = MutableMapping[str, Any]
_Send = Callable[[_Message], Awaitable[None]]
_Receive = Callable[[], Awaitable[_Message]]
_Application = Callable[[_Message, _Receive, _Send], Awaitable[None]]
_SUFFIX = ".csv"


async def respond_with_csv(
    application: _Application, scope: _Message, receive: _Receive, send: _Send
) -> None:
    """Send the CSV response of an application to a request, without cells that are formulas.

    `scope`, `receive` and `send` are those of ASGI. The limits of the explorer bound the body.
    Datasette 0.65 sends an empty document for invalid SQL; the page with the error replaces it.
    """
    messages: list[_Message] = []

    async def collect(message: _Message) -> None:
        messages.append(message)

    await application(scope, receive, collect)
    start = messages[0]
    body = b"".join(message.get("body", b"") for message in messages[1:])
    if start["status"] == 200:
        if not body.strip() and b"_header" not in scope["query_string"]:
            return await application(_page(scope), receive, send)
        body = csv_without_formulas(body.decode()).encode()

    await send(start)
    await send({"type": "http.response.body", "body": body})


def _page(scope: _Message) -> _Message:
    """The same request for the HTML page."""
    path = str(scope["path"]).removesuffix(_SUFFIX)
    return {**scope, "path": path, "raw_path": path.encode()}
