"""How well articles are read: text, titles, authors and dates against pages whose truth people
wrote. `report()` is printed by `python -m bench.quality`.

Whole texts: 4-word shingles as multisets; matched, extra and missed divided by their sum per page,
precision and recall averaged over pages, F1 of the
averages (the method of scrapinghub/article-extraction-benchmark). Snippets: found wanted ones are
hits, found unwanted ones false alarms, pooled.
"""

from __future__ import annotations

import collections
import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from crawler.extract.extract_page import PageInput, extract_page
from crawler.models.articles import Article

ARTICLES = Path(__file__).resolve().parents[2] / "shared" / "corpora" / "articles"
WORD = re.compile(r"\w+")
FLOORS = {
    "aeb text F1": 0.978,
    "flink text F1": 0.996,
    "rdb text F1": 0.963,
    "traf text F1": 0.949,
    "flink title": 1.0,
    "flink author": 0.99,
    "flink date": 1.0,
    "traf title": 0.95,
    "traf author": 0.87,
    "traf date": 0.939,
}
Gram = tuple[str, ...]
Row = tuple[str, float, int, float | None]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 over a number of pages."""

    pages: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return (
            2 * self.precision * self.recall / (self.precision + self.recall)
            if self.precision + self.recall
            else 0.0
        )


def grams(words: Sequence[str]) -> list[Gram]:
    """The 4-word shingles of a text; one shorter shingle when it has fewer words."""
    return [tuple(words[i : i + 4]) for i in range(max(len(words) - 4, 0) + 1)] if words else []


def scored(pages: Iterable[tuple[dict[str, Any], str]]) -> list[tuple[str, Score]]:
    """Text scores of each set from (truth, text read)."""
    whole, pooled = collections.defaultdict(list), collections.defaultdict(list)
    for truth, text in pages:
        name = truth["name"].split("-")[0]
        if truth["kind"] == "full_text":
            whole[name].append(_overlap(truth["text"], text))
        elif truth["kind"] == "snippets":
            pooled[name].append(_snippets(truth, text))
    averaged = [(name, Score(len(rows), *_averages(rows))) for name, rows in whole.items()]
    return sorted(
        averaged + [(name, Score(len(rows), *_pool(rows))) for name, rows in pooled.items()]
    )


def truths(folder: Path = ARTICLES) -> Iterator[dict[str, Any]]:
    """The rows of truth.jsonl."""
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def read(truth: dict[str, Any], folder: Path = ARTICLES) -> Article | None:
    """One page of the corpus as our reader sees it; None when it is refused."""
    result = extract_page(
        PageInput(
            truth.get("url") or "https://example.org/page",
            gzip.decompress((folder / truth["file"]).read_bytes()),
        )
    )
    return result if isinstance(result, Article) else None


def in_sample(name: str, part: int, parts: int) -> bool:
    """Whether a page is in sample `part` of `parts` equal ones, by the hash of its `name`."""
    return int(hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(), 16) % parts == part


def report(folder: Path = ARTICLES, part: int = 0, parts: int = 1) -> list[Row]:
    """(name, value, pages, floor) of every measure, on one of `parts` samples of the corpus; []
    when the corpus is absent.
    """
    if not folder.is_dir():
        return []
    pages = [
        (truth, read(truth, folder))
        for truth in truths(folder)
        if in_sample(truth["name"], part, parts)
    ]
    rows: list[Row] = [
        (f"{n} text F1", s.f1, s.pages, FLOORS.get(f"{n} text F1"))
        for n, s in scored((t, a.text if a else "") for t, a in pages)
    ]
    return rows + [
        (name, hits / count, count, FLOORS.get(name))
        for name, (hits, count) in sorted(_metadata(pages).items())
    ]


def _overlap(gold: str, got: str) -> tuple[float, float, float]:
    wanted, found = (collections.Counter(grams(WORD.findall(text))) for text in (gold, got))
    both = sum((wanted & found).values())
    extra, missed = sum(found.values()) - both, sum(wanted.values()) - both
    return both, extra, missed


def _averages(rows: Sequence[tuple[float, float, float]]) -> tuple[float, float]:
    precision = [
        tp / (tp + fp) if tp else float(not fp and not fn) for tp, fp, fn in rows if tp + fp
    ]
    recall = [tp / (tp + fn) if tp else float(not fp and not fn) for tp, fp, fn in rows if tp + fn]
    return fmean(precision or [0]), fmean(recall or [0])


def _snippets(truth: dict[str, Any], text: str) -> tuple[int, int, int]:
    flat = " ".join(text.split())
    wanted, unwanted = (
        [" ".join(s.split()) in flat for s in truth[key]]
        for key in ("must_include", "must_exclude")
    )
    return sum(wanted), sum(unwanted), len(wanted) - sum(wanted)


def _pool(rows: Sequence[tuple[int, int, int]]) -> tuple[float, float]:
    hits, alarms, missed = map(sum, zip(*rows, strict=True))
    return hits / max(1, hits + alarms), hits / max(1, hits + missed)


def _metadata(pages: Sequence[tuple[dict[str, Any], Article | None]]) -> dict[str, tuple[int, int]]:
    counts: dict[str, tuple[int, int]] = {}
    for truth, article in pages:
        for field, good in _judged(truth, article):
            name = f"{truth['name'].split('-')[0]} {field}"
            hits, count = counts.get(name, (0, 0))
            counts[name] = (hits + good, count + 1)
    return {
        name: value for name, value in counts.items() if name.split()[0] in ("flink", "msc", "traf")
    }


def _judged(truth: dict[str, Any], article: Article | None) -> Iterator[tuple[str, bool]]:
    """Title: one contains the other; author: a word in common; date: the same day."""
    if truth.get("title"):
        wanted, got = _plain(truth["title"]), _plain(article.title if article else "")
        yield "title", bool(got) and (wanted in got or got in wanted)
    if truth.get("author"):
        yield (
            "author",
            bool(
                set(_plain(truth["author"]).split())
                & set(_plain(" ".join(article.authors) if article else "").split())
            ),
        )
    if truth.get("date"):
        yield (
            "date",
            bool(
                article
                and article.published
                and article.published.date().isoformat() == str(truth["date"])[:10]
            ),
        )


def _plain(text: str) -> str:
    return re.sub(r"[^\w]+", " ", str(text)).strip().lower()
