"""Which IP addresses are public: a versioned table, and the unwrapping of embedded addresses.

Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries, RFC 6890, and the pages of cloud
providers on instance metadata. `ipaddress.is_global` is not used: on Python 3.11.7 it calls
64:ff9b::7f00:1, 2002:7f00:1::, fec0::1 and 224.0.0.1 global.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

TABLE_VERSION = "2026-11"

# Sorted by address. One line for each range that is not public.
_NOT_PUBLIC = {
    "0.0.0.0/8": "this network",
    "10.0.0.0/8": "private",
    "100.64.0.0/10": "carrier-grade NAT",
    "127.0.0.0/8": "loopback",
    "169.254.0.0/16": "link-local",
    "172.16.0.0/12": "private",
    "192.0.0.0/24": "IETF protocol assignments",
    "192.0.2.0/24": "documentation",
    "192.31.196.0/24": "AS112",
    "192.52.193.0/24": "AMT",
    "192.88.99.0/24": "6to4 relay",
    "192.168.0.0/16": "private",
    "192.175.48.0/24": "AS112",
    "198.18.0.0/15": "benchmarking",
    "198.51.100.0/24": "documentation",
    "203.0.113.0/24": "documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved",
    "::/3": "reserved, loopback and translation",
    "2001::/23": "IETF protocol assignments",
    "2001:db8::/32": "documentation",
    "2620:4f:8000::/48": "AS112",
    "3ffe::/16": "6bone, returned",
    "3fff::/20": "documentation",
    "4000::/2": "reserved",
    "8000::/1": "reserved, private, link-local and multicast",
}

# Metadata services of clouds, which return credentials. No setting allows these.
_METADATA = {
    "100.100.100.200/32": "Alibaba Cloud metadata",
    "168.63.129.16/32": "Azure platform",
    "169.254.0.0/16": "link-local, cloud metadata",
    "192.0.0.192/32": "Oracle Cloud metadata",
    "fd00:42::42/128": "Scaleway metadata",
    "fd00:c1::a9fe:a9fe/128": "Oracle Cloud metadata",
    "fd00:ec2::/32": "AWS metadata",
    "fd20:ce::254/128": "Google Cloud metadata",
    "fe80::/10": "link-local",
}

# Prefixes with an embedded IPv4 address, its offset from the right in bits, and whether packets
# are routed to it.
_EMBEDDING_PREFIXES = (
    (IPv6Network("::/96"), 0, False),  # IPv4-compatible, RFC 4291 2.5.5.1, deprecated
    (IPv6Network("::ffff:0:0/96"), 0, True),  # IPv4-mapped, RFC 4291 2.5.5.2
    (IPv6Network("::ffff:0:0:0/96"), 0, False),  # IPv4-translated, RFC 2765
    (IPv6Network("64:ff9b::/96"), 0, True),  # NAT64, RFC 6052
    (IPv6Network("64:ff9b:1::/48"), 0, False),  # local-use NAT64, RFC 8215
    (IPv6Network("2002::/16"), 80, True),  # 6to4, RFC 3056
)
_TEREDO = IPv6Network("2001::/32")
_LOW = 0xFFFFFFFF


def _table(rows: dict[str, str]) -> tuple[tuple[Network, str], ...]:
    return tuple((ip_network(cidr), meaning) for cidr, meaning in rows.items())


NOT_PUBLIC = _table(_NOT_PUBLIC)
METADATA = _table(_METADATA)


@lru_cache(maxsize=4096)
def parse_address(text: str) -> Address | None:
    """Parse an IP address, without a zone id; None for other texts."""
    try:
        return ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None


def effective_addresses(address: Address) -> tuple[Address, ...]:
    """Return the IP addresses that must be public for an `address` to be public.

    A mapped, NAT64 or 6to4 address counts as its embedded IPv4 address. A compatible, translated,
    local NAT64 or Teredo address is never public; its embedded addresses are returned too. Any
    other address is returned alone.
    """
    if isinstance(address, IPv4Address):
        return (address,)
    number = int(address)
    if address in _TEREDO:  # RFC 4380: the server, and the client with inverted bits
        return (address, IPv4Address(number >> 64 & _LOW), IPv4Address(~number & _LOW))
    for prefix, shift, routed in _EMBEDDING_PREFIXES:
        if address in prefix and number > 1:
            inner = IPv4Address(number >> shift & _LOW)
            return (inner,) if routed else (address, inner)
    return (address,)


@lru_cache(maxsize=4096)
def non_public_reason(address: Address) -> str | None:
    """Return why an IP address is not public, in a few words; None when it is public."""
    return _meaning(effective_addresses(address), NOT_PUBLIC)


@lru_cache(maxsize=4096)
def always_blocked_reason(address: Address) -> str | None:
    """Return why no setting may allow an IP address; None when a setting may."""
    return _meaning((address, *effective_addresses(address)), METADATA)


def is_within(address: Address, networks: tuple[Network, ...]) -> bool:
    """Whether every effective IP address is in one of the networks."""
    inner = effective_addresses(address)
    return all(any(_within(part, network) for network in networks) for part in inner)


def _meaning(addresses: tuple[Address, ...], table: tuple[tuple[Network, str], ...]) -> str | None:
    return next(
        (
            meaning
            for address in addresses
            for network, meaning in table
            if _within(address, network)
        ),
        None,
    )


def _within(address: Address, network: Network) -> bool:
    return address.version == network.version and address in network
