"""Prepare posts for storage: limited, without secrets, with the digest of stored fields. No I/O."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crawler.consent.levels import reduce_to_level
from crawler.consent.mentioned_people import names_in_post
from crawler.models.posts import Link, Post
from crawler.store.post_digest import post_digest
from crawler.store.post_size_limits import limited
from crawler.store.redact_secrets import redacted


@dataclass(frozen=True, slots=True)
class PreparedPost:
    """A post of limited size and without secrets.

    `names` are the people that it may name. `digest` is that of its stored fields if neither a
    withdrawal nor an erasure concerns it.
    """

    post: Post
    names: frozenset[str]
    digest: str

    @property
    def uri(self) -> str:
        """Return the URI of the post."""
        return self.post.uri


def prepare_post(post: Post) -> PreparedPost:
    """Return `post` prepared for storage; a prepared post would not change."""
    post = limited(redacted(post))
    return PreparedPost(post, names_in_post(post), post_digest(stored_fields(post)))


def stored_fields(post: Post) -> Post:
    """Return `post` with the fields that its consent allows.

    Every link of a card is among the links, once.
    """
    links: dict[str, Link] = {}
    for link in (*post.links, *(Link(c.link, origin="card") for c in post.cards if c.link)):
        links.setdefault(link.url, link)
    if len(links) != len(post.links):
        post = replace(post, links=tuple(links.values()))
    return reduce_to_level(post, post.consent)
