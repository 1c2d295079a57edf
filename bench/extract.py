"""Extract articles from pages, next to other extractors, by CPU time of one process."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import trafilatura
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from bench.claims import Side, versions_of
from bench.crawl_server import generated_pages
from bench.measuring import cpu_seconds
from bench.quality_extraction import ARTICLES, truths
from bench.results import OURS
from crawler.extract.extract_page import PageInput, extract_page
from devtools.peers import has_package

URL = "https://example.org/page"


@contextmanager
def sides(size: int, folder: Path) -> Iterator[list[Side]]:
    """Yield Hashtrail, trafilatura, readability-lxml and resiliparse for `size` pages."""
    pages = _pages(size)
    for logger in ("trafilatura", "readability"):
        logging.getLogger(logger).setLevel(logging.CRITICAL)
    yield [
        Side(OURS, lambda: _rate(_hashtrail, pages), versions_of("lxml")),
        Side("trafilatura", lambda: _rate(trafilatura.extract, pages), versions_of("trafilatura")),
        _readability(pages),
        Side("resiliparse", lambda: _rate(_resiliparse, pages), versions_of("resiliparse")),
    ]


def _pages(size: int) -> list[bytes]:
    """Return real pages of the quality corpora, or generated ones without them."""
    if not ARTICLES.is_dir():
        return generated_pages(size)
    files = [ARTICLES / truth["file"] for truth in truths(ARTICLES)]
    chosen = files[:: max(len(files) // size, 1)][:size]
    return [gzip.decompress(file.read_bytes()) for file in chosen]


def _hashtrail(body: bytes) -> object:
    return extract_page(PageInput(URL, body))


def _resiliparse(body: bytes) -> object:
    return extract_plain_text(HTMLTree.parse_from_bytes(body), main_content=True)


def _readability(pages: list[bytes]) -> Side:
    if not has_package("readability"):
        return Side("readability-lxml", None, {})
    from readability import Document

    def read(body: bytes) -> object:
        document = Document(body.decode("utf-8", "replace"))
        return document.title(), document.summary()

    return Side("readability-lxml", lambda: _rate(read, pages), versions_of("readability-lxml"))


def _rate(extract: Callable[[bytes], object], pages: list[bytes]) -> Mapping[str, float]:
    return {"pages": len(pages) / cpu_seconds(lambda: [extract(page) for page in pages])}
