"""Names of elements that contain comments or mentions on other sites."""

from __future__ import annotations

from functools import lru_cache

# Classes, sorted: microformats2 (h-cite, u-comment), WordPress (pingback), comment services.
_CLASSES = frozenset((
    "cactus-comments",
    "commento-card",
    "cusdis",
    "fediverse-comment",
    "fediverse-comments",
    "giscus",
    "h-cite",
    "hyvor-talk",
    "isso-comment",
    "isso-thread",
    "mastodon-comment",
    "mastodon-comments",
    "mention-list",
    "mentions",
    "p-comment",
    "pingback",
    "pingbacks",
    "pinglist",
    "remark42",
    "talkback",
    "trackback",
    "trackbacks",
    "u-comment",
    "utterances",
    "webmention",
    "webmention-list",
    "webmention__comments",
    "webmentions",
    "webmentions__list",
))  # fmt: skip
# Ids, sorted. The id of a section is made of its heading, so no common word.
_IDS = frozenset((
    "cusdis_thread",
    "disqus_thread",
    "hyvor-talk-view",
    "isso-thread",
    "mastodon-comments",
    "mastodon-comments-list",
    "pings",
    "remark42",
    "talkback",
    "webmention-container",
    "webmentions",
))  # fmt: skip
# Types of schema.org, as the ends of their URLs.
_TYPES = ("/comment", "/usercomments")


@lru_cache(maxsize=20_000)
def names_comment(class_name: str, element_id: str, item_type: str = "") -> bool:
    """Return whether an element contains a comment or a mention.

    `class_name`, `element_id` and `item_type` are its class, its id and its schema.org type.
    """
    if element_id in _IDS or item_type.lower().rstrip("/").endswith(_TYPES):
        return True
    return not _CLASSES.isdisjoint(class_name[:500].split())
