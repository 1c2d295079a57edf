"""`[fetch]`: politeness, limits and identification of requests to other servers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from crawler.settings.meaning import meaning

# Other servers receive these texts.
_HEADER_TEXT = Meta(
    pattern=r"^(?!.*://[^/?#\s]*@)[^\x00-\x1f\x7f]*\Z",
    extra={"form": "one line, and a URL in it without user"},
)


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """Politeness, limits and identification of requests to other servers."""

    user_agent: Annotated[
        str,
        _HEADER_TEXT,
        meaning("Complete User-Agent. Empty: `hashtrail/<version> (+<contact>)`."),
    ] = ""
    contact: Annotated[
        str,
        _HEADER_TEXT,
        meaning("Page or mail address that other servers receive in the User-Agent."),
    ] = ""
    connect_to: Annotated[
        str,
        meaning(
            "`HOST:PORT` to which all connections go. Host names, `Host` and SNI are unchanged. "
            "`http://` before a loopback address leaves TLS out. For tests, mirrors and the demo."
        ),
    ] = ""
    ca_bundle: Annotated[
        str,
        meaning("PEM file with the certificate authorities to trust. Empty: those of the system."),
    ] = ""
    allow_private: Annotated[
        tuple[str, ...],
        meaning(
            "CIDR ranges of non-public IP addresses that may be reached, on any port. Cloud "
            "metadata ranges stay blocked."
        ),
    ] = ()
    delay_seconds: Annotated[
        float,
        Meta(ge=0, le=30),
        meaning(
            "Delay between two requests to one host. Twice the last response time or a longer "
            "`Crawl-delay` take its place. 0 disables it, for your own servers only.",
            unit="seconds",
        ),
    ] = 3.0
    concurrency: Annotated[
        int,
        Meta(ge=1, le=1000),
        meaning("Maximum number of concurrent requests, one per host."),
    ] = 32
    per_host_nightly: Annotated[
        int,
        Meta(ge=1, le=1_000_000),
        meaning(
            "Maximum number of pages per host and night, and of rechecks per source. The others "
            "are due in the next night."
        ),
    ] = 50
    total_seconds: Annotated[
        float,
        Meta(gt=0, le=3600),
        meaning("Total timeout of a request with headers and body.", unit="seconds"),
    ] = 30.0
    max_page_mb: Annotated[
        float,
        Meta(gt=0, le=1000),
        meaning(
            "Maximum size of a decoded page. Up to `concurrency` such pages are in memory.",
            unit="MB",
        ),
    ] = 5.0
    max_feed_mb: Annotated[
        float,
        Meta(gt=0, le=1000),
        meaning(
            "Maximum size of a decoded feed or API response. A larger feed is read up to it, with "
            "a warning.",
            unit="MB",
        ),
    ] = 25.0
