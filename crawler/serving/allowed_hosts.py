"""Accepted hosts: the names of this server that a request may use. No I/O.

A page of another site can make a browser send requests to this machine under any name (DNS
rebinding). A server that accepts unknown names also lets others print links to their own host.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

from crawler.url_parser import Url, parse_url

_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{0,5})?")


def accepted_hosts(names: Iterable[str], *urls: str, listening: str = "") -> frozenset[str]:
    """Return the lower-case host names of this server, besides the loopback names.

    `names` are those of the settings. Without them, the hosts of `urls` (published URLs, may be
    empty) are used. `listening` is the IP address that the server is bound to.
    """
    parsed = [parse_url(url) for url in urls]
    published = [url.host for url in parsed if isinstance(url, Url)]
    given = [name for name in names if name] or published
    return frozenset(_plain(name) for name in (*given, listening) if name)


def host_of(header: str) -> str:
    """Return the lower-case host of a `Host` header (RFC 9110, 7.2); empty when it is invalid."""
    match = _HOST.fullmatch(header.strip())
    return _plain(match[1]) if match else ""


def is_accepted(host: str, accepted: frozenset[str]) -> bool:
    """Whether `host` (from `host_of`) is a loopback name or one of the accepted names."""
    return host in accepted or _is_loopback(host)


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761, 6.3
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _plain(name: str) -> str:
    return name.strip().lower().strip("[]").removesuffix(".")
