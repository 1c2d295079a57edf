"""One exchange with one server: guarded, bounded, decoded.

A Response for every whole answer of any status, a Failure for everything else.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from crawler.fetch.content_encoding import BodyError, Decoder
from crawler.fetch.http_connection import Deadline, GuardedConnector, tls_context
from crawler.fetch.http_limits import HttpLimits
from crawler.fetch.request_headers import is_usable_validator, request_headers, user_agent
from crawler.fetch.retry import HUNG_UP
from crawler.fetch.ssrf_guard import GuardError, Resolve, SsrfGuard, Target, system_resolver
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.text_cleaning import clean, clean_line
from crawler.workspace import FetchSettings

_STAGES = {
    "answer": (Outcome.TIMEOUT, "the whole exchange"),
    "connect": (Outcome.TIMEOUT, "connecting"),
    "dns": (Outcome.DNS, "finding the address"),
    "tls": (Outcome.TLS, "the TLS handshake"),
}
_UNREAD = range(300, 600)  # a redirect or a refusal says what it has to say in its head
_MOST_HEADERS = 512
_NAME_LOOKUPS = 128  # abandoned lookups hold their thread until the system gives up; they must not hold up others


class HttpClient:
    """An HTTP client that cannot be hurt.

    Use as `async with Client(settings, now) as client`; one event loop, any number of exchanges at
    a time.

    `now` says when something was fetched. `limits` and `resolve` (name in, addresses out) are the
    settings' and the machine's unless given.
    Raises ConfigurationError when `[fetch]` names a range, an endpoint or a certificate file that
    cannot be used.
    """

    def __init__(
        self,
        settings: FetchSettings,
        now: Callable[[], datetime],
        *,
        limits: HttpLimits | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        self._limits = limits or HttpLimits.of(settings)
        self._now = now
        self._agent = user_agent(settings)
        self._names = ThreadPoolExecutor(_NAME_LOOKUPS, thread_name_prefix="names")
        self._guard = SsrfGuard(
            resolve or system_resolver(self._names),
            self._limits,
            settings.allow_private,
            settings.connect_to,
        )
        self._tls = tls_context(settings.ca_bundle, self._limits.tls)

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=GuardedConnector(self._guard, self._limits, self._tls),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(sock_read=self._limits.first_byte),
            auto_decompress=False,
            trust_env=False,
            max_line_size=self._limits.header_bytes,
            max_field_size=self._limits.header_bytes,
            max_headers=_MOST_HEADERS,
            skip_auto_headers=("Content-Type",),
        )
        # aiohttp sends an idempotent request again at once when a connection is lost. When to ask
        # again is decided by PolitenessPolicy, at the pace that the host is asked; there is no public
        # switch.
        self._session._retry_connection = False
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()
        self._names.shutdown(wait=False, cancel_futures=True)

    async def exchange(self, task: FetchRequest) -> Response | Failure:
        """Ask once for a URL, following nothing: a redirect, a 404 or a 304 is a Response too, with
        an empty body.

        A 304 that nobody asked for, a broken or oversized answer, a place we do not go to and a
        deadline passed are Failures of stage `fetch`.
        """
        try:
            target = self._guard.target(task.url)
        except GuardError as stop:
            return _failure(task, stop.outcome, str(stop))
        timer = asyncio.timeout(self._limits.total)
        deadline = Deadline(timer, self._limits.total)
        Deadline.current.set(deadline)
        try:
            async with timer:
                return await self._converse(task, target)
        except TimeoutError as error:
            return _failure(task, *_late(error, deadline, self._limits))
        except BodyError as error:
            return _failure(task, error.outcome, str(error))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return _failure(task, *_explained(error, deadline))

    async def _converse(self, task: FetchRequest, target: Target) -> Response | Failure:
        started = time.perf_counter()
        request = self._session.request(
            "GET" if task.body is None else "POST",
            URL(target.url, encoded=True),
            data=None if task.body is None else task.body.encode(),
            headers=request_headers(task, self._agent),
            allow_redirects=False,
        )
        async with request as answer:
            headers = _headers(answer.raw_headers)
            problem = _problem(task, answer.status, headers, self._limits)
            if problem:
                answer.close()
                return _failure(task, *problem, status=answer.status)
            body, wire_bytes = await self._body(task, answer, headers)
        return Response(
            url=task.url,
            final_url=target.url,
            status=answer.status,
            headers=headers,
            body=body,
            fetched_at=self._now(),
            wire_bytes=wire_bytes,
            elapsed_ms=round((time.perf_counter() - started) * 1000),
        )

    async def _body(
        self, task: FetchRequest, answer: aiohttp.ClientResponse, headers: Sequence[tuple[str, str]]
    ) -> tuple[bytes, int]:
        """The decoded body and its size on the wire.

        Those of redirects and refusals are not read: nothing in them is worth a wait or a fault.
        """
        if answer.status in _UNREAD:
            return b"", 0
        is_robots = task.purpose == "robots"  # RFC 9309 section 2.5: a larger file is read in part
        decoder = Decoder(
            _joined(headers, "content-encoding"),
            self._limits.body_bytes(task.purpose),
            cuts=is_robots,
        )
        async for data in answer.content.iter_any():
            decoder.feed(data)
            if is_robots and decoder.is_full:
                answer.close()
                break
        return decoder.finish(), decoder.wire_bytes


def _headers(raw: Sequence[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    return tuple((_text(name).lower(), _text(value)) for name, value in raw)


def _text(raw: bytes) -> str:
    """UTF-8 when it is, else Latin-1, as browsers read headers; what could not be stored or shown
    is dropped, and plain ASCII stays byte for byte.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return text if text.isascii() and text.isprintable() else " ".join(clean(text).split())


