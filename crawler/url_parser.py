"""Parse URLs from outside by the WHATWG URL Standard, through Ada. The only URL parser."""

from __future__ import annotations

from dataclasses import dataclass

import ada_url

_SCHEMES = ("http:", "https:")
_ANY_BASE = "https://base.invalid/"


@dataclass(frozen=True, slots=True)
class Url:
    """A parsed http(s) URL.

    `scheme`, `query` and `fragment` have no mark (`:`, `?`, `#`). `host` is in lower case (Punycode
    for international names, `[…]` for IPv6) without a final dot. `port` is empty for the default
    port.
    """

    scheme: str
    host: str
    port: str
    path: str
    query: str
    fragment: str

    @property
    def authority(self) -> str:
        """`host`, or `host:port` when the port is not the default of the scheme."""
        return f"{self.host}:{self.port}" if self.port else self.host

    @property
    def origin(self) -> str:
        """`scheme://host[:port]` (RFC 6454)."""
        return f"{self.scheme}://{self.authority}"

    @property
    def tail(self) -> str:
        """`/path?query#fragment`."""
        query = f"?{self.query}" if self.query else ""
        return self.path + query + (f"#{self.fragment}" if self.fragment else "")


@dataclass(frozen=True, slots=True)
class InvalidUrl:
    """Foreign text that is not an http(s) URL. `reason` is `invalid` or `not-http`."""

    reason: str


def parse_whatwg(text: str, base: str = "") -> ada_url.URL | None:
    """Parse a URL of any scheme by the WHATWG URL Standard, relative to `base` if given.

    Returns None when the text, or the base, is not a URL. Never raises for any string.
    """
    try:
        return ada_url.URL(text, base) if base else ada_url.URL(text)
    except ValueError:  # includes UnicodeEncodeError, for lone surrogates
        return None


def parse_url(text: str, base: str = "") -> Url | InvalidUrl:
    """Parse an http(s) URL, relative to `base` if given. Never raises for any string."""
    parsed = parse_whatwg(text, base)
    if parsed is None:
        return InvalidUrl("invalid")
    if parsed.protocol not in _SCHEMES:
        return InvalidUrl("not-http")
    return Url(
        parsed.protocol[:-1],
        parsed.hostname.rstrip("."),
        parsed.port,
        parsed.pathname,
        parsed.search[1:],
        parsed.hash[1:],
    )


def resolve_url(reference: str, base: str) -> str:
    """Return the absolute http(s) URL of a reference (`../a`, `?b`) relative to `base`, or ""."""
    parsed = parse_whatwg(reference, base)
    return str(parsed.href) if parsed and parsed.protocol in _SCHEMES else ""


def host_of(url: str) -> str:
    """Return the host of an http(s) URL in lower case; empty when the URL is invalid."""
    parsed = parse_url(url)
    return "" if isinstance(parsed, InvalidUrl) else parsed.host


def origin_of(url: str) -> str:
    """Return `scheme://host[:port]` of an http(s) URL; empty when the URL is invalid."""
    parsed = parse_url(url)
    return "" if isinstance(parsed, InvalidUrl) else parsed.origin


def unicode_host(host: str) -> str:
    """Return a `host` in Punycode as people write it, any other host as it is."""
    return str(ada_url.idna_to_unicode(host)) if "xn--" in host else host


def has_userinfo(url: str) -> bool:
    """Whether a URL has a user name or password (`https://user:password@host/`)."""
    parsed = parse_whatwg(url)
    return parsed is not None and bool(parsed.username or parsed.password)


def path_of(reference: str) -> str:
    """Return the path of an absolute or relative reference; empty when it is not http(s)."""
    parsed = parse_url(reference, _ANY_BASE)
    return "" if isinstance(parsed, InvalidUrl) else parsed.path


def query_of(reference: str) -> str:
    """Return the query of an absolute or relative reference, without `?`; may be empty."""
    parsed = parse_url(reference, _ANY_BASE)
    return "" if isinstance(parsed, InvalidUrl) else parsed.query
