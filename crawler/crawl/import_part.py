"""Parse one part of a file to import, and prepare its posts and URLs, in a child process.

The parent process stores the part. Its rows take as much time as the work of the child.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import msgspec

from crawler.error_isolation import item_failure, process_isolated
from crawler.importers.file_parts import FilePart, PartStart
from crawler.importers.record_types import MAX_FAILURES, ImportResult
from crawler.importers.sandboxed_import import ImportFile, parse_import_part
from crawler.links.article_key import NormalizedUrl, normalize_url
from crawler.models.posts import Post
from crawler.paused_collector import paused_collector
from crawler.store.prepare_posts import PreparedPost, prepare_post


@dataclass(frozen=True, slots=True)
class KeyedPart:
    """The content of a part: its posts, prepared, and the article key of each URL in it.

    `result` has no posts.
    """

    result: ImportResult
    posts: tuple[PreparedPost, ...]
    keys: dict[str, NormalizedUrl]

    def key(self, url: str) -> NormalizedUrl:
        """Return the article key of any `url`."""
        return self.keys.get(url) or normalize_url(url)


@dataclass(frozen=True, slots=True)
class EncodedPart:
    """A part as a child process returns it: MessagePack needs a fifth of the time of pickle.

    `following` is where each later part begins, if this is the first part.
    """

    content: bytes
    following: tuple[PartStart, ...]

    def decoded(self) -> KeyedPart:
        """Return the content of the part."""
        with paused_collector():  # a part has many objects, and none of them is garbage
            return _decoder.decode(self.content)


# Many posts share an article, also over the parts of a file.
_normalized = lru_cache(10_000)(normalize_url)
_decoder: msgspec.msgpack.Decoder[KeyedPart] = msgspec.msgpack.Decoder(KeyedPart)


def parse_keyed_part(argument: tuple[ImportFile, PartStart]) -> EncodedPart:
    """Return the content of one part. Runs in a child process.

    `argument` is the file and where the part begins. Raises InputError that names the file if
    nothing in it can be imported, and UsageError for an unknown format.
    """
    part: FilePart = parse_import_part(*argument)
    with paused_collector():
        content = msgspec.msgpack.encode(keyed_part(part.result))
    return EncodedPart(content, part.following)


def keyed_part(result: ImportResult) -> KeyedPart:
    """Return the content of a part with prepared posts and with keys.

    A post of `result` that cannot be prepared becomes a Failure.
    """
    prepared, failures = process_isolated(
        result.posts, _prepared, lambda post, error: item_failure("post", post.uri, error)
    )
    posts = tuple(post for part in prepared for post in part)
    keys = {url: _normalized(url) for url in _urls(result, posts)}
    without_posts = replace(
        result,
        posts=(),
        failures=(*result.failures, *failures)[:MAX_FAILURES],
        failed=result.failed + len(failures),
    )
    return KeyedPart(without_posts, posts, keys)


def _prepared(posts: Sequence[Post]) -> list[PreparedPost]:
    return [prepare_post(post) for post in posts]


def _urls(result: ImportResult, posts: Sequence[PreparedPost]) -> set[str]:
    urls = {link.url for made in posts for link in made.post.links}
    urls |= {card.link for made in posts for card in made.post.cards if card.link}
    return urls | {article.url for article in result.articles}
