"""Parse one part of a file to import, with the article keys of its URLs, in a child process.

The parent process stores the part. Keys take as much time as the rows, so the child computes them.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from crawler.importers.file_parts import FilePart, PartStart
from crawler.importers.record_types import ImportResult
from crawler.importers.sandboxed_import import ImportFile, parse_import_part
from crawler.links.article_key import NormalizedUrl, normalize_url
from crawler.paused_collector import paused_collector


@dataclass(frozen=True, slots=True)
class KeyedPart:
    """The content of a part, and the article key of each URL in it."""

    result: ImportResult
    keys: dict[str, NormalizedUrl]

    def key(self, url: str) -> NormalizedUrl:
        """Return the article key of any `url`."""
        return self.keys.get(url) or normalize_url(url)


@dataclass(frozen=True, slots=True)
class EncodedPart:
    """A part as a child process returns it: MessagePack needs a fifth of the time of pickle.

    `following` is None for the last part.
    """

    content: bytes
    following: PartStart | None

    def decoded(self) -> KeyedPart:
        """Return the content of the part."""
        with paused_collector():  # a part has many objects, and none of them is garbage
            return _decoder.decode(self.content)


_decoder: msgspec.msgpack.Decoder[KeyedPart] = msgspec.msgpack.Decoder(KeyedPart)


def parse_keyed_part(argument: tuple[ImportFile, PartStart]) -> EncodedPart:
    """Return the content of one part. Runs in a child process.

    `argument` is the file and where the part begins. Raises InputError that names the file if
    nothing in it can be imported, and UsageError for an unknown format.
    """
    part: FilePart = parse_import_part(*argument)
    keys = {url: normalize_url(url) for url in _urls(part.result)}
    content = msgspec.msgpack.encode(KeyedPart(part.result, keys))
    return EncodedPart(content, part.following)


def _urls(result: ImportResult) -> set[str]:
    urls = {link.url for post in result.posts for link in post.links}
    urls |= {card.link for post in result.posts for card in post.cards if card.link}
    return urls | {article.url for article in result.articles}
