"""The table of causes for which sources fail, in plain words, and failing sources by cause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.group_by_key import group_by
from crawler.models.outcomes import Outcome
from crawler.store.run_monitoring import FailingSource, is_offline

_LEAST_FOR_OUTAGE = 3  # failing sources
_OUTAGE_SHARE = 0.8  # of the polled sources

_CHECK = "Run: hashtrail sources check NAME"
_NEW_URL = "Find the new URL and change it in data/sources.toml, or disable the source there."
_WAIT = "No action is needed: the next night tries again. Disable a source that fails for weeks."
_NETWORK = (
    "Check network, DNS and firewall of the machine that runs Hashtrail. "
    "The sources do not back off; the next night polls them again."
)


@dataclass(frozen=True, slots=True)
class FailureCause:
    """A cause of failures: a code for programs, and three texts for people.

    `outcomes` are the codes of crawler.models.outcomes with this cause. `sentence` is what
    happened, `meaning` why it usually happens, and `action` what the operator can do.
    """

    code: str
    sentence: str
    meaning: str
    action: str
    outcomes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """The failing sources with one cause, most consecutive failures first."""

    cause: FailureCause
    sources: tuple[FailingSource, ...]

    @property
    def concerns_network(self) -> bool:
        """Whether the cause is the network of this machine, and not the sources."""
        return self.cause in (NO_NETWORK, NETWORK_TROUBLE)

    @property
    def since(self) -> str:
        """Return when the first of the sources began to fail, in ISO 8601; empty if unknown."""
        return min((source.since for source in self.sources if source.since), default="")


NO_NETWORK = FailureCause(
    "no-network",
    "No source could be reached, so this machine probably has no network.",
    "Every request ended before a server responded.",
    _NETWORK,
)
NETWORK_TROUBLE = FailureCause(
    "network-trouble",
    "Almost no source could be reached, so this machine probably had no network.",
    "At least 80 % of the sources failed before a server responded, and none for another reason.",
    _NETWORK,
)
OTHER = FailureCause(
    "other",
    "The source could not be read.",
    "The cause is not in the table of causes.",
    _CHECK,
)

# Sorted by code. An outcome occurs once; a test compares this table with the outcomes.
CAUSES = (
    FailureCause(
        "bad-response",
        "The server's response violates the HTTP protocol or ended early.",
        "The server or a proxy is misconfigured, or the connection was lost.",
        _WAIT,
        frozenset({"bad_encoding", "protocol_error", "truncated"}),
    ),
    FailureCause(
        "certificate",
        "The server has no valid certificate.",
        "The certificate has expired, belongs to another host, or its issuer is not trusted here.",
        f"No action is needed if its operator renews it. Otherwise {_CHECK[0].lower()}{_CHECK[1:]}",
        frozenset({"tls"}),
    ),
    FailureCause(
        "host-not-found",
        "The name of the host was not found.",
        "The domain has expired or moved, its DNS servers are down, or the URL has a typing error.",
        _NEW_URL,
        frozenset({"dns"}),
    ),
    FailureCause(
        "internal-error",
        "Hashtrail could not process the response.",
        "This is an error of Hashtrail or a hostile response. Other sources are not affected.",
        "Report the error with the log of the night in data/state/logs/.",
        frozenset({"crashed"}),
    ),
    FailureCause(
        "login-required",
        "The server demands a login or consent in a browser.",
        "The page is shown to people only: it has a login form, a consent page or a challenge.",
        "Disable the source in data/sources.toml, or ask its operator for a feed.",
        frozenset({"challenge", "consent_wall", "login_wall"}),
    ),
    FailureCause(
        "missing",
        "The source no longer exists at its URL.",
        "The server responded with 404 or 410, or with a page that contains such a message.",
        _NEW_URL,
        frozenset({"gone", "not_found", "soft_not_found"}),
    ),
    FailureCause(
        "moved",
        "The URL redirects to another place.",
        "The redirect leads in a circle, to an invalid URL, or to the page of a domain seller.",
        _NEW_URL,
        frozenset({"bad_redirect", "parked", "redirect_loop", "redirected"}),
    ),
    FailureCause(
        "no-response",
        "The server did not respond.",
        "The server is down or slow, or it could not be reached. Its robots.txt counts as well.",
        _WAIT,
        frozenset({"connect", "deferred", "robots_unreachable", "timeout"}),
    ),
    FailureCause(
        "not-a-feed",
        "The response is not a readable feed.",
        "The server sends a web page, an empty document or a damaged feed.",
        _CHECK,
        frozenset({"bad_content", "bad_feed", "empty", "unsupported"}),
    ),
    FailureCause(
        "rate-limited",
        "The server limits the number of requests.",
        "It responded with 429. Hashtrail waits as long as the server requests.",
        _WAIT,
        frozenset({"rate_limited"}),
    ),
    FailureCause(
        "refused-by-server",
        "The server refuses the crawler.",
        "robots.txt forbids the URL, or the server responded with 401, 403, 451 or a similar code.",
        "Disable the source in data/sources.toml, or ask its operator.",
        frozenset({"blocked_robots", "client_error", "forbidden", "legal"}),
    ),
    FailureCause(
        "refused-by-settings",
        "Hashtrail refuses to request this URL.",
        "The URL is invalid, or its host has a private IP address.",
        "Correct the URL in data/sources.toml, or see [fetch] allow_private in docs/SETTINGS.md.",
        frozenset({"refused_address", "refused_url"}),
    ),
    FailureCause(
        "server-error",
        "The server reported an error.",
        "It responded with a code from 500 to 599.",
        _WAIT,
        frozenset({"server_error"}),
    ),
    FailureCause(
        "too-large",
        "The response is too large.",
        "It exceeds [fetch] max_feed_mb.",
        "Raise [fetch] max_feed_mb in data/hashtrail.toml, or disable the source.",
        frozenset({"too_large"}),
    ),
)
_BY_OUTCOME = {outcome: cause for cause in CAUSES for outcome in cause.outcomes}
_UNREACHED = frozenset(
    {
        Outcome.CONNECT,
        Outcome.DEFERRED,
        Outcome.DNS,
        Outcome.ROBOTS_UNREACHABLE,
        Outcome.TIMEOUT,
        Outcome.TLS,
    }
)


def cause_of(outcome: str) -> FailureCause:
    """Return the cause of a failure with the code `outcome`."""
    return _BY_OUTCOME.get(outcome, OTHER)


def all_causes() -> Iterator[FailureCause]:
    """Yield every cause, sorted by code."""
    yield from sorted((*CAUSES, NETWORK_TROUBLE, NO_NETWORK, OTHER), key=lambda cause: cause.code)


def group_failures(failing: Sequence[FailingSource], polled: int) -> tuple[CauseGroup, ...]:
    """Return the `failing` sources by cause, the cause with most sources first.

    `polled` is the number of sources that were polled, including those that did not fail. If none
    or almost none of them could be reached, the only cause is the network of this machine.
    """
    if not failing:
        return ()
    network = network_cause([source.outcome for source in failing], polled)
    if network:
        return (CauseGroup(network, _longest_first(failing)),)
    groups = group_by(failing, lambda source: cause_of(source.outcome))
    causes = [CauseGroup(cause, _longest_first(sources)) for cause, sources in groups.items()]
    return tuple(sorted(causes, key=lambda group: (-len(group.sources), group.cause.code)))


def network_cause(outcomes: Sequence[str], polled: int) -> FailureCause | None:
    """Return the cause if the network of this machine explains all failures, otherwise None.

    `outcomes` are those of the failing sources among the `polled` ones (a number).
    """
    if len(outcomes) == polled and is_offline(outcomes):
        return NO_NETWORK
    many = len(outcomes) >= max(_LEAST_FOR_OUTAGE, _OUTAGE_SHARE * polled)
    return NETWORK_TROUBLE if many and _UNREACHED.issuperset(outcomes) else None


def _longest_first(sources: Sequence[FailingSource]) -> tuple[FailingSource, ...]:
    return tuple(sorted(sources, key=lambda source: (-source.failures, source.name)))
