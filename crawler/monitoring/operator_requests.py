"""Requests to URLs of the operator: webhooks and pings, within a time limit, without redirects.

These URLs come from the settings, so that private IP addresses are allowed. They may contain
secrets: errors name the host only.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

import aiohttp

from crawler.text_cleaning import clean_line
from crawler.url_parser import host_of

_GRACE_SECONDS = 2.0


def post_json(url: str, body: bytes, seconds: float) -> str:
    """Post the JSON `body` to `url` within `seconds`. Return the error, empty after a success."""
    return _request(url, "POST", body, seconds)


def ping(url: str, seconds: float) -> str:
    """Request `url` with GET within `seconds`. Return the error, empty after a success."""
    return _request(url, "GET", None, seconds)


def _request(url: str, method: str, body: bytes | None, seconds: float) -> str:
    async def exchange() -> str:
        timeout = aiohttp.ClientTimeout(total=seconds)
        headers = {"User-Agent": "hashtrail"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        async with aiohttp.ClientSession(timeout=timeout, headers=headers) as session:
            request = session.request(method, url, data=body, allow_redirects=False)
            async with request as response:
                return _status_error(response.status)

    error = _within(seconds, exchange)
    return f"{_host(url)}: {error}" if error else ""


def _status_error(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"HTTP {status}. Redirects are not followed: write the final URL in the settings"
    return f"HTTP {status}"


def _within(seconds: float, exchange: Callable[[], Awaitable[str]]) -> str:
    """Run `exchange` in a thread that is abandoned if a DNS server does not respond.

    The resolver of the operating system cannot be cancelled.
    """
    results: list[str] = []

    def run() -> None:
        results.append(_caught(exchange))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds + _GRACE_SECONDS)
    return results[0] if results else f"no response within {seconds:g} s"


def _caught(exchange: Callable[[], Awaitable[str]]) -> str:
    try:
        return asyncio.run(_as_coroutine(exchange))
    except TimeoutError:
        return "no response within the time limit"
    except aiohttp.ClientConnectorCertificateError:
        return "its certificate is not valid"
    except aiohttp.ClientConnectorError as error:
        reason = clean_line(error.os_error.strerror or "unreachable", 100)
        return f"it cannot be reached ({reason})"
    except Exception as error:  # messages of other errors may contain the URL
        return f"the request failed ({type(error).__name__})"


async def _as_coroutine(exchange: Callable[[], Awaitable[str]]) -> str:
    return await exchange()


def _host(url: str) -> str:
    return clean_line(host_of(url) or "the URL", 100)
