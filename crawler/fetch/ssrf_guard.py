"""SSRF guard: checks URLs before a request and IP addresses before a connection.

A name is resolved once. When one of its IP addresses is not public, nothing is sent. The client
connects to exactly the checked IP addresses, so a second DNS response (DNS rebinding) is never
used.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from ipaddress import ip_network
from itertools import chain, zip_longest

from crawler.errors import ConfigurationError
from crawler.fetch.http_limits import HttpLimits
from crawler.fetch.public_ip_addresses import (
    TABLE_VERSION,
    Address,
    always_blocked_reason,
    is_within,
    non_public_reason,
    parse_address,
)
from crawler.models.outcomes import Outcome
from crawler.url_parser import parse_whatwg

PORTS = (80, 443, 8080, 8443)
SCHEMES = {"http:": 80, "https:": 443}
Resolve = Callable[[str], Awaitable[Sequence[str]]]
Endpoint = tuple[str, int]

_CONTROLS = re.compile(r"[\x00-\x1f\x7f\\]")
_USERINFO = re.compile(r"[^:/?#]*:/*[^/?#]*@")
_MAX_URL_LENGTH = 8192
_PLAIN = "http://"


class GuardError(OSError):
    """A request that is not sent, because its URL or its IP address is not allowed.

    It is an OSError, so that aiohttp treats it like a failed connection. `no_network` is whether no
    name server responded.
    """

    def __init__(self, outcome: Outcome, message: str, *, no_network: bool = False) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.no_network = no_network


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be requested, in its WHATWG form and without fragment."""

    url: str
    host: str
    port: int


