"""A night with 30 % hostile hosts ends in time, stores every good article, reports failures."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import sqlite3
import time
from pathlib import Path

import pytest
from aiohttp import web

from tests.cli.test_bad_input import hashtrail
from tests.internet.server import Handler, small_internet
from tests.promises.few_topics import copy_few_topics

HOSTS = 40
BAD_SHARE = 0.3
EXCHANGE_SECONDS = 6.0
BUDGET_SECONDS = 90.0


async def good(request: web.Request) -> web.Response:
    lines = (
        (
            f"<p>Paragraph {n} of {request.host}: replicas vote, a leader is chosen, "
            "and the log is kept in one order by all.</p>"
        )
        for n in range(9)
    )
    head = f"<html><head><title>Consensus at {request.host}</title></head>"
    return web.Response(
        text=f"{head}<body><article>{''.join(lines)}</article></body></html>",
        content_type="text/html",
    )


async def never(request: web.Request) -> web.Response:
    await asyncio.sleep(60)
    return web.Response()


async def drip(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    for _ in range(120):
        await answer.write(b"<p>")
        await asyncio.sleep(0.5)
    return answer


async def slam(request: web.Request) -> web.Response:
    assert request.transport
    request.transport.abort()
    return web.Response()


async def cut(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Length": "100000"})
    await answer.prepare(request)
    await answer.write(b"<html>half a page")
    assert request.transport
    request.transport.close()
    return answer


async def bomb(request: web.Request) -> web.Response:
    return web.Response(
        body=gzip.compress(bytes(40_000_000), 9), headers={"Content-Encoding": "gzip"}
    )


async def liar(request: web.Request) -> web.Response:
    return web.Response(body=b"<html>plain</html>", headers={"Content-Encoding": "gzip"})


async def loop(request: web.Request) -> web.Response:
    return web.Response(
        status=302, headers={"Location": f"/again{len(request.path)}/{request.path}"}
    )


async def storm(request: web.Request) -> web.Response:
    return web.Response(status=503, headers={"Retry-After": "120"})


async def broken(request: web.Request) -> web.Response:
    return web.Response(status=500)


async def maze(request: web.Request) -> web.Response:
    return web.Response(text="<div>" * 60_000, content_type="text/html")


MISBEHAVIOURS: tuple[Handler, ...] = (never, drip, slam, cut, bomb, liar, loop, storm, broken, maze)


@pytest.mark.parametrize("seed", [1, 2])
def test_night_with_a_third_of_hostile_hosts_succeeds(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    names = [f"host{number}.example" for number in range(HOSTS)]
    bad = set(chance.sample(names, int(HOSTS * BAD_SHARE)))
    handlers = {name: chance.choice(MISBEHAVIOURS) if name in bad else good for name in names}
    with small_internet(tmp_path, handlers) as internet:
        workspace = _workspace(tmp_path / "kb", names, internet.port, internet.ca_file)
        began = time.monotonic()
        done = hashtrail(workspace, "nightly", "--json")
        assert time.monotonic() - began < BUDGET_SECONDS
    assert done.returncode == 0, done.stderr
    rows = _articles(workspace)
    assert {host for host, state in rows.items() if state[0] == "ok"} == set(names) - bad
    assert all(outcome not in (None, "ok") for host, (_, outcome) in rows.items() if host in bad)
    assert sum(number for _, number in json.loads(done.stdout)["unread"]) == len(bad)


def _workspace(folder: Path, names: list[str], port: int, ca_file: Path) -> Path:
    (folder / "data/inbox").mkdir(parents=True)
    copy_few_topics(folder / "data/topics")
    (folder / "data/sources.toml").write_text("")
    (folder / "data/inbox/paste.txt").write_text(
        "\n---\n".join(f"Worth reading: https://{name}/post\n#DistributedSystems" for name in names)
    )
    settings = (
        f'connect_to = "127.0.0.1:{port}"\nca_bundle = "{ca_file}"\n'
        'allow_private = ["127.0.0.0/8"]\n'
    )
    (folder / "data/hashtrail.toml").write_text(
        f"[fetch]\n{settings}delay_seconds = 0.0\nconcurrency = 12\n"
        f"total_seconds = {EXCHANGE_SECONDS}\n"
    )
    return folder


def _articles(workspace: Path) -> dict[str, tuple[str, str | None]]:
    with sqlite3.connect(workspace / "data/state/hashtrail.db") as db:
        return {
            host: (state, outcome)
            for host, state, outcome in db.execute("SELECT host, state, last_outcome FROM articles")
        }
