"""Responses of the public Bluesky API for fictional accounts: author feed and single posts.

Sources: lexicons app.bsky.feed.getAuthorFeed, app.bsky.feed.getPosts, app.bsky.feed.defs.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from crawler.demo.fictional_network import DemoPost, FictionalNetwork

HOST = "public.api.bsky.app"
AUTHOR_FEED = "/xrpc/app.bsky.feed.getAuthorFeed"
POSTS = "/xrpc/app.bsky.feed.getPosts"


def author_feed(network: FictionalNetwork, number: int, actor: str) -> dict[str, Any]:
    """Return the posts and reposts of `actor` (a DID) in run `number`, newest first.

    `network` is the fictional network.
    """
    items = []
    for post in network.posts(number, "bluesky"):
        item = {"post": _view(network, post, number)}
        if _did(post.author) == actor:
            items.append(item)
        elif post.reposted_by and _did(post.reposted_by) == actor:
            reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": {"did": actor}}
            items.append(item | {"reason": reason})
    return {"feed": items}


def posts_by_uri(network: FictionalNetwork, number: int, uris: Iterable[str]) -> dict[str, Any]:
    """Return the posts of `network` with these `uris` that exist in run `number`."""
    views = {_uri(post): post for post in network.posts(number, "bluesky")}
    return {"posts": [_view(network, views[uri], number) for uri in uris if uri in views]}


def _did(key: str) -> str:
    return f"did:web:{key}.example"


def _uri(post: DemoPost) -> str:
    return f"at://{_did(post.author)}/app.bsky.feed.post/demo{post.number:03d}"


def _view(network: FictionalNetwork, post: DemoPost, number: int) -> dict[str, Any]:
    view = {
        "uri": _uri(post),
        "cid": f"bafyreidemo{post.number:03d}",
        "author": {
            "did": _did(post.author),
            "handle": f"{post.author}.example",
            "displayName": network.people[post.author].name,
            "labels": [],
        },
        "record": _record(post),
        "replyCount": 0,
        "repostCount": post.number % 3,
        "likeCount": post.number % 13,
        "indexedAt": _time(post.published),
        "labels": [],
    }
    article = next(filter(None, map(network.articles(number).get, post.links)), None)
    if article is None:
        return view
    external = {
        "uri": article.url,
        "title": article.title,
        "description": article.description,
    }
    return view | {"embed": {"$type": "app.bsky.embed.external#view", "external": external}}


def _record(post: DemoPost) -> dict[str, Any]:
    text, facets = post.text.strip(), []
    parts = [(link, "link", "uri", link) for link in post.links]
    parts += [(f"#{name}", "tag", "tag", name) for name in post.hashtags]
    for shown, kind, key, value in parts:
        start = len(f"{text} ".encode())
        text = f"{text} {shown}"
        feature = {"$type": f"app.bsky.richtext.facet#{kind}", key: value}
        index = {"byteStart": start, "byteEnd": start + len(shown.encode())}
        facets.append({"index": index, "features": [feature]})
    return {
        "$type": "app.bsky.feed.post",
        "text": text,
        "createdAt": _time(post.published),
        "langs": [post.language],
        "facets": facets,
    }


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"
