"""Output directory: a new site replaces the published one and shares unchanged files."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.errors import BuildError
from crawler.sitegen.output_directory import OutputDirectory
from crawler.sitegen.rendered_file import OutputFile

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def publish(target: Path, files: dict[str, str], now: datetime = NOW) -> OutputDirectory:
    output = OutputDirectory(target, now)
    for path, text in files.items():
        output.put(OutputFile(path, text.encode()))
    output.publish()
    return output


def test_first_build_creates_the_folders(tmp_path: Path) -> None:
    target = tmp_path / "site/public"
    publish(target, {"index.html": "one", "a/b.html": "two"})
    assert target.is_symlink()
    assert (target / "a/b.html").read_text() == "two"


def test_only_unchanged_files_are_hard_links(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(target, {"same": "same", "other": "old"})
    before = (target / "same").stat().st_ino
    output = publish(target, {"same": "same", "other": "new"})
    assert (output.written, output.unchanged) == ({"other"}, {"same"})
    assert (target / "same").stat().st_ino == before
    assert (target / "other").read_text() == "new"


def test_earlier_build_is_unchanged_after_publishing(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(target, {"page": "old"})
    old = target.resolve()
    publish(target, {"page": "new"})
    assert (old / "page").read_text() == "old"


def test_equal_site_is_not_published(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(target, {"page": "text"})
    before = target.resolve()
    publish(target, {"page": "text"})
    assert target.resolve() == before
    assert [folder.name for folder in (tmp_path / ".builds").iterdir()] == [before.name]


def test_file_that_is_not_added_is_removed(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(target, {"page": "text", "old/gone": "text"})
    output = OutputDirectory(target, NOW)
    output.put(OutputFile("page", b"text"))
    assert output.vanished() == ["old/gone"]
    assert output.publish()
    assert not (target / "old").exists()


def test_last_three_builds_are_kept_in_order_when_clock_stops(
    tmp_path: Path,
) -> None:
    target = tmp_path / "public"
    for number in range(6):
        publish(target, {"page": str(number)})
    builds = sorted((tmp_path / ".builds").iterdir())
    assert [(folder / "page").read_text() for folder in builds] == ["3", "4", "5"]
    assert target.resolve() == builds[-1].resolve()


def test_files_of_killed_build_are_removed(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(target, {"page": "old"})
    killed = OutputDirectory(target, NOW)
    killed.put(OutputFile("page", b"half"))
    assert (target / "page").read_text() == "old"
    publish(target, {"page": "new"})
    assert (target / "page").read_text() == "new"
    assert not list((tmp_path / ".builds").glob("*.partial"))


def test_two_files_with_one_path_raise_build_error(tmp_path: Path) -> None:
    output = OutputDirectory(tmp_path / "public", NOW)
    output.put(OutputFile("page", b"one"))
    with pytest.raises(BuildError, match="Two pages have the path"):
        output.put(OutputFile("page", b"two"))


def test_foreign_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "public/precious").write_text("keep")
    with pytest.raises(BuildError, match="was not built by Hashtrail"):
        OutputDirectory(tmp_path / "public", NOW)
    assert (tmp_path / "public/precious").read_text() == "keep"


def test_empty_folder_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    publish(tmp_path / "public", {"page": "text"})
    assert (tmp_path / "public/page").read_text() == "text"


def test_moved_site_folder_keeps_working(tmp_path: Path) -> None:
    publish(tmp_path / "here/public", {"page": "text"})
    os.rename(tmp_path / "here", tmp_path / "there")
    assert (tmp_path / "there/public/page").read_text() == "text"


def test_page_is_readable_while_sites_are_published(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(target, {"page": "0"})
    for number in range(1, 30):
        output = OutputDirectory(target, NOW)
        output.put(OutputFile("page", str(number).encode()))
        assert (target / "page").read_text() == str(number - 1)
        output.publish()
        assert (target / "page").read_text() == str(number)


def test_linked_file_exists_once_on_disk(tmp_path: Path) -> None:
    source, target = tmp_path / "public.db", tmp_path / "public"
    for number in (1, 2):
        source.write_text(f"snapshot {number}")
        output = OutputDirectory(target, NOW)
        output.put_linked(f"public.{number}.db", source)
        output.put(OutputFile("page", str(number).encode()))
        output.publish()
    assert (target / "public.2.db").samefile(source)
    assert [path.name for path in (tmp_path / ".builds").rglob("*.db")] == ["public.2.db"]


def test_rewritten_source_with_same_content_publishes_nothing(tmp_path: Path) -> None:
    source, target = tmp_path / "public.db", tmp_path / "public"
    for is_new in (True, False):
        source.unlink(missing_ok=True)
        source.write_text("snapshot")
        output = OutputDirectory(target, NOW)
        output.put_linked("public.1.db", source)
        assert output.publish() is is_new
    assert (target / "public.1.db").samefile(source)
