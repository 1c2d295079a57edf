"""How long and how large one exchange may be; frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.models.http_exchange import Purpose
from crawler.workspace import FetchSettings

_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """Seconds by the wall and bytes.

    `total` covers everything from the name to the last byte; body bytes are counted after decoding.
    """

    dns: float = 5.0
    connect: float = 5.0
    tls: float = 5.0
    first_byte: float = 10.0
    total: float = 30.0
    header_bytes: int = 65_536
    page_bytes: int = 5 * _MEGABYTE
    feed_bytes: int = 10 * _MEGABYTE
    robots_bytes: int = 524_288
    addresses: int = 4

    @classmethod
    def of(cls, settings: FetchSettings) -> HttpLimits:
        """The limits that the `[fetch]` settings ask for; a shorter total shortens every stage by
        itself.
        """
        return cls(
            total=settings.total_seconds,
            page_bytes=int(settings.max_page_mb * _MEGABYTE),
            feed_bytes=int(settings.max_feed_mb * _MEGABYTE),
        )

    @property
    def wire_bytes(self) -> int:
        """The most that may come over the wire in one exchange, whatever it is: chunks of one byte
        each cost six.
        """
        return 6 * max(self.page_bytes, self.feed_bytes) + self.header_bytes

    def body_bytes(self, purpose: Purpose) -> int:
        """The largest body, decoded, that an exchange with this purpose may bring."""
        return {"page": self.page_bytes, "robots": self.robots_bytes}.get(purpose, self.feed_bytes)
