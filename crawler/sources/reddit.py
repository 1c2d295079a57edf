"""New posts of a subreddit, through its Atom feed. Off by default.

Reddit closed its API to new clients without approval (Responsible Builder Policy, November 2025).
The feed remains for readers: few requests, our own User-Agent, and no copies in the archive,
because deleted posts must not stay anywhere. Many networks get 429 unless the feed has the personal
parameters of an account (reddit.com/prefs/feeds). They are a secret of the operator.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Author, Card, Post, Provenance
from crawler.sources.formats.board_feed import BoardEntry, parse_board_feed
from crawler.sources.protocol import Batch, PollingHints, failed_batch
from crawler.text_cleaning import fold, join_paragraphs

MAX_REQUESTS = 1
_SITE = "https://www.reddit.com"
_NAME = re.compile(r"\w{2,50}", re.ASCII)
_ID = re.compile(r"t3_[0-9a-z]{1,20}")
_REMOVED = ("[deleted]", "[removed]")
_HINTS = PollingHints(min_interval=timedelta(hours=12))
_SECRETS = (("feed", "reddit_feed"), ("user", "reddit_user"))


@dataclass(frozen=True, slots=True)
class Options:
    """`subreddit`: its name without `r/`; `personal`: whether the feed has personal parameters."""

    subreddit: str
    personal: bool = False

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.subreddit):
            raise ValueError(f"subreddit is not a name of letters and digits: {self.subreddit!r}")


def first_request(options: Options, cursor: str | None) -> FetchRequest:
    """Return the request for the feed of the newest posts; `cursor` is not used.

    `options` is the source's Options.
    """
    return FetchRequest(
        f"{_SITE}/r/{options.subreddit}/new/.rss",
        "api",
        accept="application/atom+xml",
        secrets=_SECRETS if options.personal else (),
    )


def parse_response(options: Options, response: Response | Failure, cursor: str | None) -> Batch:
    """Return one post for each entry in `response`; `options` and `cursor` are not used.

    `response` may be a Failure.
    """
    if isinstance(response, Failure):
        return Batch(failure=response, hints=_HINTS)
    if response.status == 304:
        return Batch(hints=_HINTS)
    entries = parse_board_feed(response)
    if entries is None:
        return failed_batch(response, Outcome.BAD_FEED, "Reddit answered without a feed.")
    posts = (_post(entry, response) for entry in entries)
    return Batch(tuple(post for post in posts if post), hints=_HINTS)


def _post(entry: BoardEntry, response: Response) -> Post | None:
    """Return the post of an entry; None without id, page or title, and after its removal."""
    name = entry.author.removeprefix("/u/")
    is_removed = fold(name) in _REMOVED or fold(entry.title) in _REMOVED
    if not _ID.fullmatch(entry.id) or not entry.page or not entry.title or is_removed:
        return None
    return Post(
        network="reddit",
        uri=f"reddit:{entry.id}",
        url=entry.page,
        text=join_paragraphs(entry.title, entry.text),
        author=Author("reddit", name, name, f"{_SITE}/user/{quote(name)}") if name else None,
        published=entry.published,
        links=entry.links,
        cards=(Card(entry.title, link=entry.article),) if entry.article else (),
        provenance=Provenance(request=response.url),
    )
