"""Pages per CPU second of the extractor, next to trafilatura's default, on the same pages.

    python -m bench.extract [ARTICLES_DIR] [--every N]

Hashtrail returns a whole `Article`: text, metadata with sources, links, language and directives.
`trafilatura.extract(html)` returns the text alone. The figures are CPU time of the process. The two
extract each page in turn, so that the load of the machine affects both.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import time
from collections.abc import Callable
from pathlib import Path

import trafilatura

from bench.quality_extraction import ARTICLES, truths
from crawler.extract.extract_page import PageInput, extract_page


def cpu(work: Callable[[], object]) -> float:
    """The CPU seconds of this process that a call takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def measure(folder: Path, every: int) -> list[dict[str, object]]:
    """Return a row for each set and one for all: pages, pages per CPU second, and the ratio."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    spent: dict[str, list[tuple[float, float]]] = {}
    for number, truth in enumerate(truths(folder)):
        if number % every:
            continue
        body = gzip.decompress((folder / truth["file"]).read_bytes())
        page = PageInput(truth.get("url") or "https://example.org/page", body)
        if number == 0:
            extract_page(page)
            trafilatura.extract(body)
        ours, theirs = cpu(lambda: extract_page(page)), cpu(lambda: trafilatura.extract(body))  # noqa: B023
        for name in (truth["name"].split("-")[0], "all"):
            spent.setdefault(name, []).append((ours, theirs))
    return [_row(name, pairs) for name, pairs in sorted(spent.items())]


def _row(name: str, pairs: list[tuple[float, float]]) -> dict[str, object]:
    ours, theirs = (sum(column) for column in zip(*pairs, strict=True))
    return {
        "set": name,
        "pages": len(pairs),
        "hashtrail pages per CPU s": round(len(pairs) / ours, 1),
        "trafilatura pages per CPU s": round(len(pairs) / theirs, 1),
        "ratio": round(theirs / ours, 2),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=ARTICLES)
    parser.add_argument("--every", type=int, default=1, help="measure every Nth page")
    options = parser.parse_args()
    for row in measure(options.folder, options.every):
        print(json.dumps(row))
