"""Deadlines and TLS of one HTTP exchange."""

from __future__ import annotations

import asyncio
import ssl
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

from crawler.errors import ConfigurationError


class Deadline:
    """The deadline of one exchange: the end of its stage or of the whole exchange.

    The stages are dns, connect, tls and answer. The earlier end applies.
    """

    current: ContextVar[Deadline] = ContextVar("deadline")

    def __init__(self, timer: asyncio.Timeout, total: float) -> None:
        self.stage = "dns"
        self.seconds = total
        self._total = total
        self._timer = timer
        self._end = asyncio.get_running_loop().time() + total

    def enter(self, stage: str, seconds: float | None = None) -> None:
        """Begin a stage that may last `seconds`, or until the end of the exchange without them."""
        if stage == self.stage:  # all IP addresses of a name share the time of one stage
            return
        self.stage = stage
        self.seconds = self._total if seconds is None else min(seconds, self._total)
        end = self._end
        if seconds is not None:
            end = min(end, asyncio.get_running_loop().time() + seconds)
        self._timer.reschedule(end)


class _TimedContext(ssl.SSLContext):
    """A TLS context that starts the deadline of the handshake when asyncio wraps its buffers."""

    handshake_seconds = 5.0

    def wrap_bio(self, *arguments: Any, **options: Any) -> ssl.SSLObject:
        Deadline.current.get().enter("tls", self.handshake_seconds)
        return super().wrap_bio(*arguments, **options)


@lru_cache(maxsize=8)
def tls_context(ca_bundle: str, handshake_seconds: float) -> ssl.SSLContext:
    """Return the TLS context: TLS 1.2 or newer, certificates and host names are checked.

    `ca_bundle` is a PEM file with the trusted authorities; empty for those of the system. A
    handshake may take `handshake_seconds`. Raises ConfigurationError when the file cannot be used.
    """
    context = _TimedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.handshake_seconds = handshake_seconds
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if not ca_bundle:
        context.load_default_certs()
        return context
    try:
        context.load_verify_locations(Path(ca_bundle))
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(
            f"[fetch] ca_bundle: {ca_bundle}: {error}.", "Name a PEM file with certificates."
        ) from None
    return context
