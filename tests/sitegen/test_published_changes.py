"""Published files that somebody changed, added or removed are made again by the next build."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.errors import BuildError
from crawler.sitegen import published_changes
from crawler.sitegen.output_directory import OutputDirectory
from crawler.sitegen.published_changes import find_changes, folder_states, is_touched
from tests.sitegen.conftest import NOW, Build
from tests.sitegen.factory import Factory
from tests.sitegen.killed_builds import KilledError

LATER = NOW + timedelta(days=1)


def tree(site: Path) -> dict[str, bytes]:
    whole = (site / "public").resolve()
    return {
        str(path.relative_to(whole)): path.read_bytes()
        for path in whole.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def site(factory: Factory, build: Build, tmp_path: Path) -> Path:
    """The folder of a built site with a few articles and a topic."""
    factory.topic("caching")
    for number in range(10):
        factory.article(f"Caches, part {number}", topics={"caching": "certain"})
    build()
    return tmp_path / "site"


def _empty(public: Path) -> None:
    (public / "topics.html").write_bytes(b"")


def _remove_folder(public: Path) -> None:
    shutil.rmtree(public / "topic")


def _remove_summary(public: Path) -> None:
    (public / "site.json").unlink()


def _damage_summary(public: Path) -> None:
    (public / "site.json").write_text("not JSON")


def _add(public: Path) -> None:
    (public / "notes.txt").write_text("added")
    (public / "link").symlink_to("/etc")
    (public / os.fsdecode(b"name\xff")).write_text("added")


def _replace_by_a_link(public: Path) -> None:
    (public / "topics.html").rename(public / "copy.html")
    (public / "topics.html").symlink_to("copy.html")


def _edit_without_a_new_size(public: Path) -> None:
    page = public / "index.html"
    text = page.read_text()
    page.write_text(text.replace("<title>", "<TITLE>"))
    os.utime(page, ns=(0, page.stat().st_mtime_ns + 10**9))


CHANGES = [
    _empty,
    _remove_folder,
    _remove_summary,
    _damage_summary,
    _add,
    _replace_by_a_link,
    _edit_without_a_new_size,
]


@pytest.mark.parametrize("change", CHANGES)
def test_changed_published_files_are_made_again(
    site: Path, build: Build, change: Callable[[Path], None]
) -> None:
    whole = tree(site)
    change((site / "public").resolve())
    build(now=LATER)
    assert tree(site) == whole
    assert not any(path.is_symlink() for path in (site / "public").resolve().rglob("*"))
    assert build(now=LATER).written == 0


def test_changed_files_are_made_again_together_with_new_articles(
    site: Path, factory: Factory, build: Build
) -> None:
    _empty(site / "public")
    _remove_folder(site / "public")
    factory.article("A new one", topics={"caching": "certain"})
    build(now=LATER)
    made = tree(site)
    build(now=LATER, force=True)
    assert tree(site) == made
    assert made["topics.html"]


def test_copy_of_a_site_with_other_times_is_not_made_again(
    site: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (site / ".builds").rglob("*"):
        os.utime(path, (1, 1))
    monkeypatch.setattr("crawler.sitegen.build_site.read_site_model", None)
    assert build(now=LATER).written == 0
    with monkeypatch.context() as patched:
        patched.setattr("crawler.sitegen.build_site.find_changes", None)
        assert build(now=LATER).written == 0


def test_site_that_lost_most_files_is_made_again_without_force(
    factory: Factory, build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(180):
        factory.article(f"A{number}")
    build()
    whole = tree(tmp_path / "site")
    for page in (tmp_path / "site/public/article").glob("*"):
        page.unlink()
    with monkeypatch.context() as patch:
        patch.setattr(OutputDirectory, "put", _die)
        with pytest.raises(KilledError):
            build(now=LATER)
    build(now=LATER)
    assert tree(tmp_path / "site") == whole


def _die(*_: object) -> None:
    raise KilledError


def test_refused_build_of_a_damaged_site_keeps_it(
    site: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    _empty(site / "public")
    damaged = tree(site)
    with monkeypatch.context() as patch:
        patch.setattr("crawler.sitegen.build_site._refuse_broken", _refuse)
        with pytest.raises(BuildError):
            build(now=LATER)
    assert tree(site) == damaged
    build(now=LATER)
    assert tree(site)["topics.html"]


def _refuse(*_: object) -> None:
    raise BuildError("The new site is broken")


def test_files_of_large_folders_are_compared_by_name_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published_changes, "MAX_COMPARED", 2)
    for name in ("large/1", "large/2", "large/3", "small/1"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("text")
    recorded = folder_states(tmp_path)
    (tmp_path / "large/1").write_text("longer text")
    assert not is_touched(tmp_path, recorded)
    (tmp_path / "small/1").write_text("longer text")
    assert is_touched(tmp_path, recorded)
    recorded = folder_states(tmp_path)
    (tmp_path / "large/2").unlink()
    os.utime(tmp_path / "large", ns=(0, recorded["large"].modified + 1))
    assert is_touched(tmp_path, recorded)


def test_changes_are_found_by_path_and_problem(site: Path) -> None:
    public = (site / "public").resolve()
    _empty(public)
    (public / "llms.txt").unlink()
    (public / "notes.txt").write_text("added")
    assert sorted(find_changes(public, site / ".builds/manifest.db")) == [
        ("llms.txt", "missing"),
        ("notes.txt", "not made by a build"),
        ("topics.html", "changed"),
    ]


def test_manifest_of_another_tree_finds_no_changes(site: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert not list(find_changes(tmp_path / "other", site / ".builds/manifest.db"))
    assert not list(find_changes(site / "public", tmp_path / "manifest.db"))
