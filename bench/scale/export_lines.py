"""The library as files of JSON Lines, as `hashtrail import` reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from bench.scale.library import Chunk, Library, LibraryArticle, LibraryPost

_CHUNKS_PER_FILE = 25  # about 200 MB; an import reads files of at most 512 MB
_encode = msgspec.json.Encoder().encode


def write_export(library: Library, folder: Path, start: int = 0, stop: int | None = None) -> int:
    """Write the articles `start` + 1 to `stop` of a `library`, and their posts, as files.

    Returns their bytes. The files are named by the order in which they are imported.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    out: BinaryIO | None = None
    try:
        for number, chunk in enumerate(library.chunks(start, stop)):
            if number % _CHUNKS_PER_FILE == 0:
                if out:
                    out.close()
                name = f"export-{number // _CHUNKS_PER_FILE:04}.jsonl"
                out = (folder / name).open("wb")
            assert out
            for line in chunk_lines(chunk):
                written += out.write(line)
    finally:
        if out:
            out.close()
    return written


def chunk_lines(chunk: Chunk) -> Iterator[bytes]:
    """Yield the lines of the articles of a `chunk`, then those of its posts."""
    for article in chunk.articles:
        yield _encode(_article(article)) + b"\n"
    for post in chunk.posts:
        yield _encode(_post(post)) + b"\n"


def _article(article: LibraryArticle) -> dict[str, object]:
    return {
        "type": "article",
        "url": article.url,
        "title": article.title,
        "text": article.text,
        "authors": [article.author],
        "site_name": article.host.partition(".")[0].title(),
        "published": f"{article.seen:%Y-%m-%dT%H:%M:%SZ}",
        "language": article.language,
        "summary": article.summary,
    }


def _post(post: LibraryPost) -> dict[str, object]:
    cards = [{"title": post.card, "link": post.link}] if post.card else []
    return {
        "type": "post",
        "uri": post.url,
        "url": post.url,
        "network": post.network,
        "author": {"handle": post.handle, "name": f"Writer {post.author}"},
        "published": f"{post.published:%Y-%m-%dT%H:%M:%SZ}",
        "text": post.text,
        "hashtags": list(post.hashtags),
        "links": [post.link] if post.link else [],
        "cards": cards,
    }
