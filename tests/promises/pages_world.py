"""A workspace whose articles are on one loopback host that a test changes between nights."""

from __future__ import annotations

import gzip
import random
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from click.testing import CliRunner

from crawler.cli.main import cli
from crawler.nightly.run_command import run_command
from crawler.nightly.run_report import Command, RunReport
from crawler.run_telemetry import RunLog
from crawler.workspace import bundled_path, open_workspace
from tests.internet.server import small_internet
from tests.promises.few_topics import copy_few_topics

HOST = "pages.example"
Answer = Callable[[web.Request], web.Response]
PAGE = """<!doctype html><html lang="en"><head>{head}<title>{title}</title>
<meta name="description" content="{title}: what a lease means for the holder of a lock, \
and why it ends.">
</head><body><article><h1>{title}</h1>{text}</article></body></html>"""
WORDS = re.findall(
    r"\w+",
    "quorum replica shard leader follower snapshot journal clock vector token fence epoch "
    "partition gossip consensus broker topic offset batch stream index cache page segment "
    "merge compaction tree hash ring router proxy circuit timeout retry backoff queue worker "
    "scheduler region zone cluster",
)
CASINO = "".join(
    f"<p>Play casino slots number {n}, claim the betting bonus, win the jackpot at poker.</p>"
    for n in range(20)
)


def text_of(title: str) -> str:
    """Twenty paragraphs that no other title has: articles with the same text become one article."""
    chosen = random.Random(title)
    return "".join(
        f"<p>A lease of kind {n} renews the {' '.join(chosen.choices(WORDS, k=12))}.</p>"
        for n in range(20)
    )


def page(title: str, head: str = "", text: str = "", **headers: str) -> web.Response:
    """An article with this title; with its own text unless another `text` is given."""
    body = PAGE.format(title=title, head=head, text=text or text_of(title)).encode()
    return web.Response(body=body, content_type="text/html", headers=headers)


@dataclass
class World:
    """The workspace and the answers of the host by path.

    `run` moves the clock to a night and runs.
    """

    folder: Path
    start: datetime
    answers: dict[str, Answer] = field(default_factory=dict)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        known = self.answers.get(request.path)
        return known(request) if known else web.Response(status=404)

    def night(self, number: float) -> RunReport:
        return self.run("nightly", number)

    def run(self, command: Command, number: float) -> RunReport:
        def now() -> datetime:
            return self.start + timedelta(days=number)

        workspace = open_workspace(self.folder, {})
        with RunLog(workspace.logs, command, now) as run_log:
            return run_command(workspace, command, run_log, now, force=True)

    def command(self, *words: str) -> Any:
        return CliRunner().invoke(cli, ["--workspace", str(self.folder), *words])

    def query(self, sql: str, *values: object, public: bool = False) -> list[Any]:
        name = "public.db" if public else "hashtrail.db"
        with sqlite3.connect(self.folder / "data/state" / name) as db:
            db.row_factory = sqlite3.Row
            return db.execute(sql, values).fetchall()

    def article(self, path: str, *, public: bool = False) -> Any:
        (row,) = self.query("SELECT * FROM articles WHERE url LIKE ?", f"%{path}", public=public)
        return row

    def segments(self) -> list[Path]:
        return sorted((self.folder / "data/state/archive").glob("*.warc.gz"))

    def archived(self, words: str) -> bool:
        """Whether the archive contains these words."""
        return any(words.encode() in gzip.decompress(path.read_bytes()) for path in self.segments())


@contextmanager
def pages_world(
    folder: Path, start: datetime, paths: list[str], settings: str = ""
) -> Iterator[World]:
    """A workspace with a paste that links `paths`; articles are checked again every night."""
    ca, root = folder / "ca", folder / "kb"
    ca.mkdir()
    (root / "data/inbox").mkdir(parents=True)
    copy_few_topics(root / "data/topics")
    shutil.copytree(bundled_path("data", "curation"), root / "data/curation")
    (root / "data/sources.toml").write_text("")
    posts = [f"About leases #DistributedSystems https://{HOST}{path}" for path in paths]
    (root / "data/inbox/posts.txt").write_text("\n\n".join(posts) + "\n")
    world = World(root, start)
    with small_internet(ca, {HOST: world.answer}) as internet:
        (root / "data/hashtrail.toml").write_text(
            f'[fetch]\nconnect_to = "127.0.0.1:{internet.port}"\nca_bundle = "{internet.ca_file}"\n'
            'allow_private = ["127.0.0.0/8"]\ndelay_seconds = 0.0\ntotal_seconds = 6.0\n'
            f"[crawl]\nrecheck_days = 1\n[engine]\nprocesses = 1\n{settings}"
        )
        yield world
