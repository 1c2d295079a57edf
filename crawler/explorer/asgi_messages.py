"""ASGI applications and the messages of their responses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


async def collected_response(
    application: Application, scope: Message, receive: Receive
) -> tuple[Message, bytes]:
    """Return the first message and the whole body of a response, without sending them.

    `application`, `scope` and `receive` are those of ASGI. The limits of the explorer bound the
    body.
    """
    messages: list[Message] = []

    async def collect(message: Message) -> None:
        messages.append(message)

    await application(scope, receive, collect)
    return messages[0], b"".join(message.get("body", b"") for message in messages[1:])
