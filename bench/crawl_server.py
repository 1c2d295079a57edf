"""A loopback web for the crawl benchmark: many hosts (127.0.1.1, 127.0.1.2, …) that serve one set
of pages as fast as they can.

    python -m bench.crawl_server HOSTS [FOLDER]      prints the port, serves until its standard
    input is closed

FOLDER contains pages (.html or .html.gz) to serve instead of generated ones.
"""

from __future__ import annotations

import asyncio
import gzip
import random
import sys
from pathlib import Path

GENERATED = 200
_WORDS = (
    "queue",
    "log",
    "replica",
    "leader",
    "quorum",
    "shard",
    "cache",
    "index",
    "commit",
    "snapshot",
    "cluster",
    "latency",
    "retry",
    "broker",
    "topic",
    "partition",
    "offset",
    "consumer",
    "producer",
    "service",
    "request",
    "timeout",
    "deadline",
    "clock",
    "vector",
    "merge",
    "conflict",
    "lease",
    "lock",
    "fence",
    "epoch",
    "term",
    "vote",
    "record",
    "page",
    "block",
    "write",
    "read",
    "append",
    "flush",
    "the",
    "a",
    "of",
    "and",
    "when",
    "it",
    "is",
    "not",
)
_MISSING = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"


def host(number: int) -> str:
    """The address of a host, from 0."""
    return f"127.0.{1 + number // 250}.{1 + number % 250}"


def generated_pages(count: int = GENERATED, seed: int = 7) -> list[bytes]:
    """Pages in the shape of articles: head with scripts and metadata, navigation, 6 to 60
    paragraphs, comments, footer; 20 kB to 250 kB.
    """
    chance = random.Random(seed)
    return [_page(chance, number) for number in range(count)]


def read_pages(folder: Path) -> list[bytes]:
    """Every `.html` and `.html.gz` file under a folder."""
    files = sorted([*folder.rglob("*.html"), *folder.rglob("*.html.gz")])
    return [
        gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        for file in files
    ]


def _page(chance: random.Random, number: int) -> bytes:
    def words(low: int, high: int) -> str:
        return " ".join(chance.choices(_WORDS, k=chance.randint(low, high))).capitalize()

    def script_numbers() -> list[int]:
        return [chance.randrange(10**9) for _ in range(chance.randint(50, 600))]

    def items(count: int, name: str) -> str:
        return "".join(
            f'<li class="{name}"><a href="/{name}/{n}">{words(1, 4)}</a></li>' for n in range(count)
        )

    body = "".join(
        f"<h2>{words(2, 6)}</h2>" * (n % 5 == 0) + f"<p>{words(30, 120)}.</p>"
        for n in range(chance.randint(6, 60))
    )
    scripts = "".join(
        f"<script>var s{n}={script_numbers()};</script>" for n in range(chance.randint(3, 20))
    )
    comments = "".join(
        f'<div class="comment"><b>{words(1, 2)}</b><p>{words(5, 40)}.</p></div>'
        for _ in range(chance.randint(0, 30))
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{words(4, 9)} {number}</title>"
        '<meta property="og:site_name" content="Site">'
        f'<meta name="description" content="{words(10, 20)}">{scripts}</head>'
        f"<body><nav><ul>{items(60, 'nav')}</ul></nav>"
        f"<main><article><h1>{words(4, 9)}</h1>"
        '<p class="byline">By A. Writer, '
        f'<time datetime="2026-01-0{1 + number % 9}">January</time></p>'
        f"{body}</article>{comments}</main>"
        f"<aside><ul>{items(40, 'more')}</ul></aside>"
        f"<footer><ul>{items(30, 'foot')}</ul></footer></body></html>"
    ).encode()


class _Server(asyncio.Protocol):
    def __init__(self, answers: list[bytes]) -> None:
        self._answers = answers
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._heard = (self._heard + data).split(b"\r\n\r\n")
        for request in requests:
            number = request.split(b" ", 2)[1].strip(b"/")
            self._transport.write(
                self._answers[int(number) % len(self._answers)] if number.isdigit() else _MISSING
            )


async def _serve(hosts: int, pages: list[bytes]) -> None:
    loop = asyncio.get_running_loop()
    answers = [
        b"HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: %d\r\n\r\n%b"
        % (len(page), page)
        for page in pages
    ]
    first = await loop.create_server(lambda: _Server(answers), host(0), 0, backlog=1024)
    port = first.sockets[0].getsockname()[1]
    for number in range(1, hosts):
        await loop.create_server(lambda: _Server(answers), host(number), port, backlog=1024)
    print(port, flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(
        _serve(
            int(sys.argv[1]),
            read_pages(Path(sys.argv[2])) if len(sys.argv) > 2 else generated_pages(),
        )
    )
