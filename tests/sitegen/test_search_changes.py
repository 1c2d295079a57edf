"""Changes of the library and the files of the search index: those of a few segments."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.sitegen.output_directory import OutputDirectory
from crawler.sitegen.search_index import render_search_index
from crawler.sitegen.search_segments import ARTICLES, NOTES, UNITS
from crawler.sitegen.site_model import read_site_model
from crawler.sitegen.snapshot_reader import open_snapshot
from tests.sitegen.factory import Factory
from tests.sitegen.written_files import written_since

UNIT = 20
OLD = UNIT * 16 + 5
TOPICS = ("caching", "sharding", "consensus")
WORDS = [f"{letter}ord{number:02}" for letter in "bcdfghjklmnpqrstvwxz" for number in range(40)]

Publish = Callable[[str], tuple[set[str], set[str]]]
"""Publishes the index of the library in a folder; returns the made and the written files."""


@pytest.fixture
def publish(factory: Factory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Publish:
    """Segments are short, so that a small library has several."""
    monkeypatch.setitem(UNITS, ARTICLES, UNIT)
    monkeypatch.setitem(UNITS, NOTES, UNIT)
    for topic in TOPICS:
        factory.topic(topic)
    add_articles(factory, 0, OLD)
    now = datetime(2026, 11, 22, tzinfo=UTC)

    def publish_index(site: str) -> tuple[set[str], set[str]]:
        nonlocal now
        now += timedelta(days=1)
        snapshot = open_snapshot(factory.save(tmp_path / "public.db"))
        target = tmp_path / site / "public"
        output, written = OutputDirectory(target, now), written_since(target)
        with closing(snapshot), closing(output):
            if output.previous:
                output.make_only(())
            paths = set()
            for made in render_search_index(read_site_model(snapshot), output):
                output.put(made.file, made.group, b"", made.version)
                paths.add(made.file.path)
            output.publish()
            return paths, written()

    publish_index("site")
    return publish_index


def add_articles(factory: Factory, first: int, count: int) -> None:
    for number in range(first, first + count):
        words = [WORDS[number * step % len(WORDS)] for step in (1, 7, 31, 77)]
        topic = TOPICS[number % len(TOPICS)]
        factory.article(
            " ".join(words[:2]).capitalize(),
            url=f"https://site{number % 7}.example/{number}",
            topics={topic: "likely"},
            summary=" ".join(words),
            text=" ".join(reversed(words)),
            rank=number % 13,
        )


def index_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "public/search").iterdir()}


def test_new_articles_write_files_of_the_newest_segment_only(
    factory: Factory, publish: Publish, tmp_path: Path
) -> None:
    add_articles(factory, OLD, 10)
    made, written = publish("site")
    newest = f"a{UNIT * 16}"
    of_segment = {path for path in written if newest in path}
    rows = {path for path in written if path.startswith(f"search/d-{ARTICLES}")}
    named = {path for path in written if "-n0" in path}
    assert made == written | {"search/d-a64.js"}  # its articles are older
    assert written == of_segment | rows | named | {"search/index.js"}
    assert len(of_segment) <= 5
    assert len(rows) == 3
    assert len(named) <= 1  # more articles have a topic
    publish("full")
    assert index_of(tmp_path / "site") == index_of(tmp_path / "full")


def test_new_unit_becomes_part_of_the_segment_before(
    factory: Factory, publish: Publish, tmp_path: Path
) -> None:
    add_articles(factory, OLD, UNIT)
    publish("site")
    publish("full")
    assert index_of(tmp_path / "site") == index_of(tmp_path / "full")


def test_notes_become_part_of_the_segment_before(
    factory: Factory, publish: Publish, tmp_path: Path
) -> None:
    for number in range(UNIT * 4 - 2, UNIT * 4 + 2):
        factory.post(f"A note about {WORDS[number]}", id=number)
    publish("site")
    assert f"h-p{UNIT * 4}.js" in index_of(tmp_path / "site")
    factory.post("A later note", id=UNIT * 5)
    publish("site")
    assert f"h-p{UNIT * 4}.js" not in index_of(tmp_path / "site")
    publish("full")
    assert index_of(tmp_path / "site") == index_of(tmp_path / "full")


def test_new_title_writes_the_files_of_its_words(
    factory: Factory, publish: Publish, tmp_path: Path
) -> None:
    factory.db.execute("UPDATE articles SET title = 'Zanzibar' WHERE id = 33")
    _, written = publish("site")
    terms = {path for path in written if path.startswith("search/w-")}
    assert written - terms <= {"search/d-a6.js", "search/h-a0.js", "search/index.js"} | {
        f"search/s-a0-{length}.js" for length in range(3, 17)
    }
    assert 1 <= len(terms) <= 8
    publish("full")
    assert index_of(tmp_path / "site") == index_of(tmp_path / "full")


def test_check_of_an_article_makes_no_file_of_a_segment(factory: Factory, publish: Publish) -> None:
    factory.db.execute("UPDATE articles SET last_checked = '2026-11-29T00:00:00Z' WHERE id = 33")
    made, written = publish("site")
    assert made <= {"search/index.js", "search/d-a6.js"} | {
        f"search/d-a{number}.js" for number in range(4, 8)
    }
    assert written == set()


def test_new_entity_writes_the_files_of_its_words(
    factory: Factory, publish: Publish, tmp_path: Path
) -> None:
    factory.entity("Zanzibar", [33])
    _, written = publish("site")
    assert written
    publish("full")
    assert index_of(tmp_path / "site") == index_of(tmp_path / "full")


def test_segment_has_spellings_when_it_is_no_longer_the_last(
    factory: Factory, publish: Publish, tmp_path: Path
) -> None:
    last = factory.article("Zanzibar")
    publish("site")
    factory.article("Borders", id=last + UNIT)
    publish("site")
    publish("full")
    assert index_of(tmp_path / "site") == index_of(tmp_path / "full")


def test_segment_of_notes_has_a_level_for_each_id_up_to_its_new_border(
    factory: Factory, publish: Publish, tmp_path: Path
) -> None:
    factory.post("Gossip about membership", topics={"caching": "likely"}, id=3 * UNIT)
    publish("site")
    factory.post("Another rumour", topics={"caching": "likely"}, id=4 * UNIT)
    publish("site")
    publish("full")
    assert index_of(tmp_path / "site") == index_of(tmp_path / "full")
