"""A page with `noarchive` in any spelling leaves no byte in the archive; others are archived."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.crawl.fetch_and_extract import FetchedPage, PipelineOptions, fetch_pages
from crawler.extract.extract_page import extract_page
from crawler.fetch.fetcher import Fetcher, FetcherConfig
from crawler.fetch.politeness import PolitenessPolicy
from crawler.fetch.warc_archive import WarcArchive
from crawler.models.articles import Article
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure
from tests.crawl.test_fetch_and_extract import Forgetful, Inline
from tests.virtual_time import now, run

URL = "https://blog.example/leases"
NIGHT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
TEXT = " ".join(
    f"Lease {n} expires, and its holder learns that from a fencing token." for n in range(30)
)
HTML = (
    "<!doctype html><html><head>{head}<title>Leases</title></head><body><article>"
    "<p>{text}</p>{foot}</article></body></html>"
)


def html(head: str = "", foot: str = "", encoding: str = "utf-8") -> bytes:
    return HTML.format(head=head, text=TEXT, foot=foot).encode(encoding)


META = [
    '<meta name="robots" content="noarchive">',
    "<META NAME=ROBOTS CONTENT=NOARCHIVE>",
    '<meta content="index, NoArchive" name="robots">',
    "<meta name=robots content='noarch&#105;ve'>",
    "<meta name=robots content='&#x6e;oarchive'>",
    "<meta name='r&#111;bots' content=noarchive>",
    "<meta name=robots content=nocache>",
    "<meta name=robots content='no-archive'>",
    "<meta name=robots content='noindex noarchive'>",
    "<meta name=robots content='noindex;noarchive'>",
    "<meta name=robots content='follow|noarchive'>",
    "<meta/name=robots/content=noarchive>",
    "<meta/name='robots'/content='noarchive'>",
    "<meta\nname=robots\n\tcontent=noarchive>",
    "<meta name = robots content = noarchive />",
    "<meta data-note='a > b' name=robots content=noarchive>",
    f"<meta data-note='{'x' * 700}' name=robots content=noarchive>",
    f"<!-- {'x' * 80_000} --><meta name=robots content=noarchive>",
    f"<style>{'a{{}}' * 20_000}</style><meta name=robots content=noarchive>",
    "<meta name=hashtrail content=noarchive>",
    "<meta name=googlebot content=noarchive>",
    "<meta name=bingbot content='nocache'>",
    "<meta property=robots content=noarchive>",
    "<meta http-equiv='X-Robots-Tag' content=noarchive>",
    "<noscript><meta name=robots content=noarchive></noscript>",
    '<meta name="robots" value="noarchive">',
    "<meta name=“robots” content=“noarchive”>",
    "<meta name=robots content='ｎｏａｒｃｈｉｖｅ'>",
    "<meta name=robots content='all'><meta name=robots content=noarchive>",
]
HEADERS = [
    "noarchive",
    "NOARCHIVE, noindex",
    "nocache",
    "noindex, nocache",
    "noindex nofollow noarchive",
    "hashtrail: noarchive",
    "Hashtrail: noindex, noarchive",
    "otherbot: noarchive",
    "googlebot: noindex, *: noarchive",
    "unavailable_after: 25 Jun 2030 15:00:00 PST, noarchive",
    "max-snippet: 20, noarchive",
    '"noarchive"',
    "no-archive",
]
ARCHIVED = [
    "",
    "<meta name=robots content='index, follow'>",
    "<meta name=description content='The noarchive directive'>",
    "<meta name=keywords content='robots, noarchive'>",
    "<meta property='og:title' content='noarchive'>",
    "<!-- <meta name=robots content=noarchive> -->",
    "<meta name=robots content='archive'>",
]


def crawl(folder: Path, body: bytes, *headers: tuple[str, str]) -> FetchedPage:
    async def answer(task: FetchRequest) -> Response:
        if task.url.endswith("/robots.txt"):
            return Response(task.url, task.url, 404, (), b"", NIGHT)
        return Response(task.url, task.url, 200, headers, body, NIGHT)

    async def one() -> FetchedPage:
        with WarcArchive(folder, NIGHT) as archive:
            fetcher = Fetcher(
                answer,
                FetcherConfig(
                    agent="hashtrail",
                    policy=PolitenessPolicy(),
                    robots_cache=Forgetful(),
                    now=now,
                    store=archive.store,
                ),
            )
            tasks = [FetchRequest(URL, "page")]
            reading = PipelineOptions(read=extract_page)
            (page,) = [page async for page in fetch_pages(tasks, fetcher, Inline(), now, reading)]
            return page

    return run(one())


def assert_not_archived(folder: Path, page: FetchedPage) -> None:
    assert isinstance(page.result, Article)
    assert page.result.directives.noarchive
    assert page.response
    assert page.response.archive_file is None
    assert not list(folder.iterdir())


@pytest.mark.parametrize("meta", META)
def test_page_with_noarchive_meta_is_not_archived(tmp_path: Path, meta: str) -> None:
    page = crawl(tmp_path, html(meta), ("content-type", "text/html; charset=utf-8"))
    assert_not_archived(tmp_path, page)


@pytest.mark.parametrize("value", HEADERS)
@pytest.mark.parametrize("content_type", ["text/html", "text/plain"])
def test_page_with_noarchive_header_is_not_archived(
    tmp_path: Path, value: str, content_type: str
) -> None:
    body = html() if content_type == "text/html" else TEXT.encode()
    headers = (("content-type", content_type), ("x-robots-tag", value))
    assert_not_archived(tmp_path, crawl(tmp_path, body, *headers))


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le-bom", "utf-8-sig", "shift_jis", "cp1251"]
)
def test_page_with_noarchive_in_another_encoding_is_not_archived(
    tmp_path: Path, encoding: str
) -> None:
    meta = META[0]
    if encoding == "utf-16-le-bom":
        body = b"\xff\xfe" + html(meta, encoding="utf-16-le")
    else:
        words = {"shift_jis": "<p>分散システム</p>", "cp1251": "<p>Система</p>"}
        body = html(meta, words.get(encoding, ""), encoding)
    declared = ("content-type", f"text/html; charset={encoding.removesuffix('-le-bom')}")
    assert_not_archived(tmp_path, crawl(tmp_path, body, declared))


def test_page_with_noarchive_at_the_end_of_the_body_is_not_archived(tmp_path: Path) -> None:
    page = crawl(tmp_path, html(foot=META[0]), ("content-type", "text/html"))
    assert_not_archived(tmp_path, page)


@pytest.mark.parametrize("head", ARCHIVED)
def test_page_without_the_directive_is_archived(tmp_path: Path, head: str) -> None:
    page = crawl(tmp_path, html(head), ("content-type", "text/html"))
    assert page.response
    assert page.response.archive_file in [path.name for path in tmp_path.iterdir()]


def test_page_with_unreadable_directives_is_not_archived(tmp_path: Path) -> None:
    page = crawl(tmp_path, b"%PDF-1.7 broken", ("content-type", "application/pdf"))
    assert isinstance(page.result, Failure)
    assert not list(tmp_path.iterdir())
