"""The explorer page of the static site: its files, policy, headers and unchanged builds."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from crawler.serving.content_security_policy import CONTENT_SECURITY_POLICY, EXPLORER_POLICY
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory

Page = Callable[[str], str]


@pytest.fixture
def built(factory: Factory, build: Build, tmp_path: Path) -> Path:
    """The folder of a site with the explorer page."""
    factory.topic("caching")
    factory.article("Caches", topics={"caching": "certain"})
    build(explorer="browser")
    return tmp_path / "site/public"


def test_site_without_the_setting_has_no_explorer_page(build: Build, tmp_path: Path) -> None:
    build()
    assert not (tmp_path / "site/public/explore").exists()
    assert "explore" not in (tmp_path / "site/public/_headers").read_text()


def test_page_names_a_published_copy_of_the_snapshot(built: Path) -> None:
    (snapshot,) = built.glob("explore/files/public.*.db")
    page = (built / "explore/index.html").read_text()
    assert f'data-snapshot="../explore/files/{snapshot.name}"' in page
    assert f'data-size="{snapshot.stat().st_size}"' in page
    with closing(sqlite3.connect(snapshot)) as db:
        assert db.execute("SELECT title FROM article_list").fetchall() == [("Caches",)]


def test_second_build_of_the_same_rows_changes_nothing(built: Path, build: Build) -> None:
    before = built.resolve()
    result = build(explorer="browser")
    assert (result.written, result.removed) == (0, 0)
    assert built.resolve() == before


def test_new_rows_give_the_snapshot_a_new_name(built: Path, factory: Factory, build: Build) -> None:
    (before,) = built.glob("explore/files/public.*.db")
    factory.article("More about caches", topics={"caching": "certain"})
    build(explorer="browser")
    (after,) = built.glob("explore/files/public.*.db")
    assert before.name != after.name


def test_only_the_explorer_page_may_compile_webassembly(built: Path) -> None:
    root = built.resolve()
    wide = [path for path in root.rglob("*.html") if EXPLORER_POLICY in _policy(path)]
    assert [path.relative_to(root).as_posix() for path in wide] == ["explore/index.html"]
    assert CONTENT_SECURITY_POLICY in _policy(root / "index.html")


def _policy(page: Path) -> str:
    return page.read_text().replace("&#39;", "'")


def test_header_of_static_hosts_allows_what_the_explorer_page_needs(built: Path) -> None:
    headers = (built / "_headers").read_text()
    assert headers.count("Content-Security-Policy") == 1
    assert EXPLORER_POLICY in headers


def test_result_without_input_is_a_file(built: Path) -> None:
    (path,) = built.glob("explore/files/*/newest_articles.json")
    result = json.loads(path.read_text())
    assert [row[result["columns"].index("title")] for row in result["rows"]] == ["Caches"]
    assert not result["isTruncated"]


def test_pages_link_to_their_queries_on_the_explorer_page(built: Path) -> None:
    topic = (built / "topic/caching.html").read_text()
    assert 'href="../explore/index.html#articles_of_a_topic?topic=caching"' in topic
    assert 'href="explore/index.html"' in (built / "index.html").read_text()


def test_definitions_have_every_query_with_its_parameters(built: Path) -> None:
    (path,) = built.glob("explore/files/*/queries.json")
    definitions = json.loads(path.read_text())
    used = {name for query in definitions["queries"] for name in query["parameters"]}
    assert {"most_shared", "articles_of_a_topic"} <= {q["name"] for q in definitions["queries"]}
    assert used <= {parameter["name"] for parameter in definitions["parameters"]}
