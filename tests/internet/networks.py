"""Synthetic responses of Mastodon, DEV and Hacker News in the form of real ones."""

from __future__ import annotations

from typing import Any

SERVER = "social.example"
MASTODON = f"""[[source]]
name = "Mastodon"
kind = "mastodon"
server = "{SERVER}"
hashtag = "DistributedSystems"
"""
TAG = "distributedsystems"
FORGE = "https://www.infoq.com/news/2026/06/forge-billing-architecture/"
STAMPEDE = "https://engineeringatscale.substack.com/p/cache-stampede-distributed-locking"
PGRAC = (
    "https://dev.to/sqlrush/rebuilding-oracle-racs-core-machinery-on-postgresql-"
    "the-four-problems-that-fight-back-2dhl"
)

# The links of the 45 statuses by number, in the form that people paste. The others are notes.
LINKS = {
    3: FORGE + "?utm_source=mastodon&utm_medium=social",
    8: "https://bit.ly/4eGoEB2",
    11: STAMPEDE + "?r=9x1&utm_campaign=post",
    17: (
        "https://blog.apnic.net/2026/06/05/"
        "21-years-and-counting-of-eight-fallacies-of-distributed-computing/#comments"
    ),
    23: "https://github.com/sqlrush/pgrac#readme",
    29: "https://stalled.example/never-answers",
    31: "https://loop.example/a",
    33: "https://bomb.example/zeros",
    35: "https://inside.example/metadata",
    37: "https://closed.example/private/report",
    39: "https://gone.example/removed",
    41: "https://guarded.example/challenge",
}


def status(number: int) -> dict[str, Any]:
    """One status of the tag timeline; higher numbers are newer.

    Number 5 opted out of indexing, number 6 is unlisted.
    """
    link = LINKS.get(number)
    anchor = (
        (
            f'<a href="{link}" rel="nofollow noopener" target="_blank">'
            '<span class="invisible">https://</span><span>link</span></a>'
        )
        if link
        else ""
    )
    tag = (
        f'<a href="https://{SERVER}/tags/{TAG}" class="mention hashtag" rel="tag">#<span>'
        "DistributedSystems</span></a>"
    )
    author = number % 15
    return {
        "id": str(114_000_000_000_000_000 + number),
        "uri": f"https://{SERVER}/users/writer{author}/statuses/{number}",
        "url": f"https://{SERVER}/@writer{author}/{number}",
        "created_at": f"2026-06-{1 + number % 28:02d}T{number % 24:02d}:15:00.000Z",
        "edited_at": None,
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "unlisted" if number == 6 else "public",
        "language": "en",
        "content": (
            f"<p>Field note {number}: consensus and replication in practice, "
            f"part {number}. {anchor}</p><p>{tag}</p>"
        ),
        "reblog": None,
        "card": None,
        "media_attachments": [],
        "mentions": [],
        "emojis": [],
        "tags": [{"name": TAG, "url": f"https://{SERVER}/tags/{TAG}"}],
        "replies_count": 0,
        "reblogs_count": number % 4,
        "favourites_count": number % 7,
        "account": {
            "id": str(900 + author),
            "username": f"writer{author}",
            "acct": f"writer{author}",
            "display_name": f"Writer {author}",
            "url": f"https://{SERVER}/@writer{author}",
            "uri": f"https://{SERVER}/users/writer{author}",
            "bot": False,
            "group": False,
            "locked": False,
            "discoverable": True,
            "indexable": number != 5,
            "noindex": False,
            "note": "<p>Writes about systems.</p>",
            "fields": [],
        },
    }


