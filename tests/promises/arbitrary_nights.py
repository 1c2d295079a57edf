"""Complete nights over arbitrary posts, links, feeds, mails and pages.

`python -m tests.promises.rig 100` runs a hundred of them.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from crawler.models.outcomes import Outcome
from tests.promises.workspace import Nights, feed_source, nights_with, rss

GOOD = "https://good.example/raft"
_SENTENCE = "replicas vote, a leader is chosen, and the log is kept in one order by all."
_HOSTILE = st.sampled_from([
    "#" * 30_000, "…" * 20_000, "\u202e\u0000\ufdd0", "a\u0301" * 500, "[" * 2_000, "&amp;" * 500,
    "<b>" * 500, "'" * 1_000, "\ud800", "-1", "1e999", "9" * 400, "%00", "\U0001f600" * 50,
    "  \n" * 500,
])  # fmt: skip
TEXT = st.one_of(
    st.text(st.characters(categories=("L", "N", "P", "S", "Z", "Cs", "Cc")), max_size=60), _HOSTILE
)
_HOSTS = [
    "a[b@e.example",
    "[::1",
    "e.example:99999",
    "pages.example",
    "xn--",
    "user：x@e.example",
    "%",
    "e..example",
    "localhost",
    "127.1",
    "",
]
URL = st.one_of(
    TEXT,
    st.builds(
        "{}{}/{}".format,
        st.sampled_from(["https://", "http://", "//", "javascript:", "HTTPS:\\\\", "mailto:"]),
        st.sampled_from(_HOSTS),
        st.one_of(st.integers(0, 9), TEXT),
    ),
)
VALUE = st.one_of(
    TEXT, URL, st.none(), st.integers(), st.floats(), st.booleans(), st.lists(TEXT, max_size=3)
)
POST = st.fixed_dictionaries(
    {"type": st.just("post"), "uri": TEXT, "text": TEXT},
    optional={
        "network": TEXT, "url": URL, "links": st.lists(URL, max_size=5),
        "hashtags": st.lists(TEXT, max_size=4), "published": VALUE, "author": VALUE,
        "cards": VALUE, "counts": VALUE, "language": TEXT, "thread_key": TEXT,
    },
)  # fmt: skip
LINE = st.one_of(
    POST.map(json.dumps), VALUE.map(json.dumps), TEXT.map(lambda text: text.replace("\n", " "))
)
PAGE = st.builds(
    '<html lang="{}"><head><title>{}</title><link rel="canonical" href="{}"></head>'
    "<body><h1>{}</h1><p>{} consensus</p><a href=\"{}\">x</a></body></html>".format,
    TEXT, TEXT, URL, TEXT, TEXT, URL,
)  # fmt: skip
MAIL = st.builds(
    "From: {}\nSubject: {}\nDate: {}\nContent-Type: text/html\n\n<a href=\"{}\">{}</a>\n".format,
    TEXT, TEXT, TEXT, URL, TEXT,
)  # fmt: skip


@dataclass
class World:
    """The input of one night: lines of an inbox file, mails, a feed, pages."""

    lines: list[str]
    mails: list[str]
    items: list[tuple[str, str]]
    feed: bytes
    pages: list[str]


WORLD = st.builds(
    World,
    st.lists(LINE, max_size=12),
    st.lists(MAIL, max_size=3),
    st.lists(st.tuples(TEXT, URL), max_size=6),
    st.binary(max_size=200),
    st.lists(PAGE, min_size=1, max_size=4),
)


@contextmanager
def nights_over(folder: Path, world: World) -> Iterator[Nights]:
    """A workspace whose inbox and servers hold the world and one good item of each kind."""

    async def good(request: web.Request) -> web.Response:
        text = "".join(f"<p>Paragraph {n} of {request.path}: {_SENTENCE}</p>" for n in range(9))
        body = (
            f"<html><head><title>Raft</title></head><body><article>{text}</article></body></html>"
        )
        return web.Response(text=body, content_type="text/html")

    async def pages(request: web.Request) -> web.Response:
        number = sum(request.path.encode()) % len(world.pages)
        return web.Response(body=_bytes(world.pages[number]), content_type="text/html")

    async def feeds(request: web.Request) -> web.Response:
        if request.path == "/bytes":
            return web.Response(body=world.feed)
        return web.Response(body=_bytes(rss(*world.items)))

    sources = feed_source("items", "feeds.example") + feed_source(
        "bytes", "feeds.example", "/bytes"
    )
    hosts = {"feeds.example": feeds, "good.example": good, "pages.example": pages}
    with nights_with(folder, sources, hosts) as nights:
        inbox = nights.folder / "data/inbox"
        inbox.mkdir()
        (inbox / "posts.jsonl").write_bytes(b"\n".join(map(_bytes, world.lines)))
        for number, mail in enumerate(world.mails):
            (inbox / f"{number}.eml").write_bytes(_bytes(mail))
        good_post: dict[str, Any] = {
            "type": "post", "uri": "u:good", "network": "x", "links": [GOOD],
            "text": "On consensus #DistributedSystems", "hashtags": ["DistributedSystems"],
        }  # fmt: skip
        (inbox / "zz-good.jsonl").write_text(json.dumps(good_post), encoding="utf-8")
        yield nights


def check_night(folder: Path, world: World) -> None:
    """Crawl, build and crawl again; the good post and its article are stored and published."""
    with nights_over(folder, world) as nights:
        crawled = nights.run(command="crawl")
        assert crawled.outcome in ("ok", "degraded")
        built = nights.run(command="build")
        assert built.page
        assert nights.query("SELECT count(*) FROM posts WHERE uri = 'u:good'") == [(1,)]
        [(number,)] = nights.query("SELECT id FROM articles WHERE url = ? AND text <> ''", GOOD)
        assert list((nights.folder / "site/public/article").glob(f"{number}-*.html"))
        for failure in (*crawled.failures, *built.failures):
            assert failure.message
            assert Outcome(failure.outcome)


def run_examples(count: int, start: int = 0) -> int:
    """Run `count` arbitrary nights. Returns how many there were; raises for one that fails."""
    ran = 0

    @seed(start)
    @settings(
        max_examples=count,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(WORLD)
    def one(world: World) -> None:
        nonlocal ran
        with tempfile.TemporaryDirectory() as folder:
            check_night(Path(folder) / "kb", world)
        ran += 1

    one()
    return ran


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
