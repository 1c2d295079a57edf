"""An HTTP server for an application: host names, methods of HTTP, slow connections, shutdown."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import resource
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from crawler.errors import UsageError
from crawler.serving.allowed_hosts import host_of, is_accepted
from crawler.serving.slow_connections import SlowConnections

_UNKNOWN_HOST = (
    "This server does not accept this host name. Use the name under which it is published.\n"
    "Operators add names to [explorer] hosts in data/hashtrail.toml.\n"
)
_SWEEP_SECONDS = 1.0
_MAX_LINE_BYTES = 32_768  # bytes of a request line: SQL travels in URLs
_SHUTDOWN_SECONDS = 2.0
_OPEN_FILES = 16_384  # connections, mostly idle ones
_OTHER_HOST = "Choose an IP address of this machine with --host."
_SLOW = web.AppKey("slow", SlowConnections)
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def create_application(respond: _Handler, hosts: frozenset[str]) -> web.Application:
    """Return an application that responds to GET and HEAD with `respond`, for accepted `hosts`
    only.
    """
    slow = SlowConnections()

    @web.middleware
    async def check(request: web.Request, handler: _Handler) -> web.StreamResponse:
        async def respond_or_refuse(request: web.Request) -> web.StreamResponse:
            return _refusal(request, hosts) or await handler(request)

        return await slow.respond(request, respond_or_refuse)

    application = web.Application(middlewares=[check])
    application[_SLOW] = slow
    application.router.add_route("*", "/{path:.*}", respond)
    return application


def _not_listening(host: str, port: int, error: OSError) -> UsageError:
    """Return the error that a server cannot listen at `host` and `port`, with the next step."""
    place = f"Cannot listen on {host}, port {port}"
    if isinstance(error, socket.gaierror):
        return UsageError(f"{place}: no host has this name.", _OTHER_HOST)
    # Since Python 3.13, asyncio skips the addresses of other machines and raises an error without
    # a number if none is left.
    number = error.errno or errno.EADDRNOTAVAIL
    cause, is_elsewhere = os.strerror(number), number == errno.EADDRNOTAVAIL
    return UsageError(
        f"{place}: {cause}.", _OTHER_HOST if is_elsewhere else "Choose another port with --port."
    )


@asynccontextmanager
async def running_server(application: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serve an application while the block runs. Yields the port; `port` 0 takes a free one.

    `host` is the IP address to listen on. Raises UsageError when it cannot be used.
    """
    runner = web.AppRunner(
        application,
        access_log=None,
        max_line_size=_MAX_LINE_BYTES,
        shutdown_timeout=_SHUTDOWN_SECONDS,
    )
    sweeper = asyncio.create_task(_sweep(runner, application[_SLOW]))
    try:
        await runner.setup()
        await web.TCPSite(runner, host, port).start()
        yield runner.addresses[0][1]
    except OSError as error:
        raise _not_listening(host, port, error) from error
    finally:
        sweeper.cancel()
        await runner.cleanup()


class _WithoutInvalidRequests(logging.Filter):
    """Keeps requests that are not HTTP out of the log: visitors could fill it."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, HttpProcessingError)


async def serve(
    application: web.Application, host: str, port: int, ready: Callable[[int], None]
) -> None:
    """Serve an application until SIGINT or SIGTERM. Calls `ready` with the port.

    `host` is the IP address to listen on. Raises UsageError when it cannot be used.
    """
    _raise_file_limit()
    logging.getLogger("aiohttp.server").addFilter(_WithoutInvalidRequests())
    _cancel_on_signals()
    with suppress(asyncio.CancelledError):
        async with running_server(application, host, port) as bound:
            ready(bound)
            await asyncio.Event().wait()


def _raise_file_limit() -> None:
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most_files, _OPEN_FILES), most_files))


def _cancel_on_signals() -> None:
    """Cancel the current task on SIGINT and SIGTERM."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_number, task.cancel)


async def _sweep(runner: web.AppRunner, slow: SlowConnections) -> None:
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        if runner.server:
            slow.close_late(runner.server.connections)


def _refusal(request: web.Request, hosts: frozenset[str]) -> web.Response | None:
    """The response to a request with an unknown host or an unsupported method.

    A request line with a complete URL names a host too (RFC 9112, 3.2.2): `request.host`.
    """
    if request.method not in ("GET", "HEAD"):
        return _unsupported_method(request)
    named = {host_of(name) for name in request.headers.getall("Host", [""])}
    if len(named) > 1 or "" in named:
        return web.Response(status=400, text="The request has no valid Host header.\n")
    if not all(is_accepted(host, hosts) for host in (*named, host_of(request.host))):
        return web.Response(status=421, text=_UNKNOWN_HOST)
    return None


def _unsupported_method(request: web.Request) -> web.Response:
    """The response 405, as JSON when the path ends in .json."""
    sentence, allowed = "This server supports only GET and HEAD requests.", {"Allow": "GET, HEAD"}
    if not request.path.endswith(".json"):
        return web.Response(status=405, text=f"{sentence}\n", headers=allowed)
    error = {"ok": False, "error": sentence, "status": 405, "title": None}
    return web.json_response(error, status=405, headers=allowed)