def _joined(headers: Sequence[tuple[str, str]], name: str) -> str:
    return ", ".join(value for key, value in headers if key == name)


def _problem(
    task: FetchRequest, status: int, headers: Sequence[tuple[str, str]], limits: HttpLimits
) -> tuple[Outcome, str] | None:
    """What the head of an answer alone disqualifies it for."""
    if sum(len(name) + len(value) + 4 for name, value in headers) > limits.header_bytes:
        return (
            Outcome.PROTOCOL_ERROR,
            f"the response head is larger than {limits.header_bytes:,} bytes",
        )
    if not 200 <= status < 600:
        return Outcome.PROTOCOL_ERROR, f"HTTP status {status}"
    if status == 304 and not (
        is_usable_validator(task.etag) or is_usable_validator(task.last_modified)
    ):
        return Outcome.PROTOCOL_ERROR, "304 Not Modified, but the request was unconditional"
    if any(
        value.strip().lower() != "chunked" for key, value in headers if key == "transfer-encoding"
    ):
        return Outcome.PROTOCOL_ERROR, "a transfer-encoding that nobody asked for"
    length = next((int(value) for key, value in headers if key == "content-length"), 0)
    cap = limits.body_bytes(task.purpose)
    if length > cap and status not in _UNREAD and task.purpose != "robots":
        return Outcome.TOO_LARGE, f"the server announces {length:,} bytes, more than {cap:,}"
    return None


def _late(error: TimeoutError, deadline: Deadline, limits: HttpLimits) -> tuple[Outcome, str]:
    if isinstance(error, aiohttp.ServerTimeoutError):
        return Outcome.TIMEOUT, f"the server said nothing for {limits.first_byte:g} s"
    outcome, what = _STAGES[deadline.stage]
    return outcome, f"{what} took longer than {deadline.seconds:g} s"


def _explained(error: Exception, deadline: Deadline) -> tuple[Outcome, str]:
    """What an exception of the HTTP library means, most particular first."""
    cause = getattr(error, "os_error", error)
    if isinstance(cause, GuardError):
        return cause.outcome, str(cause)
    if isinstance(cause, ssl.SSLError | ssl.CertificateError) or deadline.stage == "tls":
        return Outcome.TLS, f"no trustworthy TLS connection: {cause}"
    if isinstance(error, aiohttp.ClientPayloadError):
        return Outcome.TRUNCATED, "the body ends early"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return Outcome.PROTOCOL_ERROR, HUNG_UP
    if isinstance(error, OSError):
        return (
            Outcome.CONNECT,
            f"no connection, or it was lost: {getattr(cause, 'strerror', '') or cause}",
        )
    return Outcome.PROTOCOL_ERROR, f"not HTTP: {getattr(error, 'message', '') or error}"


def _failure(
    task: FetchRequest, outcome: Outcome, message: str, status: int | None = None
) -> Failure:
    return Failure(task.url, "fetch", outcome, clean_line(message), status=status)
