"""Delivery of messages: real commands, real HTTP on loopback, kills, and failing receivers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.monitoring.notify_operator import (
    Delivery,
    notify_operator,
    notify_without_database,
    ping_after_night,
    send_test,
)
from crawler.monitoring.problem import Problem
from crawler.monitoring.problems import Assessment
from crawler.settings.all_settings import Settings
from crawler.settings.monitor import MonitorSettings
from crawler.store.database import open_store
from crawler.store.incidents import channel_states, open_incidents
from crawler.workspace import Workspace
from tests.monitoring.operator_server import OperatorServer, operator_server
from tests.process_end import ends_soon

NOW = datetime(2026, 11, 28, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)
DISK = Problem("disk", "900 MB are free.", "Free some space.")
SILENT = Problem("source-silent", "feed has no new posts.", "Open its URL.", "feed")
BAD, GOOD = Assessment((DISK,)), Assessment(())
APPEND = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read() + '---\\n')"


@pytest.fixture
def server() -> Iterator[OperatorServer]:
    with operator_server() as running:
        yield running


@pytest.fixture
def db(tmp_path: Path) -> Database:
    (tmp_path / "data/state").mkdir(parents=True)
    return open_store(tmp_path / "data/state/hashtrail.db")


def _workspace(folder: Path, **settings: object) -> Workspace:
    monitor = replace(MonitorSettings(), message_seconds=5.0, **settings)  # type: ignore[arg-type]
    return Workspace(folder, Settings(monitor=monitor))


def _command(folder: Path, *code: str) -> Workspace:
    arguments = (sys.executable, "-c", *(code or (APPEND, str(folder / "sent.txt"))))
    return _workspace(folder, message_command=arguments)


def _sent(folder: Path) -> list[str]:
    path = folder / "sent.txt"
    return path.read_text().split("---\n")[:-1] if path.exists() else []


def test_incident_of_three_nights_gives_two_messages(db: Database, tmp_path: Path) -> None:
    workspace = _command(tmp_path)
    for night, assessment in enumerate([GOOD, BAD, BAD, BAD, GOOD, GOOD]):
        notify_operator(db, workspace, assessment, NOW + night * DAY)
    began, ended = _sent(tmp_path)
    assert began.startswith("Hashtrail: The disk is almost full\n\n900 MB")
    assert ended.startswith("Hashtrail: Ended: The disk is almost full")
    assert "(from 29 Nov 2026 03:12 to 02 Dec 2026 03:12 UTC)" in ended


def test_same_problem_later_is_a_new_incident(db: Database, tmp_path: Path) -> None:
    workspace = _command(tmp_path)
    for night, assessment in enumerate([BAD, GOOD, BAD, GOOD]):
        notify_operator(db, workspace, assessment, NOW + night * DAY)
    assert len(_sent(tmp_path)) == 4


def test_command_receives_all_parts_and_no_variable_of_hashtrail(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HASHTRAIL_SECRET_X", "hidden")
    code = (
        "import json, os, sys; names = sorted(n for n in os.environ if n.startswith('HASHTRAIL_'));"
        "document = json.loads(os.environ['HASHTRAIL_MESSAGE_JSON']);"
        "open(sys.argv[1], 'w').write(json.dumps([names, document]))"
    )
    target = tmp_path / "variables.json"
    assert notify_operator(db, _command(tmp_path, code, str(target)), BAD, NOW)[0].error == ""
    names, document = json.loads(target.read_text())
    assert names == [f"HASHTRAIL_MESSAGE_{name}" for name in ("ID", "JSON", "TEXT", "TITLE")]
    assert document["schema_version"] == 1
    assert [event["code"] for event in document["events"]] == ["disk"]


def test_failed_command_is_recorded_and_tried_again_next_night(
    db: Database, tmp_path: Path
) -> None:
    code = "import sys; sys.exit('no route to mail.example?token=abcdefghijklmnop')"
    (delivery,) = notify_operator(db, _command(tmp_path, code), BAD, NOW)
    assert delivery.error.startswith("the command ended with 1: no route")
    (state,) = channel_states(db.conn)
    assert (state.failures, state.last_success) == (1, "")
    assert notify_operator(db, _command(tmp_path), BAD, NOW + DAY)[0].error == ""
    assert len(_sent(tmp_path)) == 1
    assert channel_states(db.conn)[0].failures == 0


@pytest.mark.parametrize(
    "arguments", [("/no/such/program",), ("with\0zero",)], ids=["missing", "invalid"]
)
def test_command_that_cannot_start_is_an_error(
    db: Database, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (delivery,) = notify_operator(db, _workspace(tmp_path, message_command=arguments), BAD, NOW)
    assert "cannot be started" in delivery.error


def test_command_that_hangs_is_killed_with_its_children(db: Database, tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time;"
        "child = subprocess.Popen(['sh', '-c', 'sleep 60; touch \"$0\"', sys.argv[2]]);"
        "open(sys.argv[1], 'w').write(str(child.pid)); time.sleep(60)"
    )
    target, ended = tmp_path / "pid", tmp_path / "ended"
    workspace = _command(tmp_path, code, str(target), str(ended))
    hanging = replace(workspace.settings.monitor, message_seconds=3.0)
    workspace = Workspace(tmp_path, Settings(monitor=hanging))
    (delivery,) = notify_operator(db, workspace, BAD, NOW)
    assert "was killed" in delivery.error
    assert ends_soon(int(target.read_text()))
    assert not ended.exists(), "the child ended by itself"


def test_webhook_receives_the_message_as_json(
    db: Database, tmp_path: Path, server: OperatorServer
) -> None:
    notify_operator(db, _workspace(tmp_path, webhook_url=server.url("/hook?k=v")), BAD, NOW)
    ((method, path, body),) = server.requests
    assert (method, path) == ("POST", "/hook?k=v")
    document = json.loads(body)
    assert document["title"] == "Hashtrail: The disk is almost full"
    assert document["events"][0]["event"] == "began"


@pytest.mark.parametrize("status", [302, 404, 500])
def test_webhook_that_fails_is_retried_without_following_redirects(
    db: Database, tmp_path: Path, server: OperatorServer, status: int
) -> None:
    workspace = _workspace(tmp_path, webhook_url=server.url("/hook/SECRET"))
    server.status = status
    (delivery,) = notify_operator(db, workspace, BAD, NOW)
    assert f"HTTP {status}" in delivery.error
    assert "SECRET" not in delivery.error
    assert [path for _, path, _ in server.requests] == ["/hook/SECRET"]
    server.status = 204
    assert notify_operator(db, workspace, BAD, NOW + DAY)[0].error == ""
    first, second = (json.loads(body) for _, _, body in server.requests)
    assert first["id"] == second["id"]


def test_webhook_that_hangs_ends_after_its_time_limit(
    db: Database, tmp_path: Path, server: OperatorServer
) -> None:
    server.hangs = True
    settings = replace(MonitorSettings(), webhook_url=server.url(), message_seconds=0.3)
    (delivery,) = notify_operator(db, Workspace(tmp_path, Settings(monitor=settings)), BAD, NOW)
    assert "no response" in delivery.error


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "http://name.invalid/x", "http://[::/x"])
def test_webhook_that_cannot_be_reached_is_an_error(db: Database, tmp_path: Path, url: str) -> None:
    (delivery,) = notify_operator(db, _workspace(tmp_path, webhook_url=url), BAD, NOW)
    assert delivery.error
    assert "/x" not in delivery.error


def test_channel_that_fails_does_not_repeat_the_message_of_another(
    db: Database, tmp_path: Path, server: OperatorServer
) -> None:
    command = _command(tmp_path).settings.monitor.message_command
    workspace = _workspace(tmp_path, message_command=command, webhook_url=server.url())
    server.status = 500
    notify_operator(db, workspace, BAD, NOW)
    server.status = 200
    notify_operator(db, workspace, BAD, NOW + DAY)
    assert len(_sent(tmp_path)) == 1
    assert len(server.requests) == 2


def test_channel_that_is_added_later_reports_open_incidents_only(
    db: Database, tmp_path: Path
) -> None:
    notify_operator(db, _workspace(tmp_path), Assessment((DISK, SILENT)), NOW)
    notify_operator(db, _workspace(tmp_path), BAD, NOW + DAY)
    notify_operator(db, _command(tmp_path), BAD, NOW + 2 * DAY)
    (message,) = _sent(tmp_path)
    assert "900 MB" in message
    assert "feed" not in message


def test_messages_of_a_quiet_period_are_sent_as_one(db: Database, tmp_path: Path) -> None:
    command = _command(tmp_path).settings.monitor.message_command
    workspace = _workspace(tmp_path, message_command=command, quiet_hours="22-7")
    (held,) = notify_operator(db, workspace, BAD, NOW)
    assert held.waits_until == datetime(2026, 11, 28, 7, tzinfo=UTC)
    notify_operator(db, workspace, Assessment((SILENT,)), NOW + timedelta(hours=1))
    assert _sent(tmp_path) == []
    notify_operator(db, workspace, Assessment((SILENT,)), NOW + timedelta(hours=5))
    (message,) = _sent(tmp_path)
    assert message.startswith("Hashtrail: problems: 2 began, 1 ended")


def test_messages_about_sources_can_be_switched_off(db: Database, tmp_path: Path) -> None:
    command = _command(tmp_path).settings.monitor.message_command
    workspace = _workspace(tmp_path, message_command=command, source_messages=False)
    notify_operator(db, workspace, Assessment((SILENT,)), NOW)
    notify_operator(db, workspace, GOOD, NOW + DAY)
    assert _sent(tmp_path) == []


def test_unknown_code_keeps_its_incident_open(db: Database, tmp_path: Path) -> None:
    workspace = _command(tmp_path)
    notify_operator(db, workspace, BAD, NOW)
    notify_operator(db, workspace, Assessment((), frozenset({"disk"})), NOW + DAY)
    assert [incident.code for incident in open_incidents(db.conn)] == ["disk"]
    assert len(_sent(tmp_path)) == 1


def test_kill_while_a_message_is_sent_repeats_it_with_the_same_id(
    db: Database, tmp_path: Path
) -> None:
    db.close()
    code = (
        "import os, signal, sys; open(sys.argv[1], 'a').write(os.environ['HASHTRAIL_MESSAGE_ID'] +"
        " '\\n'); os.kill(os.getppid(), signal.SIGKILL)"
    )
    target = tmp_path / "ids"
    script = (
        "import sys; from datetime import datetime; from pathlib import Path;"
        "from tests.monitoring.test_notify_operator import _command, BAD, NOW;"
        "from crawler.monitoring.notify_operator import notify_operator;"
        "from crawler.store.database import open_store; folder = Path(sys.argv[1]);"
        "db = open_store(folder / 'data/state/hashtrail.db');"
        "notify_operator(db, _command(folder, sys.argv[2], sys.argv[3]), BAD, NOW)"
    )
    killed = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), code, str(target)],
        check=False,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": os.getcwd()},
    )
    assert killed.returncode == -signal.SIGKILL
    again = open_store(tmp_path / "data/state/hashtrail.db")
    keep = code.replace("os.kill(os.getppid(), signal.SIGKILL)", "pass")
    notify_operator(again, _command(tmp_path, keep, str(target)), BAD, NOW + DAY)
    notify_operator(again, _command(tmp_path, keep, str(target)), BAD, NOW + 2 * DAY)
    first, second = target.read_text().split()
    assert first == second


def test_unusable_database_is_reported_once_and_its_end_later(db: Database, tmp_path: Path) -> None:
    workspace = _command(tmp_path)
    for _ in range(3):
        notify_without_database(workspace, "The file is damaged.", "hashtrail restore X", NOW)
    notify_operator(db, workspace, GOOD, NOW + DAY)
    began, ended = _sent(tmp_path)
    assert "The file is damaged.\nWhat to do: hashtrail restore X" in began
    assert ended.startswith("Hashtrail: Ended: The database cannot be used")


def test_test_message_goes_through_every_channel(tmp_path: Path, server: OperatorServer) -> None:
    command = _command(tmp_path).settings.monitor.message_command
    settings = replace(MonitorSettings(), message_command=command, webhook_url=server.url())
    assert send_test(settings, "Site", NOW) == (Delivery("command", 0), Delivery("webhook", 0))
    assert _sent(tmp_path)[0].startswith("Site: test message")
    assert json.loads(server.requests[0][2])["title"] == "Site: test message"


def test_good_night_pings_and_another_night_pings_the_failure_url(
    db: Database, server: OperatorServer
) -> None:
    settings = replace(MonitorSettings(), ping_url=server.url("/uuid"))
    assert ping_after_night(db, settings, True, NOW) == Delivery("ping", 0)
    assert ping_after_night(db, settings, False, NOW) is None
    with_failure = replace(settings, ping_failure_url=server.url("/uuid/fail"))
    ping_after_night(db, with_failure, False, NOW)
    assert [(method, path) for method, path, _ in server.requests] == [
        ("GET", "/uuid"),
        ("GET", "/uuid/fail"),
    ]
    server.status = 503
    ping_after_night(db, settings, True, NOW + DAY)
    (state,) = channel_states(db.conn)
    assert state.error == "127.0.0.1: HTTP 503"
