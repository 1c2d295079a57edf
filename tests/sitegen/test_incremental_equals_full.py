"""A build of what changed equals a build of everything, byte for byte, over random histories.

`HASHTRAIL_HISTORIES=200` tests more of them, and `HASHTRAIL_FIRST_HISTORY` starts with another.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest

from crawler.errors import GateError
from crawler.settings.engine import EngineSettings
from crawler.settings.site import SiteSettings
from crawler.sitegen import site_files
from crawler.sitegen.build_progress import BuildProgress
from crawler.sitegen.build_site import ONE_PROCESS, build_site
from crawler.sitegen.pagination import PAGE_SIZE
from crawler.store.public_snapshot import write_snapshot
from crawler.workspace import bundled_path
from tests.sitegen.conftest import NOW
from tests.sitegen.factory import Factory
from tests.sitegen.killed_builds import KilledError, kill_at
from tests.sitegen.random_histories import CHANGES, RandomSnapshot

FIRST = int(os.environ.get("HASHTRAIL_FIRST_HISTORY", "1"))
HISTORIES = int(os.environ.get("HASHTRAIL_HISTORIES", "3"))
STEPS = 4


class Sites:
    """Two sites of one snapshot: `partial` by incremental builds, `full` by full ones.

    The former are made by `processes`, the latter by one.
    """

    def __init__(self, folder: Path, factory: Factory, processes: int = 1) -> None:
        self.folder = folder
        self.factory = factory
        self.engines = {"partial": EngineSettings(processes=processes), "full": ONE_PROCESS}
        self.settings = SiteSettings()
        (folder / "templates/site").mkdir(parents=True)

    def write(self) -> None:
        """Write the public snapshot."""
        write_snapshot(self.factory.db, self.folder / "public.db")

    def build(self, name: str) -> str:
        """Build the site `name`; return the gate that refused it."""
        progress = BuildProgress()
        try:
            build_site(
                self.folder / "public.db",
                self.folder / name / "public",
                self.settings,
                NOW,
                bundled_path("templates"),
                bundled_path("site", "assets"),
                overrides=self.folder,
                engine=self.engines[name],
                progress=progress,
            )
        except GateError as error:
            return error.gate
        assert not progress.restart
        return ""

    def build_both(self) -> None:
        """Build both sites; nothing is known about the last build of `full`."""
        self.write()
        (self.folder / "full/.builds/manifest.db").unlink(missing_ok=True)
        assert self.build("partial") == self.build("full")

    def differences(self) -> list[str]:
        """The paths of the files that differ between the two sites."""
        partial, full = (read_tree(self.folder / name / "public") for name in ("partial", "full"))
        paths = sorted(partial.keys() | full.keys())
        return [path for path in paths if partial.get(path) != full.get(path)]


class History(Sites):
    """Two sites of one snapshot that changes at random; every third has two processes."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.snapshot = RandomSnapshot(seed)
        self.dice = self.snapshot.dice
        super().__init__(folder, self.snapshot.factory, processes=1 if seed % 3 else 2)
        self.settings = SiteSettings(base_url=self.dice.choice(("", "https://trail.example/")))

    def change(self) -> list[str]:
        """Change the snapshot, and rarely a setting or a template. Return the changes' names."""
        changes = self.dice.choices(CHANGES, k=self.dice.randint(0, 4))
        for change in changes:
            change(self.snapshot)
        names = [change.__name__ for change in changes]
        if self.dice.random() < 0.1:
            self.settings = SiteSettings(title=self.snapshot.words(2))
            names.append("setting")
        if self.dice.random() < 0.1:
            footer = f"<p>{self.snapshot.words()}</p>\n"
            (self.folder / "templates/site/footer.html").write_text(footer)
            names.append("template")
        return names


@pytest.fixture
def sites(tmp_path: Path) -> Sites:
    """Both sites of an empty snapshot, not built yet."""
    return Sites(tmp_path, Factory())


@pytest.mark.parametrize("seed", range(FIRST, FIRST + HISTORIES))
def test_incremental_build_equals_full_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(site_files, "LEAST_GROUPS", 1)
    history = History(tmp_path, seed)
    changes = [["first"]]
    for step in range(STEPS):
        if step and history.dice.random() < 0.3:
            history.write()
            with monkeypatch.context() as patched, suppress(KilledError):
                kill_at(history.dice.randrange(60), patched)
                history.build("partial")
        history.build_both()
        assert history.differences() == [], changes
        changes.append(history.change())


def test_similar_post_that_joins_a_thread_gets_the_page_of_the_thread(sites: Sites) -> None:
    factory = sites.factory
    factory.topic("leases")
    article = factory.article("Leases", topics={"leases": "certain"})
    original = factory.post("The secret of leases explained")
    factory.post("Leases, a thread", thread_key="u", thread_position=1)
    part = {"thread_key": "u", "thread_position": 2}
    like = factory.post("The secret of leases explained", similar_to=original, **part)
    sites.build_both()
    row = {"url": "https://l.example/", "origin": "body", "position": 0}
    factory.row("links", post_id=original, article_id=article, **row)
    sites.build_both()
    assert sites.differences() == []
    assert (sites.folder / f"partial/public/post/{like}.html").is_file()


def test_numbered_pages_of_a_topic_with_another_definition(sites: Sites) -> None:
    factory = sites.factory
    factory.topic("leases")
    for number in range(2 * PAGE_SIZE + 1):
        factory.article(f"Part {number}", topics={"leases": "certain"})
    sites.build_both()
    factory.db.execute("UPDATE topics SET definition = 'Rights that end.'")
    sites.build_both()
    assert sites.differences() == []


def test_feed_of_digests_after_the_clock_was_set_back(sites: Sites) -> None:
    factory = sites.factory
    factory.topic("leases")
    for day in ("12", "19"):
        seen = f"2026-11-{day}T10:00:00Z"
        factory.article(day, topics={"leases": "certain"}, first_seen=seen)
    factory.run("2026-11-25T03:00:00Z")
    sites.build_both()
    factory.db.execute("DELETE FROM runs")
    factory.run("2026-11-20T03:00:00Z")
    sites.build_both()
    assert sites.differences() == []


def read_tree(folder: Path) -> dict[str, bytes]:
    top = folder.resolve()
    return {
        str(path.relative_to(top)): path.read_bytes() for path in top.rglob("*") if path.is_file()
    }
