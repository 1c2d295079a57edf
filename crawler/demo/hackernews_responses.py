"""Responses of Hacker News for fictional stories: the Algolia search and the items of the API.

Sources: hn.algolia.com/api, github.com/HackerNews/API.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from crawler.demo.fictional_network import DemoPost, FictionalNetwork

SEARCH_HOST = "hn.algolia.com"
ITEM_HOST = "hacker-news.firebaseio.com"
_FIRST_ID = 990_000_000
_NEWER = re.compile(r"created_at_i>(\d+)")


def search(network: FictionalNetwork, number: int, filters: str) -> dict[str, Any]:
    """Return the stories of `network` in run `number` that match the numeric `filters`."""
    newer = _NEWER.search(filters)
    oldest = int(newer[1]) if newer else 0
    stories = network.posts(number, "hackernews")
    hits = [_hit(post) for post in stories if post.published.timestamp() > oldest]
    return {"hits": hits, "nbHits": len(hits), "page": 0, "nbPages": 1, "hitsPerPage": 100}


def item(network: FictionalNetwork, number: int, path: str) -> Any:
    """Return the item of `network` at `path` in run `number`: None if it does not exist."""
    stories = {_id(post): post for post in network.posts(number, "hackernews")}
    post = stories.get(path.removeprefix("/v0/item/").removesuffix(".json"))
    if post is None:
        return None
    return {
        "id": int(_id(post)),
        "type": "story",
        "by": _author(post),
        "time": int(post.published.timestamp()),
        "title": post.title,
        "url": _first(post.links),
        "score": 10 + post.number,
    }


def _hit(post: DemoPost) -> dict[str, Any]:
    return {
        "objectID": _id(post),
        "story_id": int(_id(post)),
        "title": post.title,
        "url": _first(post.links),
        "author": _author(post),
        "points": 10 + post.number,
        "num_comments": post.number % 9,
        "story_text": f"<p>{post.text}</p>" if post.text else None,
        "created_at": f"{post.published:%Y-%m-%dT%H:%M:%SZ}",
        "created_at_i": int(post.published.timestamp()),
        "_tags": ["story", f"author_{_author(post)}", f"story_{_id(post)}"],
    }


def _id(post: DemoPost) -> str:
    return str(_FIRST_ID + post.number)


def _author(post: DemoPost) -> str:
    return f"demo_{post.author}"


def _first(links: Iterable[str]) -> str | None:
    return next(iter(links), None)
