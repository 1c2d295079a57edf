"""Recognize the account in the URL of a profile. No I/O."""

from __future__ import annotations

import re
from urllib.parse import unquote

# The network and the URL of a profile, without scheme and `www.`. Sorted; add a line.
_PROFILES = tuple(
    (network, re.compile(f"https?://(?:www\\.|m\\.)?{pattern}/?", re.IGNORECASE))
    for network, pattern in (
        ("bluesky", r"bsky\.app/profile/(?P<name>[^/?#\s]+)"),
        ("devto", r"dev\.to/(?P<name>\w+)"),
        ("github", r"github\.com/(?P<name>[\w-]+)"),
        ("hackernews", r"news\.ycombinator\.com/user\?id=(?P<name>[\w%-]+)"),
        ("lemmy", r"(?P<host>[\w.-]+)/u/(?P<name>\w+)"),
        ("mastodon", r"(?P<host>[\w.-]+)/(?:@|users/)(?P<name>[\w.-]+)"),
        ("misskey", r"(?P<host>[\w.-]+)/@(?P<name>[\w.-]+)"),
        ("reddit", r"(?:old\.)?reddit\.com/(?:u|user)/(?P<name>[\w-]+)"),
        ("threads", r"threads\.(?:com|net)/@(?P<name>[\w.]+)"),
        ("x", r"(?:twitter|x)\.com/(?P<name>\w+)"),
    )
)


def accounts_of_profile(url: str) -> list[tuple[str, str]]:
    """Return the accounts, as network and handle, of which `url` can be the profile.

    Mastodon and Misskey have the same URLs, so one URL can stand for two accounts. The result is
    empty for any other URL.
    """
    matches = ((network, pattern.fullmatch(url.strip())) for network, pattern in _PROFILES)
    return [(network, _handle(match)) for network, match in matches if match]


def _handle(match: re.Match[str]) -> str:
    parts = match.groupdict()
    name, host = unquote(parts["name"]), parts.get("host")
    return f"{name}@{host}" if host else name
