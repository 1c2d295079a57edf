"""Nights that notify the operator: good, degraded, refused and with a damaged database."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiohttp import web

from crawler.errors import CorruptStoreError, StoreError
from tests.monitoring.operator_server import OperatorServer, operator_server
from tests.promises.workspace import START, Nights, answers, feed_source, nights_with, rss

DAY = timedelta(days=1)


@pytest.fixture
def operator() -> Iterator[OperatorServer]:
    with operator_server() as server:
        yield server


@pytest.fixture
def nights(tmp_path: Path, operator: OperatorServer) -> Iterator[Nights]:
    text = rss(("Leases #DistributedSystems", "https://a.example/post"))
    feed = answers(lambda path: web.Response(text=text, content_type="application/rss+xml"))
    settings = (
        f'\n[monitor]\nwebhook_url = "{operator.url()}"\nping_url = "{operator.url("/good")}"\n'
        f'ping_failure_url = "{operator.url("/bad")}"\nmax_age_hours = 1000\n'
    )
    sources = feed_source("feed", "feed.example")
    with nights_with(tmp_path / "kb", sources, {"feed.example": feed}, settings) as nights:
        yield nights


def _taken(operator: OperatorServer) -> list[str]:
    """Return the requests since the last call: the title of a message, or the path of a ping."""
    requests, operator.requests = operator.requests, []
    return [
        json.loads(body)["title"] if method == "POST" else path for method, path, body in requests
    ]


def test_operator_receives_each_incident_once_and_its_end(
    nights: Nights, operator: OperatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights.run(START)
    assert _taken(operator) == ["/good"]

    settings = nights.folder / "data/hashtrail.toml"
    online = settings.read_text()
    settings.write_text(online.replace(f":{nights.internet.port}", ":1"))
    nights.run(START + DAY)
    nights.run(START + 2 * DAY)
    assert _taken(operator) == ["Hashtrail: Too many sources fail", "/bad", "/bad"]
    settings.write_text(online)
    nights.run(START + 3 * DAY)
    assert _taken(operator) == ["Hashtrail: Ended: Too many sources fail", "/good"]

    full = SimpleNamespace(total=10**9, used=10**9, free=10_000_000)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: full)
        for night in (4, 5):
            with pytest.raises(StoreError, match="Disk full"):
                nights.run(START + night * DAY)
    taken = _taken(operator)
    assert taken[0].startswith("Hashtrail: ")
    assert taken[1:] == ["/bad", "/bad"]

    database = nights.folder / "data/state/hashtrail.db"
    content = database.read_bytes()
    database.write_bytes(b"no database" * 1000)
    for night in (6, 7):
        with pytest.raises(CorruptStoreError):
            nights.run(START + night * DAY)
    assert _taken(operator) == ["Hashtrail: The database cannot be used", "/bad", "/bad"]
    database.write_bytes(content)
    nights.run(START + 8 * DAY)
    assert _taken(operator)[0] == "Hashtrail: problems: 2 ended"


def test_unreachable_receiver_does_not_change_the_night(
    nights: Nights, operator: OperatorServer
) -> None:
    settings = nights.folder / "data/hashtrail.toml"
    settings.write_text(settings.read_text().replace(f":{operator.port}/", ":1/"))
    report = nights.run(START)
    assert report.outcome == "ok"
    assert any("not delivered (ping): 127.0.0.1: it cannot be reached" in n for n in report.notes)
    shown = nights.command("status").output
    assert "Not delivered (ping, 1 attempt, last success never): 127.0.0.1" in shown


def test_second_timer_reports_lost_state_once(nights: Nights, operator: OperatorServer) -> None:
    nights.run(START)
    shutil.rmtree(nights.folder / "data/state")
    _taken(operator)
    for _ in range(2):
        assert nights.command("status", "--check", "--notify").exit_code == 1
    assert _taken(operator) == ["Hashtrail: The database cannot be used"]


def test_second_timer_reports_a_night_that_never_ran(
    nights: Nights, operator: OperatorServer
) -> None:
    nights.run(START - 900 * DAY, "crawl")
    _taken(operator)
    for _ in range(2):
        check = nights.command("status", "--check", "--notify")
        assert check.exit_code == 1
        assert "never (since " in check.output
    assert _taken(operator) == ["Hashtrail: No night has succeeded yet"]
    assert nights.command("status", "--send-test").exit_code == 0
    assert _taken(operator) == ["Hashtrail: test message"]


def test_night_in_which_all_receivers_fail_shows_no_secret(
    nights: Nights, operator: OperatorServer, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = nights.folder / "data/hashtrail.toml"
    text = settings.read_text().replace(f":{operator.port}/", ":1/c4nary/")
    location = "https://127.0.0.1:1/x.git?token=c4nary"
    settings.write_text(f'{text}\n[publish]\ntarget = "git"\nlocation = "{location}"\n')
    report = nights.run(START)
    commands = (("status",), ("status", "--check", "--notify"), ("publish",), ("doctor",))
    shown = [nights.command(*command).output for command in commands]

    assert report.target is not None
    assert report.target.outcome == "failed"
    assert any("not delivered" in note for note in report.notes)
    assert "c4nary" not in "".join([repr(report), *shown, *capfd.readouterr()])
    files = [path for path in nights.folder.rglob("*") if path.is_file() and path != settings]
    assert [path for path in files if b"c4nary" in path.read_bytes()] == []
