"""Pages of systems and organizations: which have one, and what it lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory


def text(html: str) -> str:
    """The visible text of a page, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.fixture
def articles(factory: Factory) -> list[int]:
    factory.topic("caching")
    return [
        factory.article(
            f"Article {number}",
            topics={"caching": "certain"},
            published=f"{2019 + number}-05-01T00:00:00Z",
            host=f"site{number}.example",
        )
        for number in range(4)
    ]


@pytest.mark.parametrize(
    ("kind", "label"), [("system", "System"), ("organisation", "Organization")]
)
def test_entity_in_three_articles_has_a_page(
    kind: str,
    label: str,
    factory: Factory,
    articles: list[int],
    build: Build,
    page: Callable[[str], str],
) -> None:
    factory.entity("Pelikan", articles[:3], kind=kind)
    build()
    shown = text(page("entity/pelikan.html"))
    assert f"{label} 3 articles 2019 to 2021" in shown
    assert "Article 0" in shown
    assert "Article 3" not in shown
    assert "Caching 3" in shown
    assert 'href="entity/pelikan.html"' in page("entities.html")


@pytest.mark.parametrize(("kind", "count"), [("system", 2), ("person", 3), ("figure", 3)])
def test_rare_entity_and_other_kinds_have_no_page(
    kind: str, count: int, factory: Factory, articles: list[int], build: Build, tmp_path: Path
) -> None:
    factory.entity("Pelikan", articles[:count], kind=kind)
    build()
    assert not (tmp_path / "site/public/entity").exists()


def test_hidden_article_does_not_count(
    factory: Factory, articles: list[int], build: Build, tmp_path: Path
) -> None:
    factory.entity("Pelikan", articles[:3])
    factory.db.execute("UPDATE articles SET hidden = 1 WHERE id = ?", (articles[0],))
    build()
    assert not (tmp_path / "site/public/entity").exists()


def test_page_shows_published_sentence_and_aliases(
    factory: Factory, articles: list[int], build: Build, page: Callable[[str], str]
) -> None:
    sentence = "We moved the queue to ActiveMQ."
    factory.db.execute("UPDATE articles SET summary = ? WHERE id = 1", (sentence,))
    factory.entity("ActiveMQ", articles, sentence)
    build()
    shown = text(page("entity/activemq.html"))
    assert "Also written Apache ActiveMQ" in shown
    assert shown.count("“We moved the queue to ActiveMQ.”") == 3


def test_entity_with_a_topic_shows_its_definition(
    factory: Factory, articles: list[int], build: Build, page: Callable[[str], str]
) -> None:
    factory.topic("pelikan", "Pelikan caches", "A cache framework.")
    factory.entity("Pelikan", articles)
    build()
    shown = text(page("entity/pelikan.html"))
    assert "A cache framework. System 4 articles 2019 to 2022 Topic: Pelikan caches" in shown


def test_articles_with_the_name_in_the_title_come_first(
    factory: Factory, articles: list[int], build: Build, page: Callable[[str], str]
) -> None:
    titles = ["Pelikan and Segcache", "Why Pelikans migrate", "Inside Pelikan"]
    ids = [factory.article(title, rank=rank) for rank, title in enumerate(titles)]
    factory.entity("Pelikan", [*articles, *ids])
    build()
    shown = text(page("entity/pelikan.html"))
    section = shown[shown.index("In the title") : shown.index("All articles that name it")]
    assert section.index("Inside Pelikan") < section.index("Pelikan and Segcache")
    assert "migrate" not in section


def test_entities_in_the_same_articles_are_listed_with_their_number(
    factory: Factory, articles: list[int], build: Build, page: Callable[[str], str]
) -> None:
    factory.entity("Pelikan", articles)
    factory.entity("Segcache", articles[:3])
    factory.entity("Acme", articles[1:], kind="organisation")
    build()
    shown = text(page("entity/segcache.html"))
    assert "Systems in the same articles Pelikan 3" in shown
    assert "Organizations in the same articles Acme 2" in shown


def test_many_articles_are_paged(
    factory: Factory, build: Build, page: Callable[[str], str], tmp_path: Path
) -> None:
    ids = [factory.article(f"Article {number}") for number in range(60)]
    factory.entity("Pelikan", ids)
    build()
    assert sorted(path.name for path in (tmp_path / "site/public/entity/pelikan").iterdir()) == [
        "1.html"
    ]
    assert "page 1" in text(page("entity/pelikan/1.html"))


def test_page_of_renamed_entity_forwards_to_its_new_name(
    factory: Factory, articles: list[int], build: Build, page: Callable[[str], str]
) -> None:
    entity = factory.entity("Apache ActiveMQ", articles, slug="apache-activemq")
    build()
    rename = "UPDATE entities SET slug = 'activemq', name = 'ActiveMQ' WHERE id = ?"
    factory.db.execute(rename, (entity,))
    for _ in range(2):
        build()
        assert "url=../entity/activemq.html" in page("entity/apache-activemq.html")


def test_page_of_entity_with_too_few_articles_forwards_to_the_index(
    factory: Factory, articles: list[int], build: Build, page: Callable[[str], str]
) -> None:
    factory.entity("Pelikan", articles[:3])
    build()
    factory.db.execute("DELETE FROM article_entities WHERE article_id = ?", (articles[0],))
    build()
    assert "url=../entities.html" in page("entity/pelikan.html")


def test_page_of_entity_without_articles_disappears(
    factory: Factory, articles: list[int], build: Build, tmp_path: Path
) -> None:
    factory.entity("Pelikan", articles[:3])
    build()
    factory.db.execute("DELETE FROM article_entities")
    factory.db.execute("DELETE FROM entities")
    build()
    assert not (tmp_path / "site/public/entity/pelikan.html").exists()


def test_site_without_entities_explains_the_empty_index(
    factory: Factory, build: Build, page: Callable[[str], str]
) -> None:
    build()
    assert "No systems yet" in text(page("entities.html"))
