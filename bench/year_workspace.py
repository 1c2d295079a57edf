"""The workspace of a simulated year: its files, its network, its disk and its measures."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.year_world import NAMES, SUBJECTS, YearWorld

_ARCHIVE_DAYS = 60
_CLOSED_PORT = 9
_LEAST_FREE_MB = 200
_TABLES = ("articles", "fetches", "posts", "run_sources", "runs")
_TOPIC = 'label = "{label}"\ndefinition = "About {label}."\nstrong = ["{phrase}"]\n'
_SETTINGS = """\
[site]
base_url = "https://year.example/"
feed_authority = "year.example,2026-01-01"
[fetch]
connect_to = "http://127.0.0.1:{port}"
allow_private = ["127.0.0.0/8"]
delay_seconds = 0.0
per_host_nightly = 500
[engine]
processes = 1
[archive]
keep_days = {keep_days}
segment_mb = 1
[budget]
free_mb = {free_mb}
"""
_SOURCE = '[[source]]\nname = "{name}"\nkind = "feed"\nurl = "https://{name}.example/feed.xml"\n\n'


@dataclass(frozen=True, slots=True)
class NightMeasures:
    """The measures after one night: time, bytes by place, and rows by table."""

    day: int
    event: str
    outcome: str
    seconds: float
    crawl_seconds: float
    build_seconds: float
    database_bytes: int
    snapshot_bytes: int
    backup_bytes: int
    archive_bytes: int
    log_bytes: int
    site_bytes: int
    articles: int
    fetches: int
    posts: int
    run_sources: int
    runs: int


@dataclass(slots=True)
class YearWorkspace:
    """The workspace in `folder`, which reads the internet of `world`."""

    folder: Path
    world: YearWorld

    @property
    def state(self) -> Path:
        """The folder of everything that Hashtrail writes."""
        return self.folder / "data/state"

    def prepare(self) -> None:
        """Write settings, sources and topics."""
        topics = self.folder / "data/topics"
        topics.mkdir(parents=True)
        for subject in SUBJECTS:
            slug = subject.lower().replace(" ", "-")
            text = _TOPIC.format(label=subject, phrase=subject.lower())
            (topics / f"{slug}.toml").write_text(text, encoding="utf-8")
        sources = "".join(_SOURCE.format(name=name) for name in NAMES)
        (self.folder / "data/sources.toml").write_text(sources, encoding="utf-8")
        self.configure()

    def configure(self, *, connected: bool = True, checks_space: bool = True) -> None:
        """Write the settings.

        If the workspace is not `connected`, all requests go to a port on which nothing listens. If
        it does not check the free space (`checks_space`), a run begins on a full disk.
        """
        port = self.world.port if connected else _CLOSED_PORT
        free_mb = _LEAST_FREE_MB if checks_space else 0
        text = _SETTINGS.format(port=port, keep_days=_ARCHIVE_DAYS, free_mb=free_mb)
        (self.folder / "data/hashtrail.toml").write_text(text, encoding="utf-8")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of the query `sql` in the private database."""
        with closing(sqlite3.connect(self.state / "hashtrail.db")) as db:
            return db.execute(sql).fetchall()

    def faults(self) -> list[str]:
        """Return what is wrong with the database; empty if it is sound."""
        with closing(sqlite3.connect(self.state / "hashtrail.db")) as db:
            checked = [str(row[0]) for row in db.execute("PRAGMA integrity_check")]
            broken = db.execute("PRAGMA foreign_key_check").fetchall()
        return [text for text in checked if text != "ok"] + [
            f"foreign key: {row}" for row in broken
        ]

    def measures(
        self, day: int, event: str, outcome: str, steps: dict[str, float]
    ) -> NightMeasures:
        """Return the measures after the night `day` with its `event` and `outcome`.

        `steps` has the seconds of its steps.
        """
        counts = {table: self.rows(f"SELECT count(*) FROM {table}")[0][0] for table in _TABLES}
        build = sum(steps.get(name, 0.0) for name in ("build", "publish", "snapshot"))
        total = steps["total"]
        return NightMeasures(
            day=day,
            event=event,
            outcome=outcome,
            seconds=round(total, 3),
            crawl_seconds=round(max(total - build, 0.0), 3),
            build_seconds=round(build, 3),
            database_bytes=_size(self.state, "hashtrail.db*"),
            snapshot_bytes=_size(self.state, "public.db*"),
            backup_bytes=_size(self.state / "backups", "*"),
            archive_bytes=_size(self.state / "archive", "*"),
            log_bytes=_size(self.state / "logs", "*"),
            site_bytes=_size((self.folder / "site/public").resolve(), "**/*"),
            **counts,
        )

    @contextmanager
    def filled_disk(self, free: int) -> Iterator[None]:
        """Yield while only `free` bytes are left on the disk of the workspace.

        The disk must be small: it is filled with a file.
        """
        import shutil

        filler = self.folder / "filler"
        size = shutil.disk_usage(self.folder).free - free
        try:
            with filler.open("wb") as file:
                for _ in range(max(size, 0) // 1_000_000):
                    file.write(b"\0" * 1_000_000)
            yield
        finally:
            filler.unlink(missing_ok=True)


def _size(folder: Path, pattern: str) -> int:
    return sum(path.lstat().st_size for path in folder.glob(pattern) if path.is_file())
