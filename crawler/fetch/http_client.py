"""One HTTP exchange with one server: checked for SSRF, bounded and decoded.

The result is a Response for a complete response of any status, otherwise a Failure.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from crawler.fetch.aiohttp_private import GuardedConnector, disable_retries
from crawler.fetch.api_messages import is_json
from crawler.fetch.content_encoding import BodyError, Decoder
from crawler.fetch.deadlines_and_tls import Deadline, tls_context
from crawler.fetch.http_limits import HttpLimits
from crawler.fetch.network_reachability import is_without_route
from crawler.fetch.request_headers import is_usable_validator, request_headers, user_agent
from crawler.fetch.retry import NO_RESPONSE
from crawler.fetch.secrets import SecretError, with_secrets
from crawler.fetch.ssrf_guard import GuardError, Resolve, SsrfGuard, Target, system_resolver
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.settings.fetch import FetchSettings
from crawler.text_cleaning import clean, clean_line

_STAGES = {
    "answer": (Outcome.TIMEOUT, "the whole exchange"),
    "connect": (Outcome.TIMEOUT, "connecting"),
    "dns": (Outcome.DNS, "the DNS lookup"),
    "tls": (Outcome.TLS, "the TLS handshake"),
}
_CUT = ("feed", "robots")  # a larger body is read up to the limit (RFC 9309 section 2.5)
_WITHOUT_BODY = range(300, 600)  # the head of a redirect or an error is sufficient
_ERROR_BYTES = 20_000
_MAX_HEADERS = 512
# An abandoned lookup occupies its thread until the system gives up; others must still find one.
_NAME_LOOKUPS = 128


class HttpClient:
    """A bounded HTTP client; use it as `async with HttpClient(settings, now) as client`.

    It belongs to one event loop and makes any number of exchanges at the same time. `limits` and
    `resolve` (a DNS lookup) default to those of the settings and the system. Raises
    ConfigurationError when a range, an endpoint or a certificate file of `[fetch]` cannot be used.
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
        self._lookup_threads = ThreadPoolExecutor(_NAME_LOOKUPS, thread_name_prefix="names")
        self._guard = SsrfGuard(
            resolve or system_resolver(self._lookup_threads),
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
            max_headers=_MAX_HEADERS,
            skip_auto_headers=("Content-Type",),
        )
        disable_retries(self._session)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()
        self._lookup_threads.shutdown(wait=False, cancel_futures=True)

    async def exchange(self, task: FetchRequest) -> Response | Failure:
        """Make one request for a task and return its Response; redirects are not followed.

        A redirect, a 404 or a 304 is a Response with an empty body; errors of an API keep theirs.
        An unrequested 304, an invalid or too large response, a blocked URL, a missing secret and a
        passed deadline are Failures of the stage `fetch`.
        """
        try:
            target = self._guard.target(task.url)
            sent = with_secrets(task)
        except GuardError as error:
            return _failure(task, error.outcome, str(error))
        except SecretError as error:
            return _failure(task, Outcome.FORBIDDEN, str(error))
        timer = asyncio.timeout(self._limits.total)
        deadline = Deadline(timer, self._limits.total)
        Deadline.current.set(deadline)
        try:
            async with timer:
                return await self._send(task, sent, target)
        except TimeoutError as error:
            return _failure(task, *_classify_timeout(error, deadline, self._limits))
        except BodyError as error:
            return _failure(task, error.outcome, str(error))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            failure = _failure(task, *_classify_error(error, deadline))
            return replace(failure, no_network=_is_without_network(error))

    async def _send(
        self, task: FetchRequest, sent: FetchRequest, target: Target
    ) -> Response | Failure:
        """Make the request `sent`, which is the task with its secrets."""
        started = time.perf_counter()
        request = self._session.request(
            "GET" if sent.body is None else "POST",
            URL(self._sent_url(target.url + sent.url.removeprefix(task.url)), encoded=True),
            data=None if sent.body is None else sent.body.encode(),
            headers=request_headers(sent, self._agent),
            allow_redirects=False,
        )
        async with request as response:
            headers = _headers(response.raw_headers)
            problem = _head_problem(task, response.status, headers, self._limits)
            if problem:
                response.close()
                return _failure(task, *problem, status=response.status)
            decoder = await self._decoded(task, response, headers)
        return Response(
            url=task.url,
            final_url=target.url,
            status=response.status,
            headers=headers,
            body=decoder.finish() if decoder else b"",
            fetched_at=self._now(),
            wire_bytes=decoder.wire_bytes if decoder else 0,
            is_cut=decoder is not None and decoder.is_cut,
            elapsed_ms=round((time.perf_counter() - started) * 1000),
        )

    def _sent_url(self, url: str) -> str:
        """The URL to request: without TLS if `connect_to` is a loopback server without TLS."""
        return url.replace("https:", "http:", 1) if self._guard.is_plain else url

    async def _decoded(
        self,
        task: FetchRequest,
        response: aiohttp.ClientResponse,
        headers: Sequence[tuple[str, str]],
    ) -> Decoder | None:
        """The decoder with the body of a response.

        The bodies of redirects and errors are not read, because nothing uses them. Only the
        message of an API is.
        """
        if response.status in _WITHOUT_BODY:
            is_message = task.purpose == "api" and is_json(_joined(headers, "content-type"))
            return await self._error_body(response, headers) if is_message else None
        decoder = Decoder(
            _joined(headers, "content-encoding"),
            self._limits.body_bytes(task.purpose),
            cuts=task.purpose in _CUT,
            sniffs_gzip=task.purpose == "feed",
        )
        await _feed(decoder, response, until_full=task.purpose in _CUT)
        return decoder

    async def _error_body(
        self, response: aiohttp.ClientResponse, headers: Sequence[tuple[str, str]]
    ) -> Decoder | None:
        """The start of the body of an error, or nothing: the status alone is enough."""
        try:
            decoder = Decoder(_joined(headers, "content-encoding"), _ERROR_BYTES, cuts=True)
            await _feed(decoder, response, until_full=True)
            decoder.finish()
            return decoder
        except (BodyError, aiohttp.ClientError):
            response.close()
            return None


