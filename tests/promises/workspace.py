"""A workspace for promise tests: nights against loopback servers with a clock set by the test."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner, Result

from crawler.cli.main import cli
from crawler.nightly.run_command import run_command
from crawler.nightly.run_report import Command, RunReport
from crawler.run_telemetry import RunLog
from crawler.workspace import open_workspace
from tests.cli.test_bad_input import ROOT
from tests.internet.server import Handler, Internet, small_internet
from tests.promises.few_topics import copy_few_topics

START = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


@dataclass
class Nights:
    """A workspace and the servers its sources name; `clock` is the time of the next run."""

    folder: Path
    internet: Internet
    clock: datetime = START
    reports: list[RunReport] = field(default_factory=list)

    def run(
        self, at: datetime | None = None, command: Command = "nightly", **options: Any
    ) -> RunReport:
        """Run one command at a time of our choice and return its report."""
        self.clock = at or self.clock
        workspace = open_workspace(self.folder)
        with RunLog(workspace.logs, command, self.now) as run_log:
            report = run_command(workspace, command, run_log, self.now, **options)
        self.reports.append(report)
        return report

    def now(self) -> datetime:
        return self.clock

    def command(self, *words: str) -> Result:
        """Run a command in this process and return its result with the exit code."""

        @click.command(context_settings={"ignore_unknown_options": True})
        @click.argument("arguments", nargs=-1)
        def hashtrail(arguments: tuple[str, ...]) -> None:
            raise SystemExit(cli.main(list(arguments), standalone_mode=False) or 0)

        return CliRunner().invoke(hashtrail, ["--", "--workspace", str(self.folder), *words])

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "data/state/hashtrail.db")) as db:
            return db.execute(sql, values).fetchall()

    def requests(self, host: str) -> list[str]:
        """The paths that were requested of a host, in order of name."""
        return sorted(
            path for requested_host, path in self.internet.requests if requested_host == host
        )


@contextmanager
def nights_with(
    folder: Path,
    sources: str,
    hosts: Mapping[str, Handler],
    settings: str = "",
) -> Iterator[Nights]:
    """A fresh workspace with these `[[source]]` tables, served by these hosts on loopback."""
    authority = folder / "ca"
    authority.mkdir(parents=True)
    with small_internet(authority, hosts) as internet:
        copy_few_topics(folder / "data/topics")
        shutil.copytree(ROOT / "data/generated", folder / "data/generated")
        (folder / "data/sources.toml").write_text(sources, encoding="utf-8")
        (folder / "data/hashtrail.toml").write_text(
            workspace_settings(internet) + settings, encoding="utf-8"
        )
        yield Nights(folder, internet)


def feed_source(name: str, host: str, path: str = "/feed.xml") -> str:
    """The table of a feed."""
    return f'[[source]]\nname = "{name}"\nkind = "feed"\nurl = "https://{host}{path}"\n\n'


def rss(*items: tuple[str, str]) -> str:
    """An RSS 2.0 document with (title, link) items."""
    entries = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid></item>"
        for title, link in items
    )
    return f'<rss version="2.0"><channel><title>Feed</title>{entries}</channel></rss>'


def answers(make: Callable[[str], Any]) -> Handler:
    """A handler that answers every path with what `make` returns for it."""

    async def handler(request: Any) -> Any:
        return make(request.path)

    return handler


def workspace_settings(internet: Internet) -> str:
    return (
        f'[fetch]\nconnect_to = "127.0.0.1:{internet.port}"\nca_bundle = "{internet.ca_file}"\n'
        'allow_private = ["127.0.0.0/8"]\ndelay_seconds = 0.0\ntotal_seconds = 6.0\n'
    )
