"""A site rendered by child processes or by a cluster equals the one of a single process."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.cluster_processes import loopback_cluster
from crawler.settings.engine import EngineSettings
from crawler.settings.site import SiteSettings
from crawler.sitegen import site_files
from crawler.sitegen.build_site import BuildResult, build_site
from crawler.sitegen.pagination import PAGE_SIZE
from crawler.workspace import bundled_path
from tests.sitegen.factory import Factory

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
_BROKEN = 10


def built(
    database: Path, target: Path, engine: EngineSettings, overrides: Path | None = None
) -> BuildResult:
    folders = bundled_path("templates"), bundled_path("site", "assets")
    return build_site(
        database, target, SiteSettings(), NOW, *folders, engine=engine, overrides=overrides
    )


def built_with_both(folder: Path) -> list[BuildResult]:
    """Build a site with one process in the folder `1`, and one with two in the folder `2`."""
    return [
        built(
            folder / "public.db", folder / str(number) / "public", EngineSettings(processes=number)
        )
        for number in (1, 2)
    ]


def files(site: Path) -> dict[str, bytes]:
    site = site.resolve()
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Factory:
    """Nine articles and one that cannot be rendered; so few are rendered by the engine too."""
    monkeypatch.setattr(site_files, "LEAST_GROUPS", 1)
    made = Factory()
    made.topic("raft")
    for number in range(9):
        article = made.article(f"Article {number}", topics={"raft": "certain"})
        made.post(f"A note about article {number}", article)
    broken = made.article("A broken row", topics={"raft": "certain"}, authors="[not JSON")
    assert broken == _BROKEN
    made.post("A post without links", topics={"raft": "certain"})
    return made


def test_two_processes_write_the_files_of_one(tmp_path: Path, library: Factory) -> None:
    database = library.save(tmp_path / "public.db")
    one = built(database, tmp_path / "one/public", EngineSettings(processes=1))

    two = built(database, tmp_path / "two/public", EngineSettings(processes=2))

    assert two == one
    assert [failure.url for failure in two.withheld] == [f"article/{_BROKEN}-a-broken-row.html"]
    assert files(tmp_path / "two/public") == files(tmp_path / "one/public")


def test_two_processes_write_only_what_changed(tmp_path: Path, library: Factory) -> None:
    database, target = library.save(tmp_path / "public.db"), tmp_path / "site/public"
    first = built(database, target, EngineSettings(processes=2))
    (target / "article/1-article-0.html").unlink()
    footer = tmp_path / "kb/templates/site/footer.html"
    footer.parent.mkdir(parents=True)
    footer.write_text("<footer>Our own footer</footer>")
    (target / "article/1-article-0.json").write_text("damaged")

    second = built(database, target, EngineSettings(processes=2), tmp_path / "kb")

    one = built(database, tmp_path / "one/public", EngineSettings(processes=1), tmp_path / "kb")
    assert files(target) == files(tmp_path / "one/public")
    assert second.written == second.pages + 1
    assert second.written + second.unchanged == first.written == one.written


def test_two_processes_keep_the_pages_that_did_not_change(
    tmp_path: Path, library: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2 * PAGE_SIZE):
        library.article(f"Part {number}", topics={"raft": "certain"})
    library.save(tmp_path / "public.db")
    built_with_both(tmp_path)
    library.article("A later part", topics={"raft": "certain"})
    library.save(tmp_path / "public.db")
    numbered = tmp_path / "2/public/topic/raft/1.html"
    complete = numbered.read_text()
    numbered.write_text("damaged")
    monkeypatch.setattr("crawler.sitegen.build_site.is_touched", lambda *_: False)

    one, two = built_with_both(tmp_path)

    assert two == one
    assert 0 < two.written < two.pages / 2
    assert numbered.read_text() == "damaged"  # it was not rendered
    numbered.write_text(complete)
    assert files(tmp_path / "2/public") == files(tmp_path / "1/public")


def test_workers_read_the_records_of_earlier_builds(tmp_path: Path, library: Factory) -> None:
    database, target = library.save(tmp_path / "public.db"), tmp_path / "site/public"
    built(database, target, EngineSettings(processes=2))
    records = tmp_path / "site/.builds/articles.db"
    with closing(sqlite3.connect(records)) as db, db:
        (record,) = db.execute("SELECT article FROM record WHERE id = 9").fetchone()
        record = record.replace(b"Article 8", b"Article X")
        db.execute("UPDATE record SET article = ? WHERE id = 9", (record,))
    library.db.execute("UPDATE articles SET title = 'Another title' WHERE id = 1")
    database = library.save(tmp_path / "public.db")

    built(database, target, EngineSettings(processes=2))

    assert "Article X" in (target / "topic/raft.html").read_text()


def test_articles_of_child_processes_have_records(tmp_path: Path, library: Factory) -> None:
    database, target = library.save(tmp_path / "public.db"), tmp_path / "site/public"
    built(database, target, EngineSettings(processes=2))
    with closing(sqlite3.connect(tmp_path / "site/.builds/articles.db")) as records:
        ids = [number for (number,) in records.execute("SELECT id FROM record ORDER BY id")]
    assert ids == list(range(1, _BROKEN + 1))
    assert {path.name for path in (tmp_path / "site/.builds").iterdir() if path.is_dir()} == {
        target.resolve().name
    }

    more = library.article("One more", topics={"raft": "certain"})
    library.post("A note about one more", more)
    database = library.save(tmp_path / "public.db")
    built(database, target, EngineSettings(processes=2))
    built(database, tmp_path / "one/public", EngineSettings(processes=1))
    assert files(target) == files(tmp_path / "one/public")


def test_cluster_writes_the_files_of_one_process(tmp_path: Path, library: Factory) -> None:
    pytest.importorskip("distributed")
    database = library.save(tmp_path / "public.db")
    own = tmp_path / "kb/templates/site/footer.html"
    own.parent.mkdir(parents=True)
    own.write_text("<footer>Our own footer</footer>")
    one = built(database, tmp_path / "one/public", EngineSettings(processes=1), tmp_path / "kb")
    assert b"Our own footer" in (tmp_path / "one/public/index.html").read_bytes()

    with loopback_cluster(tmp_path) as cluster:
        for exchange in ("", f"file://{tmp_path / 'exchange'}"):
            engine = EngineSettings(name="dask", scheduler=cluster.url, exchange=exchange)
            target = tmp_path / f"cluster{len(exchange)}/public"
            assert built(database, target, engine, tmp_path / "kb") == one
            assert files(target) == files(tmp_path / "one/public")

    assert not [*(tmp_path / "exchange").iterdir()]
