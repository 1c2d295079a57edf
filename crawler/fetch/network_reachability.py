"""Whether this machine has a network, decided by the requests of a run. No I/O.

Without a network every host fails. Then the sources are not at fault, and further requests only
take time: each DNS lookup can take seconds.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass, field

from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome

FIRST_HOSTS = 8
"""So many hosts must fail first, all of them for lack of a network, before a run gives up."""

NO_NETWORK = (
    "not requested: this machine has no network "
    f"(none of the first {FIRST_HOSTS} hosts could be looked up or reached)"
)
UNREACHABLE = frozenset({Outcome.CONNECT, Outcome.DNS, Outcome.TIMEOUT, Outcome.TLS})
"""The outcomes of exchanges without an HTTP response."""

# Without a status: a refused URL or IP address, or a secret that is not set.
_UNSENT = frozenset({Outcome.FORBIDDEN, Outcome.REFUSED_ADDRESS, Outcome.REFUSED_URL})
_LEAST_HOSTS = 2
# ip(7): the errors of a machine without a usable interface or route.
_NO_ROUTE = frozenset({errno.ENETDOWN, errno.ENETUNREACH, errno.EHOSTUNREACH})


def is_without_route(error: BaseException) -> bool:
    """Whether `error` states that this machine has no route to a host."""
    return isinstance(error, OSError) and error.errno in _NO_ROUTE


@dataclass(slots=True)
class NetworkReachability:
    """The hosts that failed before any host responded.

    `first` are the hosts of the first requests. `unreached` did not respond, and `unlinked` failed
    for lack of a network. A single response shows that the network works; the run then never gives
    up.
    """

    first: list[str] = field(default_factory=list)
    unreached: set[str] = field(default_factory=set)
    unlinked: set[str] = field(default_factory=set)
    has_response: bool = False

    @property
    def is_offline(self) -> bool:
        """Whether no host responded so far, and at least two hosts were tried."""
        return not self.has_response and len(self.unreached) >= _LEAST_HOSTS

    @property
    def gives_up(self) -> bool:
        """Whether the run makes no more requests: the first hosts failed without a network."""
        is_tried = len(self.first) == FIRST_HOSTS
        return is_tried and not self.has_response and self.unlinked.issuperset(self.first)

    def begin(self, host: str) -> None:
        """Record that a request to `host` starts."""
        if len(self.first) < FIRST_HOSTS and host not in self.first:
            self.first.append(host)

    def end(self, host: str, result: Response | Failure) -> None:
        """Record the `result` of a request to `host`."""
        outcome = result.outcome if isinstance(result, Failure) and not result.status else None
        if outcome in UNREACHABLE:
            self.unreached.add(host)
        elif outcome not in _UNSENT:
            self.has_response = True
        if isinstance(result, Failure) and result.no_network:
            self.unlinked.add(host)
