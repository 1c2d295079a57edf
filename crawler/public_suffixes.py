"""Registrable domains of hosts, by the Public Suffix List (https://publicsuffix.org)."""

from __future__ import annotations

from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList

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
