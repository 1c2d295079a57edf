"""The work of hot paths stays below a limit: 1.25 times the recorded count, not measured time.

After a change that is meant to cost more or less, record the counts again:

HASHTRAIL_ACCEPT=1 python -m pytest tests/bench/test_work_of_hot_paths.py

Bytecode differs between versions of Python, so each version has its own count. A version without
one is compared with the newest.
"""

from __future__ import annotations

import os
import random
import sys
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.crawl_server import generated_pages
from bench.store import posts
from bench.tag import texts, topics_of, words
from crawler.extract.extract_page import PageInput, extract_page
from crawler.store.database import open_memory
from crawler.store.posts import save_posts
from crawler.topics.learned_weights import LearnedWeights
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import make_taxonomy
from tests.bench.counted_work import count_database_steps, count_instructions

RECORDED = Path(__file__).with_name("counted_work.toml")
MOST = 1.25
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _tagging() -> int:
    dice = random.Random(1)
    phrases = [" ".join(words(dice, dice.randint(1, 3))) for _ in range(300)]
    tagger = Tagger(make_taxonomy(topics_of(phrases)), LearnedWeights())
    first, second = texts(dice, phrases, 2)
    tagger.tag(first)
    return count_instructions(lambda: tagger.tag(second))


def _extraction() -> int:
    first, second = (PageInput("https://example.org/page", page) for page in generated_pages(2))
    extract_page(first)
    return count_instructions(lambda: extract_page(second))


def _storing() -> int:
    db, (first, *others) = open_memory(), [*posts(61)]
    save_posts(db, "trail", [first], NOW)
    return count_instructions(lambda: save_posts(db, "trail", others, NOW))


def _database_steps_of_storing() -> int:
    db, new = open_memory(), [*posts(60)]
    return count_database_steps(db.conn, lambda: save_posts(db, "trail", new, NOW))


def _database_steps_of_known_posts() -> int:
    db, known = open_memory(), [*posts(60)]
    save_posts(db, "trail", known, NOW)
    return count_database_steps(db.conn, lambda: save_posts(db, "trail", known, NOW))


HOT_PATHS: dict[str, Callable[[], int]] = {
    "tag_a_text": _tagging,
    "extract_a_page": _extraction,
    "store_60_posts": _storing,
    "store_60_posts_database_steps": _database_steps_of_storing,
    "store_60_known_posts_database_steps": _database_steps_of_known_posts,
}


def _recorded() -> dict[str, dict[str, int]]:
    return tomllib.loads(RECORDED.read_text(encoding="utf-8"))


def _write(counts: dict[str, dict[str, int]]) -> None:
    lines = [
        line
        for name in HOT_PATHS
        for line in (
            f"[{name}]",
            *(f'"{python}" = {count}' for python, count in sorted(counts.get(name, {}).items())),
            "",
        )
    ]
    RECORDED.write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.parametrize("name", HOT_PATHS)
def test_work_of_a_hot_path_is_at_most_a_quarter_above_the_recorded(name: str) -> None:
    count = HOT_PATHS[name]()
    if os.environ.get("HASHTRAIL_ACCEPT") == "1":
        recorded = _recorded()
        recorded.setdefault(name, {})[PYTHON] = count
        _write(recorded)
    counts = _recorded()[name]
    limit = counts.get(PYTHON, counts[max(counts)])
    assert count <= limit * MOST, f"{count:,} instead of {limit:,} for Python {PYTHON}"


def test_half_more_work_exceeds_the_limit() -> None:
    def store(count: int) -> tuple[int, int]:
        (db, counted), new = (open_memory(), open_memory()), [*posts(count)]
        return (
            count_instructions(lambda: save_posts(db, "trail", new, NOW)),
            count_database_steps(counted.conn, lambda: save_posts(counted, "trail", new, NOW)),
        )

    for less, more in zip(store(40), store(60), strict=True):
        assert more > less * MOST


def test_counts_do_not_depend_on_the_order_of_calls() -> None:
    for work in (_tagging, _storing):
        first, second = work(), work()
        # Python 3.12 specializes a few instructions more in some calls.
        assert second == pytest.approx(first, rel=0.001)
