"""Source kinds that are a feed with a known URL: one row for each service.

A row expands one option to the URL of a feed. The module `feed` polls it, with the facts about its
host (`crawler/sources/host_facts.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

_KEPT = "@+,/"


@dataclass(frozen=True, slots=True)
class FeedKind:
    """A source kind: its `option`, the pattern of its values, and the URL with `{}` for a value.

    `example` is a valid value, and `reads` the content of the feed.
    """

    kind: str
    option: str
    pattern: str
    url: str
    example: str
    reads: str

    def feed_url(self, value: object) -> str:
        """Return the URL of the feed for a `value` of the option. Raises ValueError."""
        if not isinstance(value, str) or not re.fullmatch(self.pattern, value):
            raise ValueError(f"{self.option} is not a value like {self.example!r}: {value!r}")
        return self.url.format(quote(value, safe=_KEPT))


# Sorted by kind; add a row. Sources: help pages of the services, and the software they run.
_ROWS = (
    FeedKind(
        "arxiv",
        "query",
        r"[^\x00-\x1f]{1,300}",
        "https://export.arxiv.org/api/query?search_query={}"
        "&sortBy=submittedDate&sortOrder=descending&max_results=100",
        'cat:cs.DC AND abs:"consensus"',
        "the newest papers that match a query (info.arxiv.org/help/api)",
    ),
    FeedKind(
        "arxiv_listing",
        "categories",
        r"[a-z-]{2,10}(?:\.[A-Za-z-]{2,10})?(?:\+[a-z-]{2,10}(?:\.[A-Za-z-]{2,10})?){0,9}",
        "https://rss.arxiv.org/rss/{}",
        "cs.DC+cs.DB",
        "the papers that arXiv announced today in its categories (info.arxiv.org/help/rss)",
    ),
    FeedKind(
        "github_releases",
        "repository",
        r"[\w-][\w.-]{0,99}/[\w-][\w.-]{0,99}",
        "https://github.com/{}/releases.atom",
        "etcd-io/etcd",
        "the releases of a repository on GitHub",
    ),
    FeedKind(
        "lobsters",
        "tags",
        r"[a-z0-9_+-]{1,40}(?:,[a-z0-9_+-]{1,40}){0,9}",
        "https://lobste.rs/t/{}.rss",
        "distributed,databases",
        "stories with one of the tags on Lobsters",
    ),
    FeedKind(
        "medium",
        "publication",
        r"@?[\w-][\w.-]{0,99}",
        "https://medium.com/feed/{}",
        "netflix-techblog",
        "the newest articles of a publication or an author on Medium",
    ),
    FeedKind(
        "substack",
        "publication",
        r"[a-z0-9][a-z0-9-]{0,62}",
        "https://{}.substack.com/feed",
        "systemdesign",
        "a newsletter on Substack",
    ),
    FeedKind(
        "youtube",
        "channel",
        r"UC[\w-]{22}",
        "https://www.youtube.com/feeds/videos.xml?channel_id={}",
        "UCaaaaaaaaaaaaaaaaaaaaaa",
        "the fifteen newest videos of a channel on YouTube",
    ),
)
FEED_KINDS: Mapping[str, FeedKind] = MappingProxyType({row.kind: row for row in _ROWS})
