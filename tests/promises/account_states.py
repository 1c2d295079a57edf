"""Account states as their networks report them, and the level of consent that follows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from crawler.consent.decision import Policy
from crawler.models.http_exchange import Response
from crawler.models.posts import Post
from crawler.sources import bluesky, devto, feed, hackernews, mastodon

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
POLICIES: tuple[Policy, ...] = ("considerate", "strict", "lenient")
SERVER = "social.example"

FULL = ("full", "full", "full")
OPTED_OUT = ("link-only", "link-only", "link-only")
NOT_OPTED_IN = ("reference", "link-only", "full")
REMOVED = ("none", "none", "none")

# Name, changes of the account, changes of the status, level under each of POLICIES.
MASTODON: list[tuple[str, dict[str, Any], dict[str, Any], tuple[str, str, str]]] = [
    ("opted in", {}, {}, FULL),
    ("opted in, a bot", {"bot": True}, {}, FULL),
    ("opted in, locked", {"locked": True}, {}, FULL),
    ("opted in, not discoverable", {"discoverable": False}, {}, FULL),
    ("opted in, a bio about bots", {"note": "<p>I build bots and crawlers</p>"}, {}, FULL),
    ("opted in, a joke", {"note": "<p>No bots were harmed.</p>"}, {}, FULL),
    ("opted in, #NoSQL", {"note": "<p>#NoSQL #NoEstimates</p>"}, {}, FULL),
    ("opted in, bots: yes", {"fields": [{"name": "bots", "value": "yes"}]}, {}, FULL),
    ("indexable false", {"indexable": False}, {}, NOT_OPTED_IN),
    ("indexable null", {"indexable": None}, {}, NOT_OPTED_IN),
    ("indexable of another type", {"indexable": "true"}, {}, NOT_OPTED_IN),
    ("indexable false, a bot", {"indexable": False, "bot": True}, {}, NOT_OPTED_IN),
    ("noindex", {"noindex": True}, {}, OPTED_OUT),
    ("noindex and indexable false", {"noindex": True, "indexable": False}, {}, OPTED_OUT),
    ("suspended", {"suspended": True}, {}, OPTED_OUT),
    ("limited", {"limited": True}, {}, OPTED_OUT),
    ("memorial", {"memorial": True}, {}, OPTED_OUT),
    ("moved", {"moved": {"acct": "elsewhere"}}, {}, OPTED_OUT),
    ("#nobot", {"note": "<p>Hi #nobot</p>"}, {}, OPTED_OUT),
    ("#nobot as a link", {"note": '<p><a href="#">#<span>NoBot</span></a></p>'}, {}, OPTED_OUT),
    ("#NoIndex", {"note": "<p>#NoIndex</p>"}, {}, OPTED_OUT),
    ("full-width hashtag", {"note": "<p>＃nobot</p>"}, {}, OPTED_OUT),
    ("hyphen", {"note": "<p>#no-bot</p>"}, {}, OPTED_OUT),
    ("underscore", {"note": "<p>#no_bot</p>"}, {}, OPTED_OUT),
    ("underscore at the end", {"note": "<p>#nobot_</p>"}, {}, OPTED_OUT),
    ("Cyrillic letters", {"note": "<p>#nоbоt</p>"}, {}, OPTED_OUT),
    ("zero-width space", {"note": "<p>#no\u200bbot</p>"}, {}, OPTED_OUT),
    ("bold letters", {"note": "<p>#𝗻𝗼𝗯𝗼𝘁</p>"}, {}, OPTED_OUT),
    ("display name", {"display_name": "Ada #nobot"}, {}, OPTED_OUT),
    ("#NoAITraining", {"note": "<p>#NoAITraining</p>"}, {}, OPTED_OUT),
    ("#NoIndexing", {"note": "<p>#NoIndexing</p>"}, {}, OPTED_OUT),
    ("#NoScrape", {"note": "<p>#NoScrape</p>"}, {}, OPTED_OUT),
    ("#NoML", {"note": "<p>#NoML</p>"}, {}, OPTED_OUT),
    ("no bots please", {"note": "<p>Engineer. No bots please!</p>"}, {}, OPTED_OUT),
    ("keine Bots", {"note": "<p>Berlin | keine Bots</p>"}, {}, OPTED_OUT),
    ("sin bots", {"note": "<p>Sin bots, por favor</p>"}, {}, OPTED_OUT),
    ("field bots: no", {"fields": [{"name": "Bots", "value": "<b>no</b>"}]}, {}, OPTED_OUT),
    ("field crossed out", {"fields": [{"name": "Indexing", "value": "❌"}]}, {}, OPTED_OUT),
    ("unlisted", {}, {"visibility": "unlisted"}, OPTED_OUT),
    ("unlisted, indexable false", {"indexable": False}, {"visibility": "unlisted"}, OPTED_OUT),
    ("boost of another post", {}, {"reblog": {"uri": "https://x.example/1"}}, REMOVED),
]
# Name, labels of the profile, labels of the post, display name, level.
BLUESKY: list[tuple[str, list[str], list[str], str, tuple[str, str, str]]] = [
    ("no labels", [], [], "Ada", FULL),
    ("a bot label", ["bot"], [], "Ada", FULL),
    ("hidden from guests", ["!no-unauthenticated"], [], "Ada", OPTED_OUT),
    ("post hidden from guests", [], ["!no-unauthenticated"], "Ada", OPTED_OUT),
    ("#nobot in the name", [], [], "Ada #nobot", OPTED_OUT),
    ("account taken down", ["!takedown"], [], "Ada", REMOVED),
    ("post taken down", [], ["!takedown"], "Ada", REMOVED),
    ("post hidden by moderators", [], ["!hide"], "Ada", REMOVED),
]


@dataclass(frozen=True)
class State:
    """One state with everything that its post contains; `levels` are those under POLICIES."""

    number: int
    name: str
    network: str
    levels: tuple[str, str, str]
    payload: Any

    @property
    def text(self) -> str:
        return f"utterance{self.number}x"

    @property
    def person(self) -> str:
        return f"Person{self.number}x"

    @property
    def article(self) -> str:
        return f"https://paper.example/{self.number}x"

    @property
    def original(self) -> str:
        """The part of the URL of the original that only this post has."""
        own = {"hackernews": str(41_000_000 + self.number), "feed": self.article}
        return own.get(self.network, f"original{self.number}x")

    def post(self, policy: Policy) -> Post:
        """The post as its source reads it."""
        return _READERS[self.network](self, policy)


def states() -> list[State]:
    """Every state of every network."""
    found = [("mastodon", name, levels, rest) for name, *rest, levels in MASTODON]
    found += [("bluesky", name, levels, rest) for name, *rest, levels in BLUESKY]
    found += [("devto", "an article on DEV", FULL, []), ("hackernews", "a story", FULL, [])]
    found += [("feed", "an entry of a blog", FULL, [])]
    return [
        State(at, name, net, levels, rest) for at, (net, name, levels, rest) in enumerate(found)
    ]


def _mastodon(state: State, policy: Policy) -> Post:
    account, status = state.payload
    number, url = str(10**17 + state.number), f"https://{SERVER}/{state.original}"
    shown = {
        "id": number,
        "uri": f"https://{SERVER}/statuses/{number}",
        "url": url,
        "created_at": "2026-11-30T10:00:00Z",
        "visibility": "public",
        "language": "en",
        "content": f'<p>{state.text} <a href="{state.article}">paper</a> #DistributedSystems</p>',
        "account": {
            "acct": state.person.lower(),
            "display_name": state.person,
            "url": f"https://{SERVER}/@{state.person}",
            "indexable": True,
        },
    }
    if "display_name" in account:
        account = account | {"display_name": f"{state.person} {account['display_name']}"}
    shown = shown | status | {"account": shown["account"] | account}
    if "reblog" in status:
        options = mastodon.Options(SERVER, "x", policy)
        (question,) = mastodon.recheck_requests(options, (_known(shown),))
        return mastodon.parse_recheck(
            options, question, _answer(shown, question.request.url)
        ).posts[0]
    (post,) = mastodon.parse_response(
        mastodon.Options(SERVER, "x", policy), _answer([shown]), None
    ).posts
    return post


def _known(status: dict[str, Any]) -> Post:
    from crawler.models.posts import Provenance

    where = Provenance(request=f"https://{SERVER}/api/v1/timelines/tag/x", id=status["id"])
    return Post("mastodon", status["uri"], "", provenance=where)


def _bluesky(state: State, policy: Policy) -> Post:
    profile, own, name = state.payload
    did = f"did:plc:{state.person.lower()}"
    length = len(state.text)
    facet = {"$type": "app.bsky.richtext.facet#link", "uri": state.article}
    view = {
        "uri": f"at://{did}/app.bsky.feed.post/{state.original}",
        "author": {
            "did": did,
            "handle": f"{state.person.lower()}.example",
            "displayName": f"{state.person} {name}",
            "labels": [{"val": each} for each in profile],
        },
        "record": {
            "text": f"{state.text} paper",
            "createdAt": "2026-11-30T10:00:00Z",
            "langs": ["en"],
            "facets": [
                {"index": {"byteStart": length + 1, "byteEnd": length + 6}, "features": [facet]}
            ],
        },
        "labels": [{"val": each} for each in own],
    }
    answer = _answer({"feed": [{"post": view}]}, "https://public.api.bsky.app/xrpc/x")
    (post,) = bluesky.parse_response(bluesky.Options(did), answer, None).posts
    return post


def _devto(state: State, policy: Policy) -> Post:
    article = {
        "id": state.number,
        "url": f"https://dev.to/x/{state.original}",
        "canonical_url": state.article,
        "title": state.text,
        "published_at": "2026-11-30T10:00:00Z",
        "user": {"username": state.person.lower(), "name": state.person},
    }
    answer = _answer(article, f"https://dev.to/api/articles/{state.number}")
    return devto.parse_response(devto.Options("x"), answer, None).posts[0]


def _hackernews(state: State, policy: Policy) -> Post:
    hit = {
        "objectID": state.original,
        "title": f"{state.text} leases",
        "url": state.article,
        "author": state.person,
        "created_at_i": int(NOW.timestamp()) - 86400,
    }
    answer = _answer({"hits": [hit]}, "https://hn.algolia.com/api/v1/search_by_date?query=leases")
    return hackernews.parse_response(hackernews.Options("leases"), answer, None).posts[0]


def _feed(state: State, policy: Policy) -> Post:
    entry = {"id": state.original, "url": state.article}
    entry |= {"title": state.text}
    entry |= {"authors": [{"name": state.person}], "date_published": "2026-11-30T10:00:00Z"}
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "Blog", "items": [entry]}
    answer = _answer(document, "https://blog.example/feed.json")
    return feed.parse_response(
        feed.Options("https://blog.example/feed.json", policy), answer, None
    ).posts[0]


def _answer(value: Any, url: str = f"https://{SERVER}/api/v1/timelines/tag/x?limit=40") -> Response:
    return Response(
        url, url, 200, (("content-type", "application/json"),), json.dumps(value).encode(), NOW
    )


_READERS = {
    "mastodon": _mastodon,
    "bluesky": _bluesky,
    "devto": _devto,
    "hackernews": _hackernews,
    "feed": _feed,
}
