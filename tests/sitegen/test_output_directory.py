"""Output directory: a new site replaces the published one and shares unchanged files."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.errors import BuildError
from crawler.sitegen.output_directory import OutputDirectory
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_trees import SiteTrees
from tests.sitegen.killed_builds import KilledError, kill_at
from tests.sitegen.written_files import written_since

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def publish(
    target: Path, files: dict[str, str], now: datetime = NOW, *, afresh: bool = False
) -> set[str]:
    """Return the paths of the files that were written: a file is replaced, never rewritten."""
    written = written_since(target)
    output = OutputDirectory(target, now, afresh=afresh)
    for path, text in files.items():
        output.put(OutputFile(path, text.encode()))
    output.publish()
    output.close()
    return written()


def trees(target: Path) -> list[Path]:
    return sorted(path for path in (target.parent / ".builds").iterdir() if path.is_dir())


def read_all(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_first_build_creates_the_folders(tmp_path: Path) -> None:
    target = tmp_path / "site/public"
    publish(target, {"index.html": "one", "a/b.html": "two"})
    assert target.is_symlink()
    assert (target / "a/b.html").read_text() == "two"


def test_only_unchanged_files_are_hard_links(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(target, {"same": "same", "other": "old"})
    before = (target / "same").stat().st_ino
    assert publish(target, {"same": "same", "other": "new"}) == {"other"}
    assert (target / "same").stat().st_ino == before
    assert (target / "other").read_text() == "new"


def test_former_text_is_in_no_tree(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(target, {"page": "old", "removed": "old", "same": "same"})
    old = target.resolve()
    publish(target, {"page": "new", "same": "same"})
    assert read_all(old) == {"same": "same"}


def test_former_text_that_a_killed_build_left_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "public"
    publish(target, {"page": "old"})
    with monkeypatch.context() as patch, suppress(KilledError):
        patch.setattr(OutputDirectory, "remove_old_files", _die)
        publish(target, {"page": "new"})
    publish(target, {"page": "new"})
    assert [read_all(tree) for tree in trees(target)] == [{}, {"page": "new"}]


def test_clean_spare_tree_is_not_cleaned_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "public"
    publish(target, {"page": "old", "same": "same"})
    publish(target, {"page": "new", "same": "same"})
    with monkeypatch.context() as patch:
        patch.setattr(SiteTrees, "remove_from", _die)
        publish(target, {"page": "new", "same": "same"})
    publish(target, {"page": "newest", "same": "same"})
    assert [read_all(tree) for tree in trees(target)] == [
        {"same": "same"},
        {"page": "newest", "same": "same"},
    ]


def _die(*_: object) -> None:
    raise KilledError


def test_build_afresh_replaces_what_somebody_changed(tmp_path: Path) -> None:
    target = tmp_path / "public"
    files = {"page": "text", "lost": "text", "same": "same"}
    publish(target, files | {"page": "old"})
    publish(target, files)
    (target / "page").write_text("edit")
    (target / "lost").unlink()
    (target / "page~").write_text("copy")
    (trees(target)[0] / "page~").write_text("copy")
    publish(target, files, afresh=True)
    publish(target, files | {"same": "other"})
    assert read_all(target) == files | {"same": "other"}


def test_folder_of_somebody_else_does_not_stop_a_build(tmp_path: Path) -> None:
    target = tmp_path / "public"
    (tmp_path / ".builds/old-site").mkdir(parents=True)
    publish(target, {"page": "text"})
    publish(target, {"page": "new"})
    assert read_all(target) == {"page": "new"}


def test_equal_site_is_not_published(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(target, {"page": "text"})
    before = target.resolve()
    publish(target, {"page": "text"})
    assert target.resolve() == before
    assert trees(target) == [before]


def test_file_that_is_not_added_is_removed(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(target, {"page": "text", "old/gone": "text"})
    output = OutputDirectory(target, NOW)
    output.put(OutputFile("page", b"text"))
    assert output.vanished() == ["old/gone"]
    assert output.publish()
    assert not (target / "old").exists()


def test_two_trees_are_kept_in_order_when_clock_stops(tmp_path: Path) -> None:
    target = tmp_path / "public"
    for number in range(6):
        publish(target, {"page": str(number)})
    assert [read_all(folder) for folder in trees(target)] == [{}, {"page": "5"}]
    assert target.resolve() == trees(target)[-1]


def test_spare_tree_gets_every_change_since_its_own_build(tmp_path: Path) -> None:
    target = tmp_path / "public"
    sites: list[dict[str, str]] = [
        {"a": "1", "b": "1", "c/d": "1"},
        {"a": "2", "b": "1", "c/d": "1", "e/f": "2"},
        {"a": "2", "b": "3", "e/f": "2"},
        {"a": "2", "b": "3", "c": "4"},
        {"a": "2", "b": "1", "c/d": "5"},
    ]
    for files in sites:
        before = read_all(target.resolve()) if target.exists() else {}
        publish(target, files)
        assert read_all(target.resolve()) == files
        shared = {path: text for path, text in before.items() if files.get(path) == text}
        assert [read_all(tree) for tree in trees(target)][:-1] in ([], [shared])


def test_unchanged_files_are_not_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, linked = tmp_path / "public", []
    for number in range(4):
        publish(target, {"same": "same", "other": str(number)})
    link = os.link
    monkeypatch.setattr(os, "link", lambda *paths: (linked.append(paths), link(*paths)))
    publish(target, {"same": "same", "other": "new", "more": "new"})
    publish(target, {"same": "same", "other": "new", "more": "newer"})
    assert {os.path.basename(target) for _, target in linked} == {"other"}


def test_file_that_a_reader_has_open_keeps_its_content(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(target, {"page": "0", "same": "same"})
    with (target / "page").open() as opened:
        for number in range(1, 5):
            publish(target, {"page": str(number), "same": "same"})
        assert opened.read() == "0"


def test_lost_manifest_is_made_from_the_published_tree(tmp_path: Path) -> None:
    target = tmp_path / "public"
    files = {"page": "text", "a/b": "text"}
    publish(target, files)
    before = target.resolve()
    (tmp_path / ".builds/manifest.db").write_bytes(b"damaged" * 1000)
    assert publish(target, files) == set()
    assert target.resolve() == before
    assert publish(target, {"page": "new", "a/b": "text"}) == {"page"}
    assert read_all(target.resolve()) == {"page": "new", "a/b": "text"}


def test_damaged_published_file_is_written_again(tmp_path: Path) -> None:
    target = tmp_path / "public"
    files = {"page": "text", "gone": "text", "same": "same"}
    publish(target, files)
    (target / "page").write_text("tex")
    (target / "gone").unlink()
    assert publish(target, files) == {"page", "gone"}
    assert read_all(target.resolve()) == files


def test_missing_published_file_fails_one_build(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(target, {"page": "0", "same": "same"})
    output = OutputDirectory(target, NOW)
    output.put(OutputFile("page", b"1"))
    output.put(OutputFile("same", b"same"))
    (target / "same").unlink()
    with pytest.raises(BuildError, match="same"):
        output.publish()
    assert (target / "page").read_text() == "0"
    publish(target, {"page": "1", "same": "same"})
    assert read_all(target.resolve()) == {"page": "1", "same": "same"}


@pytest.mark.parametrize("spare", [True, False])
def test_build_that_ends_at_any_file_operation_leaves_a_whole_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spare: bool
) -> None:
    """Each call of the operating system is the last one before the build ends, in turn."""
    old, new = (
        {"page": "old", "same": "same", "gone/x": "x"},
        {"page": "new", "same": "same", "y": "y"},
    )
    for step in range(60):
        target = tmp_path / str(step) / "public"
        for number in range(2 if spare else 1):
            publish(target, {**old, "number": str(number)})
        before = read_all(target.resolve())
        with monkeypatch.context() as patched:
            calls = kill_at(step, patched)
            with suppress(KilledError):
                publish(target, new)
        assert read_all(target.resolve()) in (before, new), step
        publish(target, {**new, "z": "z"})
        assert read_all(target.resolve()) == {**new, "z": "z"}, step
        assert len(trees(target)) <= 2
        if len(calls) <= step:
            return
    raise AssertionError("the build has more steps than the test")


def test_files_of_killed_build_are_removed(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(target, {"page": "old"})
    killed = OutputDirectory(target, NOW)
    killed.put(OutputFile("page", b"half"))
    del killed
    assert (target / "page").read_text() == "old"
    publish(target, {"page": "new"})
    assert (target / "page").read_text() == "new"
    assert not list((tmp_path / ".builds").glob("*.partial"))


def test_child_of_a_killed_build_writes_nothing_into_the_next(tmp_path: Path) -> None:
    target = tmp_path / "public"
    place = OutputDirectory(target, NOW).place
    later = tmp_path / ".builds" / place.folder.name.replace(f".{os.getpid()}.", ".1.")
    later.mkdir(parents=True)
    (later / "page").write_text("of a killed build")
    publish(target, {"page": "text"})
    (tmp_path / ".builds/20261122T040000Z.1.partial").mkdir()
    publish(target, {"page": "new"})
    assert read_all(target.resolve()) == {"page": "new"}
    assert [tree.name for tree in trees(target)] == ["20261122T040000Z", "20261122T040000Z-0001"]


def test_two_files_with_one_path_raise_build_error(tmp_path: Path) -> None:
    output = OutputDirectory(tmp_path / "public", NOW)
    output.put(OutputFile("page", b"one"))
    with pytest.raises(BuildError, match="Two pages have the path"):
        output.put(OutputFile("page", b"two"))


def test_two_unchanged_files_with_one_path_raise_build_error(tmp_path: Path) -> None:
    publish(tmp_path / "public", {"page": "one"})
    output = OutputDirectory(tmp_path / "public", NOW)
    output.put(OutputFile("page", b"one"))
    output.put(OutputFile("page", b"one"))
    with pytest.raises(BuildError, match="Two pages have the path page"):
        output.publish()


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
    assert [path.name for tree in trees(target) for path in tree.rglob("*.db")] == ["public.2.db"]


def test_rewritten_source_with_same_content_publishes_nothing(tmp_path: Path) -> None:
    source, target = tmp_path / "public.db", tmp_path / "public"
    for is_new in (True, False):
        source.unlink(missing_ok=True)
        source.write_text("snapshot")
        output = OutputDirectory(target, NOW)
        output.put_linked("public.1.db", source)
        assert output.publish() is is_new
    assert (target / "public.1.db").samefile(source)
