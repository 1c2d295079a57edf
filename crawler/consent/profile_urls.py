"""Recognize the account in the URL of a profile, or of a page below it. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

# The network and the URL of a profile, without scheme and `www.`. Sorted; add a line.
_PROFILES = (
    ("bluesky", r"bsky\.app/profile/(?P<name>[^/?#\s]+)"),
    ("devto", r"dev\.to/(?P<name>\w+)"),
    ("github", r"github\.com/(?P<name>[\w-]+)"),
    ("hackernews", r"news\.ycombinator\.com/user\?id=(?P<name>[\w%-]+)"),
    ("lemmy", r"(?P<host>[\w.-]+)/u/(?P<name>\w+)(?:@(?P<home>[\w.-]+))?"),
    (
        "mastodon",
        r"(?P<host>[\w.-]+)/(?:web/|deck/)?(?:@|users/)(?P<name>[\w.-]+)(?:@(?P<home>[\w.-]+))?",
    ),
    ("misskey", r"(?P<host>[\w.-]+)/@(?P<name>[\w.-]+)(?:@(?P<home>[\w.-]+))?"),
    ("reddit", r"(?:old\.)?reddit\.com/(?:u|user)/(?P<name>[\w-]+)"),
    ("threads", r"threads\.(?:com|net)/@(?P<name>[\w.]+)"),
    ("x", r"(?:twitter|x)\.com/(?P<name>\w+)"),
)
_PATTERNS = tuple(
    (network, re.compile(rf"https?://(?:www\.|m\.)?{pattern}(?P<below>/?|[/?#].*)", re.IGNORECASE))
    for network, pattern in _PROFILES
)


def accounts_of_profile(url: str) -> list[tuple[str, str]]:
    """Return the accounts, as network and handle, of which `url` can be the profile.

    Mastodon and Misskey have the same URLs, so one URL can belong to two accounts. The result is
    empty for any other URL.
    """
    return [account for account, below in _accounts(url) if below in ("", "/")]


def accounts_in_url(url: str) -> list[tuple[str, str]]:
    """Return the accounts of which `url` can be the profile or a page below it, such as a post."""
    return [account for account, _ in _accounts(url)]


def _accounts(url: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield each account, and the part of `url` after its profile."""
    for network, pattern in _PATTERNS:
        if match := pattern.fullmatch(url.strip()):
            parts = match.groupdict()
            name, host = unquote(parts["name"]), parts.get("home") or parts.get("host")
            yield (network, f"{name}@{host}" if host else name), parts["below"]
