"""A new tree takes the place of the old one in one step, shares what is unchanged, and leaves
nothing behind.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.errors import BuildError
from crawler.sitegen.output_directory import OutputDirectory
from crawler.sitegen.template_renderer import OutputFile

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def publish(target: Path, files: dict[str, str], now: datetime = NOW) -> OutputDirectory:
    tree = OutputDirectory(target, now)
    for path, text in files.items():
        tree.put(OutputFile(path, text.encode()))
    tree.publish()
    return tree


def test_the_first_tree_needs_no_folder(tmp_path: Path) -> None:
    target = tmp_path / "site/public"
    publish(target, {"index.html": "one", "a/b.html": "two"})
    assert target.is_symlink()
    assert (target / "a/b.html").read_text() == "two"


def test_an_unchanged_file_is_shared_and_a_changed_one_is_not(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(target, {"same": "same", "other": "old"})
    before = (target / "same").stat().st_ino
    tree = publish(target, {"same": "same", "other": "new"})
    assert (tree.written, tree.unchanged) == ({"other"}, {"same"})
    assert (target / "same").stat().st_ino == before
    assert (target / "other").read_text() == "new"


def test_the_old_tree_keeps_its_bytes(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(target, {"page": "old"})
    old = target.resolve()
    publish(target, {"page": "new"})
    assert (old / "page").read_text() == "old"


def test_nothing_new_means_nothing_is_swapped(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(target, {"page": "text"})
    before = target.resolve()
    publish(target, {"page": "text"})
    assert target.resolve() == before
    assert [folder.name for folder in (tmp_path / ".builds").iterdir()] == [before.name]


def test_a_file_that_is_no_more_vanishes(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(target, {"page": "text", "old/gone": "text"})
    tree = OutputDirectory(target, NOW)
    tree.put(OutputFile("page", b"text"))
    assert tree.vanished() == ["old/gone"]
    assert tree.publish()
    assert not (target / "old").exists()


def test_the_last_three_builds_are_kept_in_order_even_when_the_clock_stands_still(
    tmp_path: Path,
) -> None:
    target = tmp_path / "public"
    for number in range(6):
        publish(target, {"page": str(number)})
    kept = sorted((tmp_path / ".builds").iterdir())
    assert [(folder / "page").read_text() for folder in kept] == ["3", "4", "5"]
    assert target.resolve() == kept[-1].resolve()


def test_what_a_killed_build_left_is_cleared_and_was_never_seen(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(target, {"page": "old"})
    killed = OutputDirectory(target, NOW)
    killed.put(OutputFile("page", b"half"))
    assert (target / "page").read_text() == "old"
    publish(target, {"page": "new"})
    assert (target / "page").read_text() == "new"
    assert not list((tmp_path / ".builds").glob("*.partial"))


def test_two_pages_with_one_address_are_refused(tmp_path: Path) -> None:
    tree = OutputDirectory(tmp_path / "public", NOW)
    tree.put(OutputFile("page", b"one"))
    with pytest.raises(BuildError, match="Two pages claim"):
        tree.put(OutputFile("page", b"two"))


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "public/precious").write_text("keep")
    with pytest.raises(BuildError, match="was not built by Hashtrail"):
        OutputDirectory(tmp_path / "public", NOW)
    assert (tmp_path / "public/precious").read_text() == "keep"


def test_an_empty_folder_gives_way(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    publish(tmp_path / "public", {"page": "text"})
    assert (tmp_path / "public/page").read_text() == "text"


def test_a_site_that_is_moved_with_its_folder_still_stands(tmp_path: Path) -> None:
    publish(tmp_path / "here/public", {"page": "text"})
    os.rename(tmp_path / "here", tmp_path / "there")
    assert (tmp_path / "there/public/page").read_text() == "text"


def test_a_reader_never_misses_a_page_while_trees_are_swapped(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(target, {"page": "0"})
    for number in range(1, 30):
        tree = OutputDirectory(target, NOW)
        tree.put(OutputFile("page", str(number).encode()))
        assert (target / "page").read_text() == str(number - 1)
        tree.publish()
        assert (target / "page").read_text() == str(number)
