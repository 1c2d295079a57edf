"""Articles and the texts made of them are kept from build to build by version."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.sitegen.article_records import ArticleRecords
from crawler.sitegen.site_model import read_site_model
from crawler.sitegen.snapshot_reader import ListedArticle, open_snapshot
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory

VERSIONS = array("Q", [0, 2**63 + 2])


@pytest.fixture
def article(factory: Factory, tmp_path: Path) -> ListedArticle:
    number = factory.article("Quorums")
    with closing(open_snapshot(factory.save(tmp_path / "public.db"))) as snapshot:
        stored = read_site_model(snapshot).articles[number]
    stored.texts["row"] = "<p>Quorums</p>"
    return stored


def _read(path: Path, basis: str = "rules", versions: array[int] = VERSIONS) -> list[ListedArticle]:
    with closing(ArticleRecords(path, basis, versions)) as records:
        return list(records.read([1]).values())


def _store(path: Path, article: ListedArticle) -> None:
    with closing(ArticleRecords(path, "rules", VERSIONS)) as records:
        records.write([article])
        records.commit()


def test_article_of_the_same_version_is_read_with_its_texts(
    tmp_path: Path, article: ListedArticle
) -> None:
    _store(tmp_path / "articles.db", article)
    (read,) = _read(tmp_path / "articles.db")
    assert (read, read.texts) == (article, article.texts)


def test_article_of_another_version_or_basis_is_not_read(
    tmp_path: Path, article: ListedArticle
) -> None:
    path = tmp_path / "articles.db"
    _store(path, article)
    assert _read(path, versions=array("Q", [0, 2**63 + 4])) == []
    assert _read(path, versions=array("Q", [0])) == []
    assert len(_read(path)) == 1
    assert _read(path, basis="other rules") == []
    assert _read(path) == []


def test_article_without_a_version_is_not_stored(tmp_path: Path, article: ListedArticle) -> None:
    unknown = array("Q", [0, 0])
    with closing(ArticleRecords(tmp_path / "articles.db", "rules", unknown)) as records:
        records.write([article])
        assert records.read([1]) == {}


def test_nothing_is_stored_before_commit(tmp_path: Path, article: ListedArticle) -> None:
    path = tmp_path / "articles.db"
    with closing(ArticleRecords(path, "rules", VERSIONS)) as records:
        records.write([article])
    assert _read(path) == []


def test_damaged_file_is_replaced(tmp_path: Path, article: ListedArticle) -> None:
    path = tmp_path / "articles.db"
    path.write_bytes(b"SQLite format 3\0" + b"damaged" * 200)
    assert _read(path) == []
    _store(path, article)
    assert _read(path) == [article]


def test_record_that_cannot_be_decoded_is_not_used(tmp_path: Path, article: ListedArticle) -> None:
    path = tmp_path / "articles.db"
    _store(path, article)
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE record SET article = x'c1'")
        db.commit()
    assert _read(path) == []


def test_words_that_the_snapshot_lost_are_not_in_the_records(
    tmp_path: Path, factory: Factory, build: Build
) -> None:
    changed = factory.article("Forgettable")
    factory.article("Quorums")
    records = tmp_path / "site/.builds/articles.db"
    build()
    assert b"Forgettable" in records.read_bytes()
    factory.db.conn.execute("UPDATE articles SET title = 'Clocks' WHERE id = ?", (changed,))
    build()
    assert b"Forgettable" not in records.read_bytes()
    assert b"Quorums" in records.read_bytes()


def test_record_with_more_texts_replaces_one_with_fewer(
    tmp_path: Path, article: ListedArticle
) -> None:
    path, workers = tmp_path / "articles.db", [tmp_path / "1.db", tmp_path / "2.db"]
    _store(path, article)
    article.texts["title"] = "Quorums"
    _store(workers[0], article)
    article.texts.clear()
    _store(workers[1], article)
    with closing(ArticleRecords(path, "rules", VERSIONS)) as records:
        for worker in workers:
            records.add_from(worker)
        records.commit()
    assert [sorted(read.texts) for read in _read(path)] == [["row", "title"]]


def test_lists_in_all_folders_share_one_row_of_an_article(
    tmp_path: Path, factory: Factory, build: Build, page: Callable[[str], str]
) -> None:
    factory.topic("caching")
    factory.article("Quorums", "https://a.example/quorums", topics={"caching": "certain"})
    build()
    link = 'article/1-quorums.html">Discussion and evidence</a>'
    assert f'<a href="{link}' in page("index.html")
    assert f'<a href="../{link}' in page("topic/caching.html")
    assert f'<a href="../{link}' in page("source/a.example.html")
    with closing(sqlite3.connect(tmp_path / "site/.builds/articles.db")) as db:
        (stored,) = db.execute("SELECT article FROM record").fetchone()
    assert stored.count(b'class="row-end"') == 1
    assert b"../" not in stored


def test_records_of_the_main_process_do_not_stay_in_memory(
    tmp_path: Path, article: ListedArticle
) -> None:
    path, count = tmp_path / "articles.db", 3_000
    versions = array("Q", [2**63 + 2] * (count + 1))
    large = replace(article, texts={"row": "x" * 4_000})
    with closing(ArticleRecords(path, "rules", versions)) as records:
        with records.shared(tmp_path):
            records.write([article])
            assert records.read([1]) == {1: article}
            records.write(replace(large, id=number) for number in range(1, count + 1))
            assert (tmp_path / "main-process.db").stat().st_size > 4_000 * count / 2
        assert records.read([1]) == {}
        records.add_from(tmp_path / "main-process.db")
        assert path.stat().st_size > 4_000 * count / 2
        assert records.read([1]) == {1: large}
