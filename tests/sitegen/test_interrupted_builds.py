"""An interrupted build of a large site is continued by the next build from the same inputs."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from crawler.settings.engine import EngineSettings
from crawler.settings.site import SiteSettings
from crawler.sitegen import parallel_pages, site_files
from crawler.sitegen.build_progress import BuildProgress
from crawler.sitegen.build_site import BuildResult, build_site
from crawler.store.item_versions import store_item_versions
from crawler.workspace import bundled_path
from tests.sitegen.factory import Factory
from tests.sitegen.killed_builds import KilledError
from tests.sitegen.test_parallel_pages import NOW, files

_FINISHED = "finished-batches.db"
_ARTICLES = 12


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the engine render a small site, in batches of two articles."""
    monkeypatch.setattr(site_files, "LEAST_GROUPS", 1)
    monkeypatch.setitem(parallel_pages._GROUPS, "article", 2)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    library = Factory()
    library.topic("raft")
    for number in range(_ARTICLES):
        article = library.article(f"Article {number}", topics={"raft": "certain"})
        library.post(f"A note about article {number}", article)
    broken = library.article("A broken row", topics={"raft": "certain"}, authors="[not JSON")
    library.post("A note about a broken row", broken)
    return library.save(tmp_path / "public.db")


def built(
    database: Path, target: Path, progress: BuildProgress | None = None, *, force: bool = False
) -> BuildResult:
    folders = bundled_path("templates"), bundled_path("site", "assets")
    engine = EngineSettings(processes=2)
    return build_site(
        database,
        target,
        SiteSettings(),
        NOW,
        *folders,
        progress=progress,
        engine=engine,
        force=force,
    )


def interrupt_build(
    database: Path, target: Path, error: type[BaseException] = KilledError, batches: int = 4
) -> BuildProgress:
    """Build until some batches of pages are finished, and return the progress until then."""
    progress = BuildProgress()

    def stop_after_some() -> None:
        if progress.made >= 2 * batches:
            raise error

    progress.on_file = stop_after_some
    with pytest.raises(error):
        built(database, target, progress)
    return progress


def staged(target: Path) -> list[Path]:
    """Return the files of interrupted builds."""
    folders = (target.parent / ".builds").glob("*.partial")
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def expected(tmp_path: Path, database: Path) -> dict[str, bytes]:
    built(database, tmp_path / "whole/public")
    return files(tmp_path / "whole/public")


@pytest.mark.parametrize("error", [KilledError, KeyboardInterrupt])
def test_next_build_makes_only_the_other_batches(
    tmp_path: Path, database: Path, expected: dict[str, bytes], error: type[BaseException]
) -> None:
    target, progress = tmp_path / "site/public", BuildProgress()
    interrupted = interrupt_build(database, target, error)

    result = built(database, target, progress)

    assert files(target) == expected
    assert progress.continued == interrupted.made > 0
    assert progress.continued + progress.made == progress.groups == interrupted.groups
    assert result.written == len(expected)
    assert [failure.url for failure in result.withheld] == ["article/13-a-broken-row.html"]
    assert not staged(target)
    assert not target.parent.joinpath(".builds", _FINISHED).exists()


def test_build_that_is_interrupted_twice_keeps_the_batches_of_both(
    tmp_path: Path, database: Path, expected: dict[str, bytes]
) -> None:
    target, progress = tmp_path / "site/public", BuildProgress()
    first = interrupt_build(database, target, batches=2)
    second = interrupt_build(database, target, batches=2)

    built(database, target, progress)

    assert files(target) == expected
    assert second.continued == first.made
    assert progress.continued == first.made + second.made


def test_damaged_and_missing_files_are_made_again(
    tmp_path: Path, database: Path, expected: dict[str, bytes]
) -> None:
    target, progress = tmp_path / "site/public", BuildProgress()
    interrupted = interrupt_build(database, target)
    pages = [path for path in staged(target) if path.parent.name == "article"]
    pages[0].write_bytes(b"")
    pages[-1].unlink()

    built(database, target, progress)

    assert files(target) == expected
    assert 0 < progress.continued < interrupted.made


def test_other_snapshot_starts_from_the_beginning(tmp_path: Path, database: Path) -> None:
    target, progress = tmp_path / "site/public", BuildProgress()
    interrupt_build(database, target)
    with sqlite3.connect(database) as db:
        db.execute("UPDATE articles SET title = 'Renamed' WHERE id = 1")
        store_item_versions(db)

    built(database, target, progress)

    built(database, tmp_path / "whole/public")
    assert files(target) == files(tmp_path / "whole/public")
    assert progress.continued == 0
    assert not staged(target)


def test_changed_templates_continue_nothing(tmp_path: Path, database: Path) -> None:
    target, progress = tmp_path / "site/public", BuildProgress()
    interrupt_build(database, target)
    templates = tmp_path / "templates"
    shutil.copytree(bundled_path("templates"), templates)
    footer = templates / "site/footer.html"
    footer.write_text(f"{footer.read_text()}\n<!-- changed -->")

    build_site(
        database,
        target,
        SiteSettings(),
        NOW,
        templates,
        bundled_path("site", "assets"),
        progress=progress,
        engine=EngineSettings(processes=2),
    )

    assert progress.continued == 0


def test_forced_build_continues_nothing(
    tmp_path: Path, database: Path, expected: dict[str, bytes]
) -> None:
    target, progress = tmp_path / "site/public", BuildProgress()
    interrupt_build(database, target)

    built(database, target, progress, force=True)

    assert files(target) == expected
    assert progress.continued == 0


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + bytes(900)])
def test_unreadable_list_of_batches_costs_only_time(
    tmp_path: Path, database: Path, expected: dict[str, bytes], content: bytes
) -> None:
    target, progress = tmp_path / "site/public", BuildProgress()
    interrupt_build(database, target)
    target.parent.joinpath(".builds", _FINISHED).write_bytes(content)

    built(database, target, progress)

    assert files(target) == expected
    assert progress.continued == 0


def test_build_that_fails_leaves_no_files(tmp_path: Path, database: Path) -> None:
    target = tmp_path / "site/public"

    interrupt_build(database, target, OSError)

    assert not staged(target)
    assert not target.parent.joinpath(".builds", _FINISHED).exists()


def test_progress_estimates_the_rest_from_the_groups_of_this_build() -> None:
    progress = BuildProgress(groups=1_000, continued=500, made=100)

    assert progress.remaining_seconds(20.0) == 80.0
    assert BuildProgress(groups=1_000).remaining_seconds(20.0) is None