class SsrfGuard:
    """Decides which hosts may be connected to.

    `allow_private` lists CIDR ranges to allow (never those of metadata services). `connect_to` is
    `HOST:PORT` for every connection; `http://` before a loopback address leaves TLS out. Raises
    ConfigurationError when one of them is invalid.
    """

    def __init__(
        self,
        resolve: Resolve,
        limits: HttpLimits,
        allow_private: Sequence[str] = (),
        connect_to: str = "",
    ) -> None:
        self._resolve = resolve
        self._limits = limits
        self.is_plain = connect_to.startswith(_PLAIN)
        self._connect_to = _endpoint(connect_to) if connect_to else None
        try:
            self._allowed = tuple(ip_network(cidr, strict=False) for cidr in allow_private)
        except ValueError as error:
            raise ConfigurationError(
                f"[fetch] allow_private: {error}.", 'Write ranges, as in ["127.0.0.0/8"].'
            ) from None

    def target(self, url: str) -> Target:
        """Return the URL to request.

        Raises GuardError when the URL alone is not allowed.
        """
        if len(url) > _MAX_URL_LENGTH or _CONTROLS.search(url):
            raise GuardError(
                Outcome.REFUSED_URL,
                "the URL is too long, or contains control characters or backslashes",
            )
        parsed = parse_whatwg(url)
        if parsed is None:
            raise GuardError(Outcome.REFUSED_URL, "not a URL")
        if parsed.protocol not in SCHEMES or not parsed.hostname:
            raise GuardError(Outcome.REFUSED_URL, f"not an http or https URL: {parsed.protocol}")
        if _USERINFO.match(url):
            raise GuardError(Outcome.REFUSED_URL, "the URL contains a user name")
        target = Target(
            parsed.href.partition("#")[0],
            parsed.hostname,
            int(parsed.port or SCHEMES[parsed.protocol]),
        )
        self._check_url_host(target)
        return target

    async def endpoints(self, host: str, port: int) -> list[Endpoint]:
        """Return the endpoints of a host and port; all its IP addresses are checked.

        Raises GuardError when the name has no IP address, or one that is not public.
        """
        name, real_port = self._connect_to or (host, port)
        literal = parse_address(name)
        addresses = [literal] if literal else await self._lookup(name)
        for address in addresses:
            self._check_address(address, name)
        if (
            not self._connect_to
            and port not in PORTS
            and not all(self._is_allowed(address) for address in addresses)
        ):
            raise GuardError(Outcome.REFUSED_URL, f"port {port} is not a web port")
        return [
            (str(address), real_port)
            for address in _alternate_families(addresses)[: self._limits.addresses]
        ]

    def admit(self, host: str) -> None:
        """Check the IP address (`host`) that a socket is about to connect to.

        Raises GuardError when it is neither public nor allowed.
        """
        address = parse_address(host)
        if address is None:
            raise GuardError(Outcome.REFUSED_ADDRESS, f"{host} is not an IP address")
        self._check_address(address, host)

    def _check_url_host(self, target: Target) -> None:
        literal = parse_address(target.host)
        if literal:
            self._check_address(literal, target.host)
        opened = (
            self._is_allowed(literal) if literal else bool(self._allowed) and not self._connect_to
        )
        if target.port not in PORTS and not opened:
            raise GuardError(Outcome.REFUSED_URL, f"port {target.port} is not a web port")

    def _check_address(self, address: Address, name: str) -> None:
        place = name if parse_address(name) else f"{name} ({address})"
        blocked = always_blocked_reason(address)
        if blocked:
            raise GuardError(
                Outcome.REFUSED_ADDRESS,
                f"{place} is always blocked: {blocked} (address table of {TABLE_VERSION})",
            )
        meaning = non_public_reason(address)
        if meaning and not self._is_allowed(address):
            raise GuardError(
                Outcome.REFUSED_ADDRESS,
                f"{place} is not public: {meaning}; [fetch] allow_private lists exceptions",
            )

    def _is_allowed(self, address: Address) -> bool:
        return is_within(address, self._allowed)

    async def _lookup(self, name: str) -> list[Address]:
        try:
            async with asyncio.timeout(self._limits.dns):
                resolved = await self._resolve(name)
        except TimeoutError:
            message = f"the name server did not answer for {name} in {self._limits.dns:g} s"
            raise GuardError(Outcome.DNS, message, no_network=True) from None
        except (OSError, UnicodeError) as error:
            is_silent = getattr(error, "errno", None) == socket.EAI_AGAIN  # getaddrinfo(3)
            message = f"{name} has no IP address: {error}"
            raise GuardError(Outcome.DNS, message, no_network=is_silent) from None
        addresses = [parse_address(text) for text in dict.fromkeys(resolved)]
        if not addresses or None in addresses:
            raise GuardError(Outcome.DNS, f"{name} has no IP address")
        return [address for address in addresses if address]


def system_resolver(executor: Executor) -> Resolve:
    """Return the DNS lookup of the system, run in `executor`: it maps a name to IP addresses.

    The lookup raises OSError or UnicodeError.
    """

    async def resolve(name: str) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        records = await loop.run_in_executor(
            executor, lambda: socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
        )
        return [str(sockaddr[0]) for *_, sockaddr in records]

    return resolve


def _alternate_families(addresses: Sequence[Address]) -> list[Address]:
    """The IP addresses with both families in turn (RFC 8305 section 4).

    So a broken family does not hide the other one.
    """
    first = addresses[0].version
    families = (
        [address for address in addresses if address.version == first],
        [address for address in addresses if address.version != first],
    )
    return [address for address in chain.from_iterable(zip_longest(*families)) if address]


def _endpoint(text: str) -> Endpoint:
    host, _, port = text.removeprefix(_PLAIN).rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ConfigurationError(
            f"[fetch] connect_to: {text!r} is not HOST:PORT.", 'Write it as in "127.0.0.1:8443".'
        )
    name = host.strip("[]")
    if text.startswith(_PLAIN) and not _is_loopback(name):
        raise ConfigurationError(
            f"[fetch] connect_to: {text!r} would send requests without TLS to another machine.",
            "Write HOST:PORT without http://.",
        )
    return name, int(port)


def _is_loopback(name: str) -> bool:
    address = parse_address(name)
    return address is not None and address.is_loopback
