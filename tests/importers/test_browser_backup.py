"""Bookmarks of browsers as JSON: folders, tags and the two kinds of times."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import ImportOptions
from tests.importers.personal_archives import CHROME, FIREFOX

OPTIONS = ImportOptions(datetime(2026, 11, 22, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("data", "hashtags"), [(FIREFOX, ("raft", "Clocks")), (CHROME, ("Clocks",))]
)
def test_backup_gives_bookmarks_with_folders_and_time(
    data: bytes, hashtags: tuple[str, ...]
) -> None:
    result = parse_file("Bookmarks", data, None, OPTIONS)
    (post,) = result.posts
    assert (result.format, post.text) == ("browser_backup", "Leases")
    assert (post.hashtags, post.links[0].url) == (hashtags, "https://blog.example/leases")
    assert post.published == datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_deeply_nested_folders_are_read_without_recursion() -> None:
    node: dict[str, object] = {
        "type": "text/x-moz-place",
        "title": "T",
        "uri": "https://a.example/",
    }
    for _ in range(200):
        node = {"type": "text/x-moz-place-container", "title": "f", "children": [node]}
    data = json.dumps(node).encode()
    assert len(parse_file("b.json", data, None, OPTIONS).posts) == 1


@pytest.mark.parametrize(("title", "hashtags"), [("menu", ("Mobile",)), ("mobile", ("Mobile",))])
def test_root_folders_of_firefox_are_left_out_of_the_tags(
    title: str, hashtags: tuple[str, ...]
) -> None:
    place = {"type": "text/x-moz-place", "title": "Leases", "uri": "https://a.example/"}
    folder = {"type": "text/x-moz-place-container", "title": "Mobile", "children": [place]}
    root = {
        "type": "text/x-moz-place-container",
        "title": title,
        "root": f"{title}Folder",
        "children": [folder],
    }
    (post,) = parse_file("b.json", json.dumps(root).encode(), None, OPTIONS).posts
    assert post.hashtags == hashtags
