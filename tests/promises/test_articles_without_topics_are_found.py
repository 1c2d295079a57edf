"""An article without a topic is found by the search and its site, and links lead to articles."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.promises.pages_world import HOST, page, pages_world
from tests.sitegen.search_files import read_search

START = datetime(2027, 1, 1, 2, tzinfo=UTC)
OFF_TOPIC = "".join(
    f"<p>Sourdough bread number {n} rises slowly in a cold kitchen overnight, says the baker.</p>"
    for n in range(20)
)


def test_article_without_topic_is_in_site_search_explorer_and_its_site(tmp_path: Path) -> None:
    with pages_world(tmp_path, START, ["/bread", "/leases"]) as world:
        world.answers["/bread"] = lambda request: page("Sourdough at home", text=OFF_TOPIC)
        world.answers["/leases"] = lambda request: page("Leases")
        world.night(1)

        site = tmp_path / "kb/site/public"
        topics = "SELECT topics, listed FROM article_list WHERE url LIKE '%/bread'"
        ((found_topics, listed),) = map(tuple, world.query(topics, public=True))
        assert (found_topics, listed) == ("[]", 0)
        assert read_search(site / "search").titles("sourdough", "title") == {"Sourdough at home"}
        assert "Sourdough at home" in (site / f"source/{HOST}.html").read_text()
        search = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'baker'"
        assert len(world.query(search, public=True)) >= 1


def test_link_of_a_text_gets_its_article_when_that_is_shared_later(tmp_path: Path) -> None:
    with pages_world(tmp_path, START, ["/leases"]) as world:
        linked = f'<p>Compare it with <a href="https://{HOST}/later?utm_source=x">another</a>.</p>'
        world.answers["/leases"] = lambda request: page("Leases", text=linked + OFF_TOPIC)
        world.answers["/later"] = lambda request: page("Later")
        world.night(1)
        targets = "SELECT target_id FROM article_links WHERE url LIKE '%/later%'"
        assert [row[0] for row in world.query(targets)] == [None]

        inbox = tmp_path / "kb/data/inbox/more.txt"
        inbox.write_text(f"Another about leases #DistributedSystems https://{HOST}/later\n")
        world.night(2)
        assert [row[0] for row in world.query(targets)] == [world.article("/later")["id"]]
        assert [row[0] for row in world.query(targets, public=True)] == [
            world.article("/later")["id"]
        ]
