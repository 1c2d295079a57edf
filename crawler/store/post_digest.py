"""The digest of the stored fields of a post, by which an edit is recognized."""

from __future__ import annotations

import hashlib
from operator import attrgetter

import msgspec

from crawler.models.posts import Post

# The fields that are stored: posts with equal ones have the same digest.
_CONTENT = attrgetter(
    "network",
    "url",
    "author",
    "published",
    "edited",
    "language",
    "text",
    "hashtags",
    "links",
    "cards",
)
_TRAITS = attrgetter(
    "thread_key", "thread_position", "visibility", "consent", "sensitive", "counts"
)


def post_digest(post: Post) -> str:
    """Return a digest that is equal for two values of `post` with the same stored fields."""
    return hashlib.blake2b(
        msgspec.json.encode((_CONTENT(post), _TRAITS(post))), digest_size=16
    ).hexdigest()
