"""Outcomes and failures: how a fetch or an extraction ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crawler.models.http_exchange import Hop


class Outcome(StrEnum):
    """How one HTTP exchange, or the extraction of its content, ended. Stored with each fetch."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    GONE = "gone"
    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    LEGAL = "legal"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    CLIENT_ERROR = "client_error"
    BLOCKED_ROBOTS = "blocked_robots"
    ROBOTS_UNREACHABLE = "robots_unreachable"
    REFUSED_ADDRESS = "refused_address"
    REFUSED_URL = "refused_url"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    PROTOCOL_ERROR = "protocol_error"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    BAD_ENCODING = "bad_encoding"
    BAD_REDIRECT = "bad_redirect"
    REDIRECT_LOOP = "redirect_loop"
    REDIRECTED = "redirected"
    DEFERRED = "deferred"
    CHALLENGE = "challenge"
    CONSENT_WALL = "consent_wall"
    LOGIN_WALL = "login_wall"
    SOFT_NOT_FOUND = "soft_not_found"
    PARKED = "parked"
    UNSUPPORTED = "unsupported"
    BAD_FEED = "bad_feed"
    BAD_CONTENT = "bad_content"
    EMPTY = "empty"
    CRASHED = "crashed"


BUDGET_STAGE = "budget"
"""The stage of a Failure whose request did not start, because a budget of the run is used up."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An operation that failed, as a value that is counted and shown to people.

    `no_network` is whether this machine seems to have no network: no name server responded, or no
    route to the host exists.
    """

    url: str
    stage: str
    outcome: Outcome
    message: str
    retry_after: datetime | None = None
    status: int | None = None
    hops: tuple[Hop, ...] = ()
    robots_rule: str | None = None
    no_network: bool = False


def is_over_budget(result: object) -> bool:
    """Whether `result` is the Failure of a request that a budget of the run prevented."""
    return isinstance(result, Failure) and result.stage == BUDGET_STAGE
