"""A worker process: it responds to one request at a time with Datasette, over a socket.

SQLite cannot be interrupted inside one function call, and rendering occupies a whole process. A
separate process can be killed, and blocks no other request.
"""

from __future__ import annotations

import asyncio
import gc
import resource
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

import msgspec

from crawler.explorer.current_snapshot import is_snapshot
from crawler.explorer.json_errors import complete_error
from crawler.explorer.sql_limits import limit_heap
from crawler.workspace import Workspace

CPU_SECONDS = 10  # of one request, if the server that would kill this process has ended
_MEMORY = 128 * 1024 * 1024  # bytes that a request may allocate beyond those at the start
_LARGEST_FILE = 64 * 1024 * 1024  # bytes of a temporary file, in which SQLite sorts
LARGEST_BODY = 6 * 1024 * 1024
_TOO_LARGE = "The response exceeds 6 MB. Select fewer rows or columns."
_REQUESTS_PER_WORKER = 5000
_GROWTH = 1.3  # a worker that grew by this factor is replaced
_LENGTH_BYTES = 4
MEMORY_EXIT = 3  # exit code of a process without memory for its response


class WorkerRequest(msgspec.Struct, frozen=True, array_like=True):
    """A GET request. `path` is percent-encoded, from the root of the explorer."""

    path: str
    query: str
    scheme: str
    host: str


class WorkerResponse(msgspec.Struct, frozen=True, array_like=True):
    """An HTTP response. After a response with `last` the worker ends."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    last: bool = False


def run_worker(connection: socket.socket, workspace: Workspace) -> None:
    """Respond to the requests that arrive at `connection` until it is closed.

    An empty message reports that the worker is ready. Raises SystemExit when the file of the
    snapshot is not usable: the pool tries again until it is.
    """
    from crawler.explorer.block_optional_imports import create_explorer

    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches the server, which ends this process
    connection.setblocking(True)
    if not is_snapshot(workspace.public_database):
        sys.exit(f"The snapshot is not usable: {workspace.public_database}")
    with asyncio.Runner() as runner:
        application = create_explorer(workspace).app()
        runner.run(respond(application, WorkerRequest("/", "", "http", "localhost")))
        _limit_process()
        try:
            with suppress(ConnectionError):  # the server has ended
                _serve(connection, runner, application)
        except MemoryError:
            sys.exit(MEMORY_EXIT)


def _serve(connection: socket.socket, runner: asyncio.Runner, application: Any) -> None:
    most_memory = _peak_memory() * _GROWTH
    send_message(connection, b"")
    for count in range(1, _REQUESTS_PER_WORKER + 1):
        message = receive_message(connection)
        if not message:
            return
        _limit_cpu()
        request = msgspec.msgpack.decode(message, type=WorkerRequest)
        response = runner.run(respond(application, request))
        last = count == _REQUESTS_PER_WORKER or _peak_memory() > most_memory
        send_message(
            connection, msgspec.msgpack.encode(msgspec.structs.replace(response, last=last))
        )
        if last:
            return


async def respond(application: Any, request: WorkerRequest) -> WorkerResponse:
    """Return the response of an ASGI application to one request.

    An exception of the application becomes a response with status 500; a response that is too large
    becomes one with status 400.
    """
    messages: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)
        if len(message.get("body", b"")) > LARGEST_BODY:
            raise MemoryError

    try:
        await application(_scope(request), receive, send)
    except MemoryError:
        return plain_response(400, _TOO_LARGE, request.path)
    except Exception as error:
        print(f"{request.path}: {type(error).__name__}: {error}", file=sys.stderr)
        return plain_response(
            500,
            "Internal error. Try again later, or report the URL of this page.",
            request.path,
        )
    return _joined_response(messages, request.path)


def _joined_response(messages: list[dict[str, Any]], path: str) -> WorkerResponse:
    body = b"".join(message.get("body", b"") for message in messages[1:])
    if len(body) > LARGEST_BODY:
        return plain_response(400, _TOO_LARGE, path)
    headers = [(bytes(name), bytes(value)) for name, value in messages[0]["headers"]]
    return WorkerResponse(messages[0]["status"], headers, body)


def plain_response(status: int, sentence: str, path: str = "") -> WorkerResponse:
    """Return a response of one sentence with a status: JSON when `path` ends in .json, otherwise
    text.
    """
    media_type, body = b"text/plain; charset=utf-8", f"{sentence}\n".encode()
    if path.endswith(".json"):
        media_type = b"application/json; charset=utf-8"
        body = msgspec.json.encode(complete_error(status, {"error": sentence}))
    headers = [
        (b"content-type", media_type),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    return WorkerResponse(status, headers, body)


def _scope(request: WorkerRequest) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": request.scheme,
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": request.query.encode(),
        "headers": [(b"host", request.host.encode())],
    }


def send_message(connection: socket.socket, message: bytes) -> None:
    """Send one message over the connection: its length in 4 bytes, then its bytes."""
    connection.sendall(len(message).to_bytes(_LENGTH_BYTES, "big") + message)


def receive_message(connection: socket.socket) -> bytes:
    """Return the next message of the connection; empty when it is closed."""
    length = int.from_bytes(_receive(connection, _LENGTH_BYTES), "big")
    return _receive(connection, length)


def _receive(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = connection.recv(count - len(data))
        if not part:
            return b""
        data += part
    return data


def _limit_process() -> None:
    """Bound memory and temporary files. Beyond the limits, calls and their request fail."""
    gc.freeze()
    limit_heap()
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    if sys.platform == "linux":
        pages = int(open("/proc/self/statm").read().split()[5])  # noqa: SIM115
        most = pages * resource.getpagesize() + _MEMORY
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _limit_cpu() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, hard))


def _peak_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
