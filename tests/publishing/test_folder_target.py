"""The target `folder`: in one step through a link, or file by file in an existing folder."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.errors import ConfigurationError, PublishError
from crawler.workspace import Workspace
from tests.publishing.conftest import SITE, Publish, build_files, read_tree

CHANGED = {
    **{path: text for path, text in SITE.items() if path != "article/1-leases.html"},
    "index.html": "<link href=assets/site.4e5f6a7b.css> new: article 2",
    "article/2-clocks.html": "Clocks",
    "assets/site.4e5f6a7b.css": "b{}",
}
del CHANGED["assets/site.0a1b2c3d.css"]
OLD_STYLE = {"assets/site.0a1b2c3d.css": "a{}"}

_CHANGES = ("replace", "unlink", "rename", "symlink", "link", "rmdir")


def publish_and_kill(publish: Publish, location: Path, changes: int) -> int:
    """Publish in a child process that kills itself after a number of changes of files.

    Returns 0 if it published everything, else the number of the signal.
    """
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    remaining = iter(range(changes))

    def counted(change: Callable[..., None]) -> Callable[..., None]:
        def changed(*arguments: object, **named: object) -> None:
            if next(remaining, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            change(*arguments, **named)

        return changed

    for name in _CHANGES:
        setattr(os, name, counted(getattr(os, name)))
    try:
        publish("folder", location)
    except BaseException:
        os._exit(1)
    os._exit(0)


def test_new_location_becomes_a_link_to_the_whole_site(publish: Publish, tmp_path: Path) -> None:
    report = publish("folder", tmp_path / "www/trail")
    assert (tmp_path / "www/trail").is_symlink()
    assert read_tree((tmp_path / "www/trail").resolve()) == SITE
    assert (report.outcome, report.uploaded, report.deleted) == ("ok", len(SITE), 0)


@pytest.mark.parametrize("exists", [False, True], ids=["link", "existing folder"])
def test_second_publication_copies_changed_files_only(
    publish: Publish, workspace: Workspace, tmp_path: Path, exists: bool
) -> None:
    location = tmp_path / "trail"
    if exists:
        location.mkdir()
    publish("folder", location)
    feed = (location / "feeds/all.atom").stat().st_ino
    build_files(workspace, CHANGED)
    report = publish("folder", location)
    assert read_tree(location.resolve()) == CHANGED | OLD_STYLE
    assert report.deletions == ("article/1-leases.html",)
    assert report.uploaded == 3
    assert (location / "feeds/all.atom").stat().st_ino == feed
    assert location.is_symlink() is not exists

    publish("folder", location)
    assert read_tree(location.resolve()) == CHANGED
    assert publish("folder", location).outcome == "unchanged"


@pytest.mark.parametrize("exists", [False, True], ids=["link", "existing folder"])
def test_killed_publication_is_completed_by_the_next_one(
    publish: Publish, workspace: Workspace, tmp_path: Path, exists: bool
) -> None:
    location = tmp_path / "trail"
    if exists:
        location.mkdir()
    publish("folder", location)
    build_files(workspace, CHANGED)
    for changes in range(60):
        ended = publish_and_kill(publish, location, changes)
        _require_whole_pages(location)
        if ended == 0:
            break
        assert ended == signal.SIGKILL
    assert ended == 0
    assert changes > 4
    publish("folder", location)
    assert read_tree(location.resolve()) == CHANGED
    assert not list(tmp_path.rglob("*draft*"))
    assert not list(tmp_path.rglob("partial"))


def _require_whole_pages(location: Path) -> None:
    """The front page is the old or the new one, and its style and its article exist."""
    page = (location / "index.html").read_text()
    assert page in (SITE["index.html"], CHANGED["index.html"])
    style = page.removeprefix("<link href=").partition(">")[0]
    article = {"1": "1-leases", "2": "2-clocks"}[page[-1]]
    assert (location / style).is_file()
    assert (location / f"article/{article}.html").is_file()


def test_folder_with_files_of_others_is_refused_and_unchanged(
    publish: Publish, tmp_path: Path
) -> None:
    location = tmp_path / "www"
    location.mkdir()
    (location / "index.html").write_text("their page")
    with pytest.raises(PublishError, match=r"did not upload: index\.html") as refused:
        publish("folder", location)
    assert "hashtrail publish --adopt" in refused.value.hint
    assert os.listdir(location) == ["index.html"]
    assert (location / "index.html").read_text() == "their page"


def test_file_in_the_place_of_a_folder_is_explained(publish: Publish, tmp_path: Path) -> None:
    (tmp_path / "www").write_text("a file")
    with pytest.raises(PublishError, match="a file and a folder have the same name"):
        publish("folder", tmp_path / "www/trail")


def test_folder_in_the_place_of_a_file_is_named(publish: Publish, tmp_path: Path) -> None:
    (tmp_path / "www/index.html").mkdir(parents=True)
    (tmp_path / "www/index.html/notes.txt").write_text("their notes")
    with pytest.raises(PublishError, match=r"www/index\.html: a file and a folder"):
        publish("folder", tmp_path / "www", adopt=True)


def test_adopted_folder_keeps_files_with_other_names(publish: Publish, tmp_path: Path) -> None:
    location = tmp_path / "www"
    location.mkdir()
    (location / "index.html").write_text("their page")
    (location / "notes.txt").write_text("their notes")
    publish("folder", location, adopt=True)
    assert read_tree(location) == SITE | {"notes.txt": "their notes"}
    publish("folder", location)
    assert read_tree(location) == SITE | {"notes.txt": "their notes"}


def test_lost_manifest_is_replaced_by_the_copy_of_this_machine(
    publish: Publish, workspace: Workspace, tmp_path: Path
) -> None:
    location = tmp_path / "www"
    location.mkdir()
    publish("folder", location)
    (location / ".hashtrail-manifest.json").unlink()
    build_files(workspace, CHANGED)
    publish("folder", location)
    assert read_tree(location) == CHANGED | OLD_STYLE


def test_dry_run_lists_files_and_changes_nothing(publish: Publish, tmp_path: Path) -> None:
    report = publish("folder", tmp_path / "www", dry_run=True)
    assert report.outcome == "planned"
    assert report.uploads[0] == "assets/site.0a1b2c3d.css"
    assert report.uploads[-1] == "site.json"
    assert not (tmp_path / "www").exists()


@pytest.mark.parametrize("missing", ["index.html", "site.json"])
def test_unfinished_build_is_refused(
    publish: Publish, workspace: Workspace, tmp_path: Path, missing: str
) -> None:
    (workspace.public / missing).unlink()
    with pytest.raises(PublishError, match="not a finished build") as refused:
        publish("folder", tmp_path / "www")
    assert refused.value.hint == "Run: hashtrail build"


@pytest.mark.parametrize("location", ["site/copy", "site/public", "data", "data/www", ".", ".."])
def test_location_with_files_of_the_workspace_is_refused(
    publish: Publish, workspace: Workspace, location: str
) -> None:
    with pytest.raises(ConfigurationError, match="files of the workspace"):
        publish("folder", workspace.root / location, adopt=True)


def test_other_folder_inside_the_workspace_is_accepted(
    publish: Publish, workspace: Workspace
) -> None:
    assert publish("folder", workspace.root / "www").outcome == "ok"


def test_link_that_leads_out_of_the_target_is_not_followed(
    publish: Publish, workspace: Workspace, tmp_path: Path
) -> None:
    outside, location = tmp_path / "outside", tmp_path / "www"
    outside.mkdir()
    location.mkdir()
    (location / "article").symlink_to(outside)
    with pytest.raises(PublishError, match="outside the target"):
        publish("folder", location, adopt=True)
    assert not list(outside.iterdir())


@pytest.mark.parametrize(
    "manifest",
    [
        "not JSON",
        '{"files": {"../../etc/passwd": ["aa", 1]}}',
        '{"schema_version": 99}',
        "[" * 100_000,
    ],
)
def test_damaged_manifest_is_refused(publish: Publish, tmp_path: Path, manifest: str) -> None:
    (tmp_path / "www").mkdir()
    (tmp_path / "www/.hashtrail-manifest.json").write_text(manifest)
    with pytest.raises(PublishError, match=r"\.hashtrail-manifest\.json"):
        publish("folder", tmp_path / "www")
