"""CSV responses of Datasette without formulas: tables, rows and SQL of visitors."""

from __future__ import annotations

from crawler.csv_formulas import csv_without_formulas
from crawler.explorer.asgi_messages import Application, Message, Receive, Send, collected_response

_SUFFIX = ".csv"


async def respond_with_csv(
    application: Application, scope: Message, receive: Receive, send: Send
) -> None:
    """Send the CSV response of an application to a request, without cells that are formulas.

    `scope`, `receive` and `send` are those of ASGI. The limits of the explorer bound the body.
    Datasette 0.65 sends an empty document for invalid SQL; the page with the error replaces it.
    """
    start, body = await collected_response(application, scope, receive)
    if start["status"] == 200:
        if not body.strip() and b"_header" not in scope["query_string"]:
            return await application(_page(scope), receive, send)
        body = csv_without_formulas(body.decode()).encode()

    await send(start)
    await send({"type": "http.response.body", "body": body})


def _page(scope: Message) -> Message:
    """The same request for the HTML page."""
    path = str(scope["path"]).removesuffix(_SUFFIX)
    return {**scope, "path": path, "raw_path": path.encode()}
