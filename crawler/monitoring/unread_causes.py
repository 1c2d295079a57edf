"""The table of causes for which articles are not read, in plain words, and articles by cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_BUSY = "The server was busy or reported an error. The next nights try again."
_GONE = "The page no longer exists. The site marks such links after more checks."
_INVALID_URL = "The URL is invalid, or it redirects to an invalid one."
_NO_RESPONSE = "The server did not respond. The next nights try again."
_OTHER_SENTENCE = "The page could not be read. The next nights try again."
_REFUSED = "The server or its robots.txt refuses crawlers. The title comes from the post."
_REFUSED_URL = "Hashtrail never requests such a URL, for example one in a private network."
_SERVER_ERROR = "The server reported an error"
_UNREADABLE = "No readable text"
_WRONG_SIZE = "Too large, or cut off"


@dataclass(frozen=True, slots=True)
class UnreadCause:
    """A cause: a `label` for readers of the site, a `sentence` with what follows for the operator.

    `outcomes` are the codes of crawler.models.outcomes with this cause.
    """

    label: str
    sentence: str
    outcomes: frozenset[str] = frozenset()


OTHER = UnreadCause("Another reason", _OTHER_SENTENCE)

# Sorted by the first outcome. An outcome occurs once.
CAUSES = (
    UnreadCause(
        _UNREADABLE,
        "The page has no text that can be read. The title comes from the post.",
        frozenset({"bad_content", "bad_encoding", "empty", "unsupported"}),
    ),
    UnreadCause(_UNREADABLE, _OTHER_SENTENCE, frozenset({"bad_feed"})),
    UnreadCause(
        "Redirects that end nowhere",
        _INVALID_URL,
        frozenset({"bad_redirect", "redirect_loop", "redirected"}),
    ),
    UnreadCause("The robots.txt of the site forbids it", _REFUSED, frozenset({"blocked_robots"})),
    UnreadCause(
        "Needs a person: login or consent",
        "The server demands a login or a browser. The title comes from the post.",
        frozenset({"challenge", "consent_wall", "login_wall"}),
    ),
    UnreadCause(_SERVER_ERROR, _REFUSED, frozenset({"client_error"})),
    UnreadCause(
        "The server could not be reached",
        _NO_RESPONSE,
        frozenset({"connect", "dns", "timeout", "tls"}),
    ),
    UnreadCause(
        "Reading the page failed",
        "Hashtrail could not process the page. The log in data/state/logs/ has the details.",
        frozenset({"crashed"}),
    ),
    UnreadCause(
        "Left for a later night: limit of the host, or a budget",
        "The limit of requests to the host was reached. The next nights fetch the others.",
        frozenset({"deferred"}),
    ),
    UnreadCause("The server refuses the crawler", _REFUSED, frozenset({"forbidden", "legal"})),
    UnreadCause(
        "The page no longer exists", _GONE, frozenset({"gone", "not_found", "soft_not_found"})
    ),
    UnreadCause("The domain is parked", _GONE, frozenset({"parked"})),
    UnreadCause(_SERVER_ERROR, _BUSY, frozenset({"protocol_error", "server_error"})),
    UnreadCause("The server limits the number of requests", _BUSY, frozenset({"rate_limited"})),
    UnreadCause(
        "A URL that is never fetched", _REFUSED_URL, frozenset({"refused_address", "refused_url"})
    ),
    UnreadCause(
        "The robots.txt of the site could not be read",
        _NO_RESPONSE,
        frozenset({"robots_unreachable"}),
    ),
    UnreadCause(
        _WRONG_SIZE, "The page is larger than [fetch] max_page_mb.", frozenset({"too_large"})
    ),
    UnreadCause(_WRONG_SIZE, _BUSY, frozenset({"truncated"})),
)
_BY_OUTCOME = {outcome: cause for cause in CAUSES for outcome in cause.outcomes}


def outcome_label(outcome: str) -> str:
    """Return the label of the cause of an `outcome` of crawler.models.outcomes."""
    return _BY_OUTCOME.get(outcome, OTHER).label


def count_unread(
    unread: Iterable[tuple[str, float]], text_of: Callable[[UnreadCause], str]
) -> list[tuple[str, int]]:
    """Return (text, number of articles), most articles first.

    `unread` are pairs of outcome and number. `text_of` selects the text of a cause; causes with
    the same text are one row.
    """
    numbers: Counter[str] = Counter()
    for outcome, number in unread:
        numbers[text_of(_BY_OUTCOME.get(outcome, OTHER))] += int(number)
    return sorted(numbers.items(), key=lambda row: (-row[1], row[0]))