def timeline(query: dict[str, str]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """One page of the tag timeline, newest first, with the Link header that Mastodon gives."""
    limit = min(int(query.get("limit", 20)), 40)
    numbers = list(range(45, 0, -1))
    if "max_id" in query:
        numbers = [n for n in numbers if 114_000_000_000_000_000 + n < int(query["max_id"])]
    if "since_id" in query:
        numbers = [n for n in numbers if 114_000_000_000_000_000 + n > int(query["since_id"])]
    if "min_id" in query:
        numbers = [n for n in numbers if 114_000_000_000_000_000 + n > int(query["min_id"])][
            -limit:
        ]
    page = [status(n) for n in numbers[:limit]]
    base = f"https://{SERVER}/api/v1/timelines/tag/{TAG}?limit={limit}"
    links = (
        f'<{base}&max_id={page[-1]["id"]}>; rel="next", <{base}&min_id={page[0]["id"]}>; rel="prev"'
        if page
        else ""
    )
    return page, {"Link": links} if links else {}


INSTANCE = {
    "domain": SERVER,
    "title": "Social Example",
    "version": "4.5.1",
    "source_url": "https://github.com/mastodon/mastodon",
    "configuration": {
        "timelines_access": {
            "hashtag_feeds": {"local": "public", "remote": "public"},
            "live_feeds": {"local": "public", "remote": "public"},
        }
    },
}

DEV_FEED = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>DEV Community: distributedsystems</title>\
<description>The latest articles tagged 'distributedsystems' on DEV Community.</description>
<link>https://dev.to/t/distributedsystems</link><atom:link rel="self" type="application/rss+xml" href="https://dev.to/feed/tag/distributedsystems"/>
<item><title>Rebuilding Oracle RAC's core machinery on PostgreSQL — the four problems that \
fight back</title>\
<dc:creator>sqlrush</dc:creator>
<pubDate>Sun, 14 Jun 2026 12:20:00 +0000</pubDate><link>{PGRAC}</link><guid>{PGRAC}</guid>
<description>&lt;p&gt;Two PostgreSQL servers, one shared disk.&lt;/p&gt;</description>
<category>postgres</category><category>distributedsystems</category></item>
<item><title>Stampedes, again</title><dc:creator>averma</dc:creator>\
<pubDate>Fri, 12 Jun 2026 07:00:00 +0000</pubDate>
<link>https://dev.to/averma/stampedes-again-1a2b</link><guid>https://dev.to/averma/stampedes-again-1a2b</guid>
<description>&lt;p&gt;A cross-post.&lt;/p&gt;</description>\
<category>distributedsystems</category></item>
</channel></rss>"""


def dev_article(path: str) -> dict[str, Any] | None:
    """Return the API response for one article of the tag feed.

    The second article is a cross-post with another canonical_url.
    """
    articles = {
        PGRAC.removeprefix("https://dev.to/"): (
            301,
            (
                "Rebuilding Oracle RAC's core machinery on PostgreSQL — the four problems "
                "that fight back"
            ),
            PGRAC,
            "sqlrush",
            "2026-06-14T12:20:00Z",
        ),
        "averma/stampedes-again-1a2b": (
            302,
            "Stop Cache Stampedes with Distributed Locking",
            STAMPEDE,
            "averma",
            "2026-06-12T07:00:00Z",
        ),
    }
    if path not in articles:
        return None
    number, title, canonical, user, published = articles[path]
    return {
        "type_of": "article",
        "id": number,
        "title": title,
        "description": "Found under the tag.",
        "url": f"https://dev.to/{path}",
        "canonical_url": canonical,
        "published_at": published,
        "published_timestamp": published,
        "created_at": published,
        "edited_at": None,
        "crossposted_at": None,
        "language": "en",
        "tag_list": "distributedsystems, postgres",
        "tags": ["distributedsystems", "postgres"],
        "reading_time_minutes": 6,
        "comments_count": 2,
        "public_reactions_count": 11,
        "body_html": "<p>…</p>",
        "user": {"name": user.title(), "username": user},
    }


def hn_search() -> dict[str, Any]:
    """Return one page of the Algolia search.

    It has a story about a known article, an Ask HN without a URL, and a new article.
    """
    stories = [
        (
            "41000001",
            "Usage billing on distributed systems, at Forge",
            FORGE + "?ref=hn",
            "pat",
            1781800000,
            None,
        ),
        (
            "41000002",
            "Ask HN: How do you teach distributed systems?",
            None,
            "quill",
            1781700000,
            "<p>Papers on distributed systems for juniors?</p>",
        ),
        (
            "41000003",
            "The Guide to Cell-Based Architecture for distributed systems",
            "https://www.infoq.com/minibooks/cell-based-architecture-guide/",
            "rosa",
            1781600000,
            None,
        ),
    ]
    hits = [
        {
            "objectID": number,
            "story_id": int(number),
            "title": title,
            "url": url,
            "author": author,
            "points": 42,
            "num_comments": 7,
            "story_text": text,
            "created_at": "2026-06-18T10:00:00Z",
            "created_at_i": at,
            "updated_at": "2026-06-19T10:00:00Z",
            "children": [],
            "_tags": ["story", f"author_{author}", f"story_{number}"],
            "_highlightResult": {},
        }
        for number, title, url, author, at, text in stories
    ]
    return {
        "hits": hits,
        "nbHits": len(hits),
        "page": 0,
        "nbPages": 1,
        "hitsPerPage": 1000,
        "exhaustiveNbHits": True,
        "query": '"distributed systems"',
        "params": "",
    }


APNIC_FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>APNIC Blog</title><link>https://blog.apnic.net</link>\
<description>Networks and those who run them</description>
<item><title>21 years and counting of &#8216;eight fallacies of distributed computing&#8217;</title>
<link>https://blog.apnic.net/2026/06/05/21-years-and-counting-of-eight-fallacies-of-distributed-computing/</link>
<dc:creator>Tomoko Lindqvist</dc:creator><pubDate>Fri, 05 Jun 2026 01:00:00 +0000</pubDate>
<guid isPermaLink="false">https://blog.apnic.net/?p=28841</guid><category>Tech matters</category>
<description>Which of the eight do outage reports blame? A look at three years of them.\
</description></item>
</channel></rss>"""
