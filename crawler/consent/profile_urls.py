"""The URLs of profiles, and of posts that name their author, on each network. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from crawler.public_suffixes import fold_host
from crawler.url_parser import InvalidUrl, parse_url, unicode_host

_ANY_HOST = "*"
_HOME = r"(?:@(?P<home>[\w.-]+))?"
_FORMAT = r"(?:\.(?:atom|json|rss|xml))?"  # of a feed or a record of the profile
_X_HOSTS = (
    "fixupx.com fixvx.com fxtwitter.com nitter.net twitter.com vxtwitter.com x.com xcancel.com"
)

# The network, the hosts, and the path with its query. `*.example.org` is also any subdomain. The
# group `post` matches only in the URL of a post. Sorted; add a line.
_FORMS = (
    ("bluesky", "bsky.app bskyx.app fxbsky.app vxbsky.app", r"/profile/@?(?P<name>[^/?\s]+)"),
    ("devto", "dev.to", r"/(?:feed/)?(?P<name>\w+)"),
    (
        "github",
        "codeload.github.com gist.github.com github.com raw.githubusercontent.com",
        r"/(?P<name>[\w-]+)(?:\.(?:atom|gpg|keys|png))?",
    ),
    ("github", "github.com", r"/(?:orgs|sponsors)/(?P<name>[\w-]+)"),
    (
        "hackernews",
        "hnrss.org news.ycombinator.com",
        r"/(?:favorites|submitted|threads|user)\?(?:[^?]*&)?id=(?P<name>[\w-]+)",
    ),
    ("lemmy", _ANY_HOST, rf"/(?:feeds/)?u/(?P<name>\w+){_HOME}{_FORMAT}"),
    ("linkedin", "*.linkedin.com", r"/(?:in|pub)/(?P<name>[^/?\s]+)"),
    ("linkedin", "*.linkedin.com", r"/posts/(?P<name>[^/?\s_]+)(?P<post>_[^/?\s]+)"),
    (
        "mastodon",
        _ANY_HOST,
        rf"/(?:web/|deck/)?(?:@|profile/|users/)(?P<name>[\w.-]+?){_HOME}{_FORMAT}",
    ),
    ("misskey", _ANY_HOST, rf"/@(?P<name>[\w.-]+?){_HOME}{_FORMAT}"),
    ("reddit", "*.reddit.com", r"/(?:u|user)/(?P<name>[\w-]+)"),
    ("threads", "threads.com threads.net", r"/@(?P<name>[\w.]+)"),
    ("x", _X_HOSTS, r"/(?P<name>\w+)"),
    ("x", _X_HOSTS, r"/intent/(?:follow|user)\?(?:[^?]*&)?screen_name=(?P<name>\w+)"),
)
# The pages of a host whose first path segment is not the name of an account. Sorted; add a word.
_NO_ACCOUNTS = {
    "devto": """
        about code-of-conduct connect contact faq latest listings new podcasts pod privacy search
        series settings shop signin signup sponsors t tags terms top videos
        """,
    "github": """
        about account apps blog codespaces collections contact copilot customer-stories dashboard
        enterprise events explore features gist home issues join login logout marketplace mobile new
        notifications organizations orgs pricing pulls readme search security sessions settings
        signup site solutions sponsors stars team topics trending
        """,
    "x": """
        about compose explore hashtag home i intent jobs login logout messages notifications oauth
        personalization privacy search settings share signup tos
        """,
}
_RESERVED_NAMES = {network: frozenset(words.split()) for network, words in _NO_ACCOUNTS.items()}
FEDERATED = tuple(sorted({network for network, hosts, _ in _FORMS if hosts == _ANY_HOST}))
"""The networks with servers on any host, where a handle is `user@host`."""

_PATTERNS = tuple(
    (network, tuple(hosts.split()), re.compile(rf"{path}(?P<below>/?|[/?&].*)", re.I | re.S))
    for network, hosts, path in _FORMS
)
# One of these is in every URL of a form that has only ASCII characters: others are not parsed.
_SIGNALS = (
    *("@", "%", "/u/", "/users/", "/profile/"),
    *{host.removeprefix("*.") for _, hosts, _ in _PATTERNS for host in hosts if host != _ANY_HOST},
)
_SLASHES = re.compile("//+")
_AT_URI = re.compile(r"at://(?P<name>[^/?#\s]+)(?P<post>/app\.bsky\.feed\.post(?=/.))?(?P<rest>.*)")


def accounts_of_profile(url: str) -> list[tuple[str, str]]:
    """Return the accounts, as network and handle, of which `url` can be the profile.

    Mastodon and Misskey have the same URLs, so one URL can belong to two accounts. The result is
    empty for any other URL.
    """
    return [account for account, is_profile in _accounts(url) if is_profile]


def accounts_in_url(url: str) -> list[tuple[str, str]]:
    """Return the accounts of which `url` can be the profile or a page below it, such as a post."""
    return [account for account, _ in _accounts(url)]


def names_account(url: str) -> bool:
    """Whether the profile at `url` cannot be another page, as `/users/install` can."""
    networks = {network for network, _ in accounts_of_profile(url)}
    return "@" in url or not networks.issubset(FEDERATED)


def identifies_author(network: str, url: str) -> bool:
    """Whether `url` belongs to one author of a `network`: a feed has one page for all authors."""
    return network != "feed" or bool(accounts_in_url(url))


def federated_profiles(handle: str) -> set[str]:
    """Return the profiles of `user@host` on its server, without scheme; empty for other handles."""
    user, at, host = handle.partition("@")
    if not (at and user) or "/" in handle:
        return set()
    return {f"{host}/@{user}", f"{host}/users/{user}"}


def web_page(uri: str) -> str:
    """Return the web page of a record or an account with an AT URI; any other `uri` as it is."""
    match = _AT_URI.match(uri) if uri.startswith("at://") else None
    if not match:
        return uri
    post = f"/post{match['rest']}" if match["post"] else ""
    return f"https://bsky.app/profile/{match['name']}{post}"


def _accounts(url: str) -> Iterator[tuple[tuple[str, str], bool]]:
    """Yield each account, and whether `url` is its profile rather than a page below it."""
    if not _may_be_of_a_form(url):
        return
    parsed = parse_url(web_page(url.strip()))
    if isinstance(parsed, InvalidUrl) or parsed.port:
        return
    page = _SLASHES.sub("/", unquote(parsed.path)) + (f"?{parsed.query}" if parsed.query else "")
    words = _host_words(parsed.host)
    for network, hosts, pattern in _PATTERNS:
        match = None if words.isdisjoint(hosts) else pattern.fullmatch(page)
        if match and match["name"].lower() not in _RESERVED_NAMES.get(network, ()):
            parts = match.groupdict()
            is_profile = not parts.get("post") and parts["below"].lstrip("/")[:1] in ("", "?", "&")
            is_federated = _ANY_HOST in hosts
            handles = _federated_handles(parts, parsed.host) if is_federated else [parts["name"]]
            yield from (((network, handle), is_profile) for handle in handles)


def _may_be_of_a_form(url: str) -> bool:
    if not url.isascii() or url.startswith("at:"):
        return True
    lowered = url.lower()
    return any(signal in lowered for signal in _SIGNALS)


def _host_words(host: str) -> set[str]:
    """Return the words of a row that include a host: itself, its last two labels and any."""
    folded = fold_host(host)[0]
    return {_ANY_HOST, folded, f"*.{'.'.join(folded.rsplit('.', 2)[-2:])}"}


def _federated_handles(parts: dict[str, str | None], host: str) -> list[str]:
    """Return `user@host` for each spelling of the `host`, or for the home server in the URL."""
    hosts = (host, fold_host(host)[0])
    homes = [parts["home"]] if parts["home"] else [*hosts, *map(unicode_host, hosts)]
    return list(dict.fromkeys(f"{parts['name']}@{home}" for home in homes))
