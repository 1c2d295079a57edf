"""The limits of one HTTP exchange: durations and sizes."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.models.http_exchange import Purpose
from crawler.settings.fetch import FetchSettings

_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """Limits in seconds and bytes.

    `total` covers the exchange from the DNS lookup to the last byte. Body sizes are counted after
    decoding. `addresses` is the number of IP addresses to try.
    """

    dns: float = 5.0
    connect: float = 5.0
    tls: float = 5.0
    first_byte: float = 10.0
    total: float = 30.0
    header_bytes: int = 65_536
    page_bytes: int = 5 * _MEGABYTE
    feed_bytes: int = 25 * _MEGABYTE
    robots_bytes: int = 524_288
    addresses: int = 4

    @classmethod
    def of(cls, settings: FetchSettings) -> HttpLimits:
        """Return the limits of the `[fetch]` settings. `total` also bounds every stage."""
        return cls(
            total=settings.total_seconds,
            page_bytes=int(settings.max_page_mb * _MEGABYTE),
            feed_bytes=int(settings.max_feed_mb * _MEGABYTE),
        )

    @property
    def wire_bytes(self) -> int:
        """The most bytes of one exchange on the wire: a chunk of one byte needs six."""
        return 6 * max(self.page_bytes, self.feed_bytes) + self.header_bytes

    def body_bytes(self, purpose: Purpose) -> int:
        """Return the size in bytes of the largest decoded body for a purpose."""
        return {"page": self.page_bytes, "robots": self.robots_bytes}.get(purpose, self.feed_bytes)
