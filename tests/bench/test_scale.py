"""The scale benchmark: a seed gives one library, and a step that is done is skipped."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bench.scale import __main__ as scale
from bench.scale.export_lines import chunk_lines, write_export
from bench.scale.library import CHUNK, POSTS_PER_ARTICLE, Library
from bench.scale.steps import Folders
from crawler.topics.taxonomy import read_taxonomy
from crawler.workspace import bundled_path

ARTICLES = 60
STEPS = ("generate", "import")


def library(size: int) -> Library:
    topics = read_taxonomy(bundled_path("data", "topics")).topics
    return Library.create(size, list(topics.values()))


def test_two_libraries_of_a_seed_have_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_export(library(ARTICLES), tmp_path / name)
    first, second = (sorted((tmp_path / name).iterdir()) for name in ("first", "second"))
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in second]


def test_later_articles_are_others_with_three_posts_each() -> None:
    made = library(CHUNK)
    old, new = (next(made.chunks(start, start + ARTICLES)) for start in (0, CHUNK))
    assert len(new.posts) == POSTS_PER_ARTICLE * len(new.articles) == POSTS_PER_ARTICLE * ARTICLES
    assert not {article.url for article in old.articles} & {article.url for article in new.articles}
    lines = [json.loads(line) for line in chunk_lines(new)]
    assert {line["type"] for line in lines} == {"article", "post"}


def test_steps_store_every_row_and_are_skipped_when_done(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    results = scale.run_steps(folders, ARTICLES, STEPS)
    assert all(results[step]["cpu_seconds"] > 0 for step in STEPS)
    assert "import of all files" in scale.table(results)
    with closing(sqlite3.connect(folders.workspace / "data/state/hashtrail.db")) as conn:
        assert conn.execute("SELECT count(*) FROM posts").fetchone()[0] == 3 * ARTICLES
        assert conn.execute("SELECT count(*) FROM articles").fetchone()[0] >= ARTICLES

    before = (tmp_path / "result.json").read_bytes()
    scale.run_steps(folders, ARTICLES, STEPS)
    assert (tmp_path / "result.json").read_bytes() == before


def test_benchmark_without_enough_space_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="are needed"):
        scale._check_space(tmp_path, 10**12)
