"""May we go there? Judges URLs before a request and addresses before a connection, by the address
that is really connected to.

Names are resolved once; if any of a name's addresses is not public nothing is sent, and the
addresses judged are the ones connected to, so that a
second answer of the name server (DNS rebinding) never counts.
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
_LONGEST_URL = 8192


class GuardError(OSError):
    """An exchange that ends before it begins.

    An OSError, so that the HTTP library treats it like any failure to connect.
    """

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be asked for, in its WHATWG spelling and without fragment."""

    url: str
    host: str
    port: int


class SsrfGuard:
    """Decides where connections may go.

    `allow_private` lists CIDR ranges to open (never metadata), `connect_to` is `HOST:PORT` for
    every connection.

    Raises ConfigurationError when either is not what it should be.
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
        self._connect_to = _endpoint(connect_to) if connect_to else None
        try:
            self._opened = tuple(ip_network(cidr, strict=False) for cidr in allow_private)
        except ValueError as error:
            raise ConfigurationError(
                f"[fetch] allow_private: {error}.", 'Write ranges, as in ["127.0.0.0/8"].'
            ) from None

    def target(self, url: str) -> Target:
        """Return the URL as it will be requested.

        Raises GuardError when its text alone says that we do not go there.
        """
        if len(url) > _LONGEST_URL or _CONTROLS.search(url):
            raise GuardError(
                Outcome.REFUSED_URL,
                "the URL is too long, or has control characters or backslashes in it",
            )
        parsed = parse_whatwg(url)
        if parsed is None:
            raise GuardError(Outcome.REFUSED_URL, "not a URL")
        if parsed.protocol not in SCHEMES or not parsed.hostname:
            raise GuardError(Outcome.REFUSED_URL, f"not an http or https URL: {parsed.protocol}")
        if _USERINFO.match(url):
            raise GuardError(Outcome.REFUSED_URL, "the URL carries a user name")
        target = Target(
            parsed.href.partition("#")[0],
            parsed.hostname,
            int(parsed.port or SCHEMES[parsed.protocol]),
        )
        self._judge_text(target)
        return target

    async def endpoints(self, host: str, port: int) -> list[Endpoint]:
        """Return the IP addresses to connect to for `host` and `port`; all of them are checked.

        Raises GuardError when the name has none, or a single one is not public.
        """
        name, real_port = self._connect_to or (host, port)
        literal = parse_address(name)
        addresses = [literal] if literal else await self._lookup(name)
        for address in addresses:
            self._judge(address, name)
        if (
            not self._connect_to
            and port not in PORTS
            and not all(self._is_open(address) for address in addresses)
        ):
            raise GuardError(Outcome.REFUSED_URL, f"port {port} is not one of the web's")
        return [
            (str(address), real_port) for address in _by_turns(addresses)[: self._limits.addresses]
        ]

    def admit(self, host: str) -> None:
        """Check the IP address `host` that a socket is about to connect to.

        Raises GuardError when it is not public and not opened.
        """
        address = parse_address(host)
        if address is None:
            raise GuardError(Outcome.REFUSED_ADDRESS, f"{host} is not an address")
        self._judge(address, host)

    def _judge_text(self, target: Target) -> None:
        literal = parse_address(target.host)
        if literal:
            self._judge(literal, target.host)
        opened = self._is_open(literal) if literal else bool(self._opened) and not self._connect_to
        if target.port not in PORTS and not opened:
            raise GuardError(Outcome.REFUSED_URL, f"port {target.port} is not one of the web's")

    def _judge(self, address: Address, name: str) -> None:
        place = name if parse_address(name) else f"{name} ({address})"
        if never := always_blocked_reason(address):
            raise GuardError(
                Outcome.REFUSED_ADDRESS,
                f"{place} is never asked: {never} (address table of {TABLE_VERSION})",
            )
        meaning = non_public_reason(address)
        if meaning and not self._is_open(address):
            raise GuardError(
                Outcome.REFUSED_ADDRESS,
                f"{place} is not public: {meaning}; [fetch] allow_private lists exceptions",
            )

    def _is_open(self, address: Address) -> bool:
        return is_within(address, self._opened)

    async def _lookup(self, name: str) -> list[Address]:
        try:
            async with asyncio.timeout(self._limits.dns):
                found = await self._resolve(name)
        except TimeoutError:
            raise GuardError(
                Outcome.DNS, f"the name server said nothing about {name} in {self._limits.dns:g} s"
            ) from None
        except (OSError, UnicodeError) as error:
            raise GuardError(Outcome.DNS, f"{name} has no address: {error}") from None
        addresses = [parse_address(text) for text in dict.fromkeys(found)]
        if not addresses or None in addresses:
            raise GuardError(Outcome.DNS, f"{name} has no address")
        return [address for address in addresses if address]


def system_resolver(executor: Executor) -> Resolve:
    """The machine's own name lookup, run in `executor`: name in, addresses out.

    Raises OSError or UnicodeError.
    """

    async def resolve(name: str) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(
            executor, lambda: socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
        )
        return [str(sockaddr[0]) for *_, sockaddr in found]

    return resolve


def _by_turns(addresses: Sequence[Address]) -> list[Address]:
    """The first few must hold both families, so that a broken one does not hide the other (RFC 8305
    section 4).
    """
    first = addresses[0].version
    families = (
        [address for address in addresses if address.version == first],
        [address for address in addresses if address.version != first],
    )
    return [address for address in chain.from_iterable(zip_longest(*families)) if address]


def _endpoint(text: str) -> Endpoint:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ConfigurationError(
            f"[fetch] connect_to: {text!r} is not HOST:PORT.", 'Write it as in "127.0.0.1:8443".'
        )
    return host.strip("[]"), int(port)
