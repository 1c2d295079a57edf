"""Index and query the same articles with the search of the site and with Pagefind."""

from __future__ import annotations

import html
import json
import random
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.claims import Side, versions_of
from bench.measuring import run_command
from bench.results import OURS
from bench.search.library import GeneratedArticle, fill_snapshot, generate_articles
from bench.search.transfer import CHROMIUM, measure_queries, query_figures
from devtools.peers import has_package, python_program

_MIN_LENGTH = 4
_MOST_QUERIES = 40
_ARTICLES_PER_QUERY = 8
_MEGABYTE = 1e6


@contextmanager
def sides(size: int, folder: Path) -> Iterator[list[Side]]:
    """Yield Hashtrail and Pagefind for `size` articles. Queries need Chromium."""
    articles = list(generate_articles(size))
    queries = make_queries(articles, min(_MOST_QUERIES, max(size // _ARTICLES_PER_QUERY, 2)))
    snapshot, pages = folder / "public.db", folder / "pages"
    fill_snapshot(iter(articles)).execute("VACUUM INTO ?", (str(snapshot),))
    _write_pages(pages, articles)
    yield [
        Side(OURS, lambda: _hashtrail(snapshot, folder / "ours", queries), {}),
        Side(
            "Pagefind",
            (lambda: _pagefind(pages, queries)) if has_package("pagefind_bin") else None,
            versions_of("pagefind"),
        ),
    ]


def make_queries(articles: list[GeneratedArticle], count: int) -> list[str]:
    """Return `count` queries of one or two words from titles, excerpts and texts of `articles`."""
    dice = random.Random(4)
    queries = []
    for article in dice.sample(articles, count):
        text = dice.choice((article.title, article.summary, article.text))
        words = [word for word in text.lower().strip(".").split() if len(word) >= _MIN_LENGTH]
        queries.append(" ".join(dice.sample(words, dice.choice((1, 2)))))
    return queries


def _hashtrail(snapshot: Path, site: Path, queries: list[str]) -> Mapping[str, float]:
    shutil.rmtree(site, ignore_errors=True)
    used = run_command([sys.executable, "-m", "bench.search.index_build", snapshot, site])
    return {**json.loads(used.output), **_query_figures(site, "hashtrail", queries)}


def _pagefind(site: Path, queries: list[str]) -> Mapping[str, float]:
    index = site / "pagefind"
    shutil.rmtree(index, ignore_errors=True)
    used = run_command([python_program("python") or "", "-m", "pagefind", "--site", site])
    size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    return {
        "index": used.cpu_seconds,
        "peak memory": used.peak_mb,
        "size of the index": size / _MEGABYTE,
        **_query_figures(site, "pagefind", queries),
    }


def _query_figures(site: Path, script: str, queries: list[str]) -> Mapping[str, float]:
    if not Path(CHROMIUM).exists():
        return {}
    return query_figures(measure_queries(site, script, queries))


def _write_pages(site: Path, articles: list[GeneratedArticle]) -> None:
    """Write the pages that Pagefind reads, and a page for its queries."""
    site.mkdir()
    for article in articles:
        page = (
            f'<!doctype html><html lang="en"><title>{html.escape(article.title)}</title>'
            f"<main data-pagefind-body><h1>{html.escape(article.title)}</h1>"
            f"<p>{html.escape(article.summary)}</p><p>{html.escape(article.text)}</p></main></html>"
        )
        (site / f"{article.number}.html").write_text(page, encoding="utf-8")
    (site / "search.html").write_text("<!doctype html><title>Search</title>", encoding="utf-8")
