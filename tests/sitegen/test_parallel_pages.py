"""A site rendered by child processes equals the one that a single process renders."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.settings.engine import EngineSettings
from crawler.settings.site import SiteSettings
from crawler.sitegen import site_files
from crawler.sitegen.build_site import BuildResult, build_site
from crawler.workspace import bundled_path
from tests.sitegen.factory import Factory

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def built(database: Path, target: Path, processes: int) -> BuildResult:
    settings, engine = SiteSettings(), EngineSettings(processes=processes)
    folders = bundled_path("templates"), bundled_path("site", "assets")
    return build_site(database, target, settings, NOW, *folders, engine=engine)


def files(site: Path) -> dict[str, bytes]:
    site = site.resolve()
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def test_two_processes_write_the_files_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Factory()
    made.topic("raft")
    for number in range(9):
        article = made.article(f"Article {number}", topics={"raft": "certain"})
        made.post(f"A note about article {number}", article)
    broken = made.article("A broken row", topics={"raft": "certain"}, authors="[not JSON")
    made.post("A post without links", topics={"raft": "certain"})
    database = made.save(tmp_path / "public.db")
    one = built(database, tmp_path / "one/public", 1)
    monkeypatch.setattr(site_files, "LEAST_ARTICLES", 1)

    two = built(database, tmp_path / "two/public", 2)

    assert two == one
    assert [failure.url for failure in two.withheld] == [f"article/{broken}-a-broken-row.html"]
    assert files(tmp_path / "two/public") == files(tmp_path / "one/public")
