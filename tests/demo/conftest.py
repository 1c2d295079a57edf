"""The finished demo, made once for all tests of this folder."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli.main import cli
from crawler.demo.build_demo import first_run_before
from crawler.demo.fictional_network import FictionalNetwork, read_network

LAST_NIGHT = datetime(2026, 11, 28, 12, tzinfo=UTC)


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

    @property
    def public_files(self) -> list[Path]:
        """The snapshot and the files of the site."""
        return [self.folder / "data/state/public.db", *self.site.resolve().rglob("*")]

    def rows(self, sql: str, *values: object, private: bool = False) -> list[sqlite3.Row]:
        """Return the rows of a query over the snapshot, or over the private database."""
        name = "hashtrail.db" if private else "public.db"
        with sqlite3.connect(self.folder / "data/state" / name) as db:
            db.row_factory = sqlite3.Row
            return db.execute(sql, values).fetchall()

    def value(self, sql: str, *values: object) -> object:
        """Return the single value of a query over the snapshot."""
        (row,) = self.rows(sql, *values)
        return row[0]

    def count(self, sql: str, *values: object) -> int:
        """Return the single number of a query over the snapshot."""
        number = self.value(sql, *values)
        assert isinstance(number, int)
        return number

    def counts(self, number: int) -> dict[str, int]:
        """Return the counts of the nightly run `number`."""
        runs = self.rows("SELECT counts FROM runs WHERE command = 'nightly' ORDER BY id")
        counts: dict[str, int] = json.loads(runs[number - 1]["counts"])
        return counts

    def files_with(self, words: Iterable[str], *files: Path) -> list[Path]:
        """Return those of `files` that contain one of `words`, in any case."""
        encoded = [word.encode() for word in words]
        return [
            path
            for path in files
            if path.is_file() and any(word in path.read_bytes().lower() for word in encoded)
        ]


def make_demo(folder: Path) -> Result:
    """Run `hashtrail demo` for `folder` without serving it."""
    command = ["demo", str(folder), "--no-serve", "--date", f"{LAST_NIGHT:%Y-%m-%d}"]
    return CliRunner().invoke(cli, command, standalone_mode=False)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> FinishedDemo:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    result = make_demo(folder)
    assert result.exception is None, result.output
    return FinishedDemo(folder, result, read_network(first_run_before(LAST_NIGHT)))
