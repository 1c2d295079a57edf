"""`reextract` names archive records that it cannot read, keeps the stored texts, and ends with exit
code 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.promises.pages_world import World, page, pages_world

PATHS = ["/one", "/two"]


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    start = datetime(2027, 1, 1, 2, tzinfo=UTC)
    with pages_world(tmp_path_factory.mktemp("gone"), start, PATHS) as made:
        made.answers = {path: lambda request: page(request.path[1:].title()) for path in PATHS}
        made.run("crawl", 1)
        yield made


def test_missing_segments_are_counted_and_the_texts_stay(world: World) -> None:
    before = [tuple(row) for row in world.query("SELECT * FROM articles ORDER BY id")]
    for segment in world.segments():
        segment.unlink()
    result = world.command("reextract", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["missing"] == 2
    result = world.command("reextract")
    assert result.exit_code == 1
    assert "2 archive records are missing or cannot be read" in result.stderr
    assert "hashtrail nightly" in result.stderr
    assert [tuple(row) for row in world.query("SELECT * FROM articles ORDER BY id")] == before


def test_whole_archive_is_read_with_exit_code_0(world: World) -> None:
    result = world.command("reextract")
    assert result.exit_code == 0
    assert "2 articles read from the archive, 0 of them changed" in result.stdout
