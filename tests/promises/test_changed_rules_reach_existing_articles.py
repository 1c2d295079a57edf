"""A new row in a table, or a raised version, reaches stored articles on the next run, and only the
part that depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp.web import Response

from crawler.crawl import annotation_versions
from crawler.extract import extraction_version as text
from crawler.knowledge import article_kinds, entities, excerpts
from crawler.store import item_annotations
from crawler.store.database import open_store
from crawler.topics import changed_phrases, tagger
from tests.promises.workspace import START, Nights, answers, feed_source, nights_with, rss

LINKS = [f"https://posts.example/{number}" for number in range(3)]
SUBJECTS = ("expires by itself", "needs a clock", "belongs to one client")
PAGE = """<html><head><title>Leases in Zedquux</title></head><body><article>\
<h1>Leases in Zedquux</h1>
<p>Zedquux is a distributed database that gives every client a lease, and Kafka carries its log.</p>
<p>{}</p></article></body></html>"""


def page(path: str) -> Response:
    """An article with its own text, so that no two are copies of each other."""
    statement = SUBJECTS[int(path.strip("/"))]
    sentences = " ".join(
        f"The {word} of a lease number {n} {statement}."
        for n in range(20)
        for word in statement.split()
    )
    return Response(text=PAGE.format(sentences), content_type="text/html")


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[Nights]:
    """A workspace after one night with three articles."""
    feed = rss(*((f"Leases {number}", link) for number, link in enumerate(LINKS)))
    hosts = {
        "feed.example": answers(
            lambda path: Response(text=feed, content_type="application/rss+xml")
        ),
        "posts.example": answers(page),
    }
    with nights_with(tmp_path / "kb", feed_source("Leases", "feed.example"), hosts) as found:
        found.run()
        assert found.reports[0].redone == {}
        assert found.query("SELECT count(*) FROM articles WHERE text <> ''") == [(3,)]
        yield found


def next_night(nights: Nights) -> dict[str, int]:
    """Return the numbers of texts that the next night derives again, by part."""
    return dict(nights.run(START + timedelta(days=1)).redone)


def test_night_without_a_change_derives_nothing_again(nights: Nights) -> None:
    assert next_night(nights) == {}


def test_new_row_in_the_entity_table_reaches_every_stored_article(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = (
        "SELECT count(*) FROM article_entities m JOIN entities e ON e.id = m.entity_id "
        "WHERE e.slug = 'zedquux'"
    )
    assert nights.query(named) == [(0,)]

    table = (*entities.entity_table(), entities.Entity("Zedquux", "system"))
    monkeypatch.setattr(entities, "entity_table", lambda: table)
    entities._matcher.cache_clear()
    try:
        assert next_night(nights) == {"entities": 3}
    finally:
        entities._matcher.cache_clear()
    assert nights.query(named) == [(3,)]


def test_new_alias_of_a_topic_reaches_articles_and_posts(nights: Nights) -> None:
    tagged = "SELECT count(*) FROM taggings WHERE topic = 'caching' AND subject_kind = 'article'"
    assert nights.query(tagged) == [(0,)]
    topic = nights.folder / "data/topics/caching.toml"
    topic.write_text(topic.read_text().replace("strong = [", 'strong = ["Zedquux", ', 1))
    assert next_night(nights) == {"topics": 3}  # only the texts that contain the new alias
    assert nights.query(tagged) == [(3,)]


@pytest.mark.parametrize(
    ("modules", "redone"),
    [
        ([excerpts], {"excerpts": 3}),
        (
            [annotation_versions.relations_version, tagger, changed_phrases],
            {"relations": 3, "topics": 6},
        ),
        ([text], {"text": 3}),
    ],
)
def test_raised_version_derives_this_part_again_once(
    nights: Nights, monkeypatch: pytest.MonkeyPatch, modules: list[object], redone: dict[str, int]
) -> None:
    for module in modules:
        monkeypatch.setattr(module, "VERSION", 99)
    assert next_night(nights) == redone
    assert next_night(nights) == {}


def test_interrupted_run_is_repeated(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(article_kinds, "VERSION", 99)

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(item_annotations, "save_annotation_versions", cut)
        with pytest.raises(KeyboardInterrupt):
            next_night(nights)
    assert next_night(nights) == {"kinds": 3}


def test_report_names_the_parts_and_the_number(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(article_kinds, "VERSION", 99)
    monkeypatch.setattr(entities, "VERSION", 99)
    output = nights.command("crawl").output
    assert "redone    entities of 3, kinds of 3: their version changed" in output


def test_versions_are_stored_in_the_database(nights: Nights) -> None:
    db = open_store(nights.folder / "data/state/hashtrail.db")
    assert set(item_annotations.load_annotation_versions(db)) == set(annotation_versions.PARTS)