async def _feed(decoder: Decoder, response: aiohttp.ClientResponse, *, until_full: bool) -> None:
    """Read a body, and with `until_full` only as much of it as the decoder stores."""
    async for data in response.content.iter_any():
        decoder.feed(data)
        if until_full and decoder.is_full:
            response.close()
            return


def _headers(raw: Sequence[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    return tuple((_text(name).lower(), _text(value)) for name, value in raw)


def _text(raw: bytes) -> str:
    """A header as text: UTF-8, else Latin-1, like in browsers.

    Characters that cannot be stored or shown are removed; plain ASCII stays unchanged.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return text if text.isascii() and text.isprintable() else " ".join(clean(text).split())


def _joined(headers: Sequence[tuple[str, str]], name: str) -> str:
    return ", ".join(value for key, value in headers if key == name)


def _head_problem(
    task: FetchRequest, status: int, headers: Sequence[tuple[str, str]], limits: HttpLimits
) -> tuple[Outcome, str] | None:
    """The reason why the head of a response makes it unusable."""
    size = sum(len(name) + len(value) + 4 for name, value in headers)
    if size > limits.header_bytes:
        message = f"the response head is larger than {limits.header_bytes:,} bytes"
        return Outcome.PROTOCOL_ERROR, message
    if not 200 <= status < 600:
        return Outcome.PROTOCOL_ERROR, f"HTTP status {status}"
    if status == 304 and not _is_conditional(task):
        return Outcome.PROTOCOL_ERROR, "304 Not Modified, but the request was unconditional"
    codings = [value.strip().lower() for key, value in headers if key == "transfer-encoding"]
    if any(coding != "chunked" for coding in codings):
        return Outcome.PROTOCOL_ERROR, "a transfer-encoding that was not requested"
    if status in _WITHOUT_BODY or task.purpose in _CUT:
        return None
    return _length_problem(headers, limits.body_bytes(task.purpose))


def _is_conditional(task: FetchRequest) -> bool:
    return is_usable_validator(task.etag) or is_usable_validator(task.last_modified)


def _length_problem(
    headers: Sequence[tuple[str, str]], max_bytes: int
) -> tuple[Outcome, str] | None:
    length = next((int(value) for key, value in headers if key == "content-length"), 0)
    if length <= max_bytes:
        return None
    return Outcome.TOO_LARGE, f"the server announces {length:,} bytes, more than {max_bytes:,}"


def _classify_timeout(
    error: TimeoutError, deadline: Deadline, limits: HttpLimits
) -> tuple[Outcome, str]:
    if isinstance(error, aiohttp.ServerTimeoutError):
        return Outcome.TIMEOUT, f"the server sent no data for {limits.first_byte:g} s"
    outcome, stage = _STAGES[deadline.stage]
    return outcome, f"{stage} took longer than {deadline.seconds:g} s"


def _classify_error(error: Exception, deadline: Deadline) -> tuple[Outcome, str]:
    """The outcome and message of an exception, the most specific cause first."""
    cause = getattr(error, "os_error", error)
    if isinstance(cause, GuardError):
        return cause.outcome, str(cause)
    if isinstance(cause, ssl.SSLError | ssl.CertificateError) or deadline.stage == "tls":
        return Outcome.TLS, f"the TLS connection cannot be trusted: {cause}"
    if isinstance(error, aiohttp.ClientPayloadError):
        return Outcome.TRUNCATED, "the body ends early"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return Outcome.PROTOCOL_ERROR, NO_RESPONSE
    if isinstance(error, OSError):
        reason = getattr(cause, "strerror", "") or cause
        return Outcome.CONNECT, f"no connection, or it was lost: {reason}"
    return Outcome.PROTOCOL_ERROR, f"not HTTP: {getattr(error, 'message', '') or error}"


def _is_without_network(error: Exception) -> bool:
    cause = getattr(error, "os_error", error)
    return cause.no_network if isinstance(cause, GuardError) else is_without_route(cause)


def _failure(
    task: FetchRequest, outcome: Outcome, message: str, status: int | None = None
) -> Failure:
    return Failure(task.url, "fetch", outcome, clean_line(message), status=status)
