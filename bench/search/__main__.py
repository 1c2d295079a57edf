"""Compare the search of the site with Pagefind: build time, memory, size, transfer per query.

    python -m bench.search [--articles N] [--pagefind "COMMAND"] [--queries N]

Both index the same generated library (`bench/search/library.py`) and run the same queries in one
page in Chromium, over HTTP with gzip. Without the package `pagefind` only our search is measured.
"""

from __future__ import annotations

import argparse
import html
import importlib.util
import random
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bench.search.index_build import build_index
from bench.search.library import GeneratedArticle, fill_snapshot, generate_articles
from bench.search.transfer import measure_queries, summary

_MIN_LENGTH = 4


def main() -> None:
    """Build both indexes, run the queries, print one line per step."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--pagefind", default=_installed_pagefind())
    arguments = parser.parse_args()
    articles = list(generate_articles(arguments.articles))
    queries = make_queries(articles, arguments.queries)
    with tempfile.TemporaryDirectory() as folder:
        _measure_ours(Path(folder), articles, queries)
        if arguments.pagefind:
            _measure_pagefind(Path(folder), articles, queries, shlex.split(arguments.pagefind))


def make_queries(articles: list[GeneratedArticle], count: int) -> list[str]:
    """Return `count` queries of one or two words from titles, excerpts and texts of `articles`."""
    dice = random.Random(4)
    queries = []
    for article in dice.sample(articles, count):
        text = dice.choice((article.title, article.summary, article.text))
        words = [word for word in text.lower().strip(".").split() if len(word) >= _MIN_LENGTH]
        queries.append(" ".join(dice.sample(words, dice.choice((1, 2)))))
    return queries


def _measure_ours(folder: Path, articles: list[GeneratedArticle], queries: list[str]) -> None:
    snapshot, site = folder / "public.db", folder / "ours"
    fill_snapshot(iter(articles)).execute("VACUUM INTO ?", (str(snapshot),))
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:  # its peak memory is the index's
        print(pool.submit(build_index, snapshot, site).result(), flush=True)
    print(summary("hashtrail", measure_queries(site, "hashtrail", queries)), flush=True)


def _measure_pagefind(
    folder: Path, articles: list[GeneratedArticle], queries: list[str], command: list[str]
) -> None:
    site = folder / "pages"
    site.mkdir()
    for article in articles:
        page = (
            f'<!doctype html><html lang="en"><title>{html.escape(article.title)}</title>'
            f"<main data-pagefind-body><h1>{html.escape(article.title)}</h1>"
            f"<p>{html.escape(article.summary)}</p><p>{html.escape(article.text)}</p></main></html>"
        )
        (site / f"{article.number}.html").write_text(page, encoding="utf-8")
    wall = time.perf_counter()
    subprocess.run([*command, "--site", str(site)], check=True, stdout=subprocess.DEVNULL)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    files = [path for path in (site / "pagefind").rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    print(
        f"{'pagefind':12} {len(articles):,} articles: {time.perf_counter() - wall:.2f} s, "
        f"{usage.ru_utime + usage.ru_stime:.2f} s CPU, peak {usage.ru_maxrss // 1024} MB, "
        f"{len(files):,} files, {size / 1e6:.1f} MB",
        flush=True,
    )
    (site / "search.html").write_text("<!doctype html><title>Search</title>", encoding="utf-8")
    print(summary("pagefind", measure_queries(site, "pagefind", queries)), flush=True)


def _installed_pagefind() -> str:
    has_package = importlib.util.find_spec("pagefind") is not None
    return f"{sys.executable} -m pagefind" if has_package else ""


if __name__ == "__main__":
    main()
