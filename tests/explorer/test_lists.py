"""Every list of the site and its question in the explorer give the same rows: both read the same
views.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from crawler.explorer.datasette_app import create_explorer
from crawler.named_queries.query_files import all_queries
from crawler.settings.all_settings import Settings
from crawler.settings.site import SiteSettings
from crawler.sitegen.build_site import build_site
from crawler.sitegen.run_status import read_crawl_status
from crawler.sitegen.site_model import SiteModel, read_site_model, sort_by_rank
from crawler.sitegen.snapshot_reader import open_snapshot
from crawler.workspace import Workspace, bundled_path
from tests.browser.sample import sample

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    here = Workspace(tmp_path_factory.mktemp("kb"), Settings())
    here.public_database.parent.mkdir(parents=True)
    sample().save(here.public_database)
    return here


@pytest.fixture(scope="module")
def model(workspace: Workspace) -> Iterator[SiteModel]:
    db = open_snapshot(workspace.public_database)
    yield read_site_model(db)
    db.close()


def ask(workspace: Workspace, question: str, column: str, **filled: Any) -> list[Any]:
    """One column of the answer to a question."""

    async def get() -> list[Any]:
        explorer = create_explorer(workspace)
        await explorer.invoke_startup()
        answer = await explorer.client.get(
            f"/public/{question}.json?" + urlencode({"_shape": "array", **filled})
        )
        return [row[column] for row in answer.json()]

    return asyncio.run(get())


def test_topic_list_equals_the_topic_page(workspace: Workspace, model: SiteModel) -> None:
    for topic in ("caching", "locking", "quiet"):
        assert ask(workspace, "articles_of_a_topic", "article_id", topic=topic) == [
            article.id for article in model.by_topic.get(topic, [])
        ]


def test_week_list_equals_the_week_page(workspace: Workspace, model: SiteModel) -> None:
    assert model.by_week
    for week, articles in model.by_week.items():
        assert ask(workspace, "articles_of_a_week", "article_id", week=week) == [
            article.id for article in sort_by_rank(articles)
        ]


def test_host_list_equals_the_publisher_page(workspace: Workspace, model: SiteModel) -> None:
    for host in sorted({article.host for article in model.articles.values()}):
        wanted = [article.id for article in model.articles.values() if article.host == host]
        assert ask(workspace, "articles_of_a_source", "article_id", host=host) == wanted


def test_entity_list_equals_the_entity_page(workspace: Workspace, model: SiteModel) -> None:
    assert model.entities
    for slug, entity in model.entities.items():
        wanted = [article.id for article in entity.articles]
        assert ask(workspace, "articles_of_an_entity", "article_id", entity=slug) == wanted


def test_kind_list_equals_the_page_of_the_kind(workspace: Workspace, model: SiteModel) -> None:
    for kind, articles in model.by_kind.items():
        wanted = [article.id for article in articles]
        assert ask(workspace, "articles_of_a_kind", "article_id", kind=kind) == wanted


def test_figures_equal_those_of_the_site(workspace: Workspace, model: SiteModel) -> None:
    wanted = {figure.name for figure in model.figures.of(list(model.articles))}
    assert set(ask(workspace, "figures_of_scale", "figure")) == wanted


def test_author_list_equals_the_author_page(workspace: Workspace, model: SiteModel) -> None:
    for author in sorted(model.named):
        wanted = [
            row[0]
            for row in model.db.execute(
                "SELECT article_id FROM shares WHERE author_id = ? AND consent = 'full'", (author,)
            )
        ]
        assert sorted(
            ask(workspace, "articles_of_an_author", "article_id", author_id=author)
        ) == sorted(wanted)


def test_front_page_lists_equal_those_of_the_site(workspace: Workspace, model: SiteModel) -> None:
    assert ask(workspace, "newest_articles", "article_id") == [
        article.id for article in model.listed
    ]
    assert ask(workspace, "this_week", "article_id") == [
        article.id for article in sort_by_rank(model.by_week[model.this_week])
    ]
    notes = [note.id for note in model.notes]
    assert [post for post in ask(workspace, "notes", "post_id") if post in notes] == notes
    folded = {other.id for note in model.notes for other in (*note.similar, *note.parts)}
    assert set(ask(workspace, "notes", "post_id")) == {*notes, *folded}


def test_topic_pairs_equal_those_of_the_site(workspace: Workspace, model: SiteModel) -> None:
    pairs = zip(
        ask(workspace, "topics_together", "topic"),
        ask(workspace, "topics_together", "with_topic"),
        strict=True,
    )
    assert set(pairs) == {
        (one, other)
        for one, others in model.cooccurring.items()
        for other, _ in others
        if one < other
    }


def test_failing_sources_equal_those_of_the_site(workspace: Workspace, model: SiteModel) -> None:
    wanted = [source.name for source in read_crawl_status(model.db).sources if source.failing]
    assert wanted
    assert sorted(ask(workspace, "failing_sources", "source")) == sorted(wanted)


def test_topic_weeks_equal_those_of_the_pages(workspace: Workspace, model: SiteModel) -> None:
    activity = model.activity("caching", 200)
    found = dict(
        zip(
            ask(workspace, "topics_by_week", "week", topic="caching"),
            ask(workspace, "topics_by_week", "articles", topic="caching"),
            strict=True,
        )
    )
    assert found == {
        week: count for week, count in zip(activity.weeks, activity.counts, strict=True) if count
    }


def test_every_site_link_to_the_explorer_returns_status_200(
    workspace: Workspace, tmp_path: Path
) -> None:
    here = "https://explorer.example"
    build_site(
        workspace.public_database,
        tmp_path / "public",
        SiteSettings(explorer_url=here),
        NOW,
        bundled_path("templates"),
        bundled_path("site", "assets"),
    )
    pages = (page.read_text(encoding="utf-8") for page in (tmp_path / "public").rglob("*.html"))
    links = {
        unescape(found) for page in pages for found in re.findall(rf'href="{here}(/[^"]*)"', page)
    }
    questions = {link.partition("?")[0].removeprefix("/public/") for link in links}
    with_page = {query.name for query in all_queries() if query.page}
    assert with_page - {"notes", "this_week", "topics_together"} <= questions

    async def asked() -> dict[str, int]:
        explorer = create_explorer(workspace)
        await explorer.invoke_startup()
        return {link: (await explorer.client.get(link)).status_code for link in sorted(links)}

    assert {link: status for link, status in asyncio.run(asked()).items() if status != 200} == {}


def test_row_links_equal_the_urls_of_the_site(
    workspace: Workspace, model: SiteModel, tmp_path: Path
) -> None:
    explorer = create_explorer(workspace)

    async def page_of(article: int) -> str:
        await explorer.invoke_startup()
        return (await explorer.client.get(f"/public/articles/{article}")).text

    for article in model.articles.values():
        assert f"/site/{article.path}" in asyncio.run(page_of(article.id))
