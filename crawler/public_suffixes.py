"""Registrable domains of hosts, by the Public Suffix List, and hosts without prefixes.

https://publicsuffix.org
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList

_HOST_PREFIX = re.compile(r"(?:www\d{0,2}|m|mobile|amp|touch)\.(?=[^.]+\.)")
_PREFIX_RULES = {"www": "www", "amp": "amp-host"}
_LOCAL_NAMES = ("localhost", "local", "internal", "lan")


def registrable_domain(host: str) -> str:
    """Return the registrable domain of `host`; the private section of the list counts as well.

    `ann.github.io` is a registrable domain. Returns an empty string for local names, public
    suffixes and IP addresses.
    """
    last_label = host.rsplit(".", 1)[-1]
    is_address = last_label.isdigit() or host.startswith("[")
    if "." not in host or is_address or last_label in _LOCAL_NAMES:
        return ""
    return _all_suffixes().privatesuffix(host) or ""


def site_of(host: str) -> str:
    """Return the registrable domain of `host`, or `host` itself if it has none."""
    return registrable_domain(host) or host


@lru_cache(4096)
def fold_host(host: str) -> tuple[str, str]:
    """Return a `host` without `www.`, `m.`, `mobile.` or `amp.`, and the name of the rule or ""."""
    match = _HOST_PREFIX.match(host)
    if not match:
        return host, ""
    is_web = match[0].startswith("www")
    if not is_web and not registrable_domain(host[match.end() :]):
        return host, ""  # m.github.io is the site of the user m
    return host[match.end() :], _PREFIX_RULES.get(match[0].rstrip(".0123456789"), "mobile-host")


def icann_domain(host: str) -> str:
    """Return the domain of `host` that a registrar sold: only the ICANN section of the list counts.

    `ann.github.io` belongs to `github.io`. Returns an empty string for public suffixes.
    """
    return _icann_suffixes().privatesuffix(host) or ""


@lru_cache(4096)
def has_public_suffix(host: str) -> bool:
    """Whether `host` is a name below a suffix of the list: `selfh.st`, but neither `st` nor `v1.x`.

    `host` is in lower case. An international name may be written in Punycode or Unicode.
    """
    return _all_suffixes().privatesuffix(host, accept_unknown=False) is not None


@cache
def _all_suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@cache
def _icann_suffixes() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True)
