"""The finished demo, made once for all tests of this folder."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli.main import cli
from crawler.demo.build_demo import first_run_before
from crawler.demo.fictional_network import FictionalNetwork, read_network

DATE = "2026-11-28"


@dataclass(frozen=True)
class FinishedDemo:
    """The folder of a finished demo, the output of its command, and its network."""

    folder: Path
    result: Result
    network: FictionalNetwork

    @property
    def site(self) -> Path:
        """The folder of the published site."""
        return self.folder / "site/public"

    def rows(self, sql: str, *values: object, private: bool = False) -> list[sqlite3.Row]:
        """Return the rows of a query over the snapshot, or over the private database."""
        name = "hashtrail.db" if private else "public.db"
        with sqlite3.connect(self.folder / "data/state" / name) as db:
            db.row_factory = sqlite3.Row
            return db.execute(sql, values).fetchall()


def make_demo(folder: Path) -> Result:
    """Run `hashtrail demo` for `folder` without serving it."""
    return CliRunner().invoke(
        cli, ["demo", str(folder), "--no-serve", "--date", DATE], standalone_mode=False
    )


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> FinishedDemo:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    result = make_demo(folder)
    assert result.exception is None, result.output
    network = read_network(first_run_before(datetime(2026, 11, 28, 12, tzinfo=UTC)))
    return FinishedDemo(folder, result, network)
