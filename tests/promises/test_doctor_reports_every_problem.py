"""`doctor` prints no *pass* next to a problem, and names the command or setting that solves it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner

import crawler.cli.doctor as doctor_command
from crawler.cli.diagnosis import machine
from crawler.cli.main import cli
from crawler.errors import StoreError
from crawler.run_lock import run_lock
from crawler.store.backup_checks import BackupVerification, save_verification
from crawler.store.database import open_store
from crawler.utc_times import iso
from tests.promises.disk_full import mount
from tests.promises.few_topics import copy_few_topics
from tests.store.conftest import fill

SETTINGS = """[site]
base_url = "https://trail.example/"
explorer_url = "https://explore.trail.example/"
contact = "mailto:trail@trail.example"
[fetch]
contact = "mailto:trail@trail.example"
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which only the site, a night and version control are missing."""
    folder = tmp_path_factory.mktemp("doctor") / "kb"
    run(folder, "init", str(folder), workspace=False)
    copy_few_topics(folder / "data/topics")
    (folder / "data/hashtrail.toml").write_text(SETTINGS)
    fill(open_store(folder / "data/state/hashtrail.db"))
    run(folder, "backup")
    run(folder, "backup", "--verify")
    return folder


@pytest.fixture
def workspace(template: Path, tmp_path: Path) -> Path:
    """A copy of that workspace."""
    return shutil.copytree(template, tmp_path / "kb", symlinks=True)


def run(folder: Path, *words: str, workspace: bool = True) -> tuple[int, str]:
    options = ["--workspace", str(folder)] if workspace else []
    result = CliRunner().invoke(cli, [*options, *words], standalone_mode=False)
    return result.return_value or 0, result.output


def lines(folder: Path, check: str) -> list[str]:
    """The output of doctor for one check, the fixes included. No other check runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(doctor_command, "_CHECKS", {check: doctor_command._CHECKS[check]})
        return run(folder, "doctor")[1].splitlines()[:-1]


def results(folder: Path, check: str, *options: str) -> list[dict[str, str]]:
    """The results of doctor for one check as JSON. No other check runs."""
    with pytest.MonkeyPatch.context() as patch:
        checks = doctor_command._CHECKS
        patch.setattr(doctor_command, "_CHECKS", {check: checks[check]} if check in checks else {})
        stored = json.loads(run(folder, "doctor", "--json", *options)[1])
        return [result for result in stored if result["check"] == check]


def change(folder: Path, sql: str, *values: object) -> None:
    with sqlite3.connect(folder / "data/state/hashtrail.db") as db:
        db.execute(sql, values)


def ago(days: int) -> str | None:
    return iso(datetime.now(UTC) - timedelta(days=days))


def test_sound_workspace_passes(workspace: Path) -> None:
    status, output = run(workspace, "doctor")
    assert status == 0
    *printed, summary = output.splitlines()
    levels = {line.split()[1]: line.split()[0] for line in printed if line[0] != " "}
    assert summary.startswith("0 failed, 3 warnings, ")
    assert {levels.pop(name) for name in ("authored", "nights", "site")} == {"warn"}
    assert set(levels.values()) == {"pass"}


def test_inconsistent_database_fails_with_the_command(workspace: Path) -> None:
    change(workspace, "UPDATE evidence SET quote = 'never said' WHERE id = 1")
    assert lines(workspace, "database") == [
        "FAIL  database   1 inconsistency found by the check evidence-misquoted.",
        f"{'':<17}hashtrail --workspace {workspace} verify --repair",
    ]
    assert run(workspace, "doctor")[0] == 1


def test_empty_contact_and_urls_are_warnings_with_the_setting(workspace: Path) -> None:
    (workspace / "data/hashtrail.toml").write_text("")
    contact, addresses = lines(workspace, "contact"), lines(workspace, "addresses")
    assert contact[0].startswith("warn")
    assert "settings --set fetch.contact mailto:you@example.org" in contact[1]
    assert [line.split()[0] for line in addresses[::2]] == ["warn", "warn"]
    assert "--set site.base_url" in addresses[1]
    assert "--set site.explorer_url" in addresses[3]


def test_missing_learned_weights_are_a_warning_with_the_fix(workspace: Path) -> None:
    (workspace / "data/generated/topic_weights.tsv").unlink()
    warning, fix, passed = lines(workspace, "topics")
    assert passed.startswith("pass")
    assert warning.startswith("warn")
    assert "topic_weights.tsv" in fix
    assert "word_classifier.tsv" not in fix, "the table of words arrives with upgrades"


def test_invalid_base_url_fails(workspace: Path) -> None:
    url = "https://trail.example:99999/"
    (workspace / "data/hashtrail.toml").write_text(f'[site]\nbase_url = "{url}"\n')
    assert lines(workspace, "addresses")[0].startswith("FAIL")


def test_missing_secret_of_an_enabled_source_is_reported(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = '[[source]]\nname = "Search"\nkind = "bluesky_search"\naccount = "me.example"\n'
    (workspace / "data/sources.toml").write_text(f'{table}hashtag = "Raft"\n')
    monkeypatch.delenv("HASHTRAIL_SECRET_BLUESKY_APP_PASSWORD", raising=False)
    (problem, _) = lines(workspace, "secrets")
    assert problem.startswith("warn")
    assert "HASHTRAIL_SECRET_BLUESKY_APP_PASSWORD" in problem
    monkeypatch.setenv("HASHTRAIL_SECRET_BLUESKY_APP_PASSWORD", "hunter2")
    (readable,) = lines(workspace, "secrets")
    assert readable.startswith("pass")
    assert "hunter2" not in readable


@pytest.mark.parametrize(("days", "level"), [(20, "warn"), (3, "pass")])
def test_source_that_fails_for_weeks_is_reported(workspace: Path, days: int, level: str) -> None:
    insert = (
        "INSERT INTO sources (name, kind, enabled, failures, last_ok) VALUES (?, 'feed', 1, 9, ?)"
    )
    change(workspace, insert, "Old blog", ago(days))
    found = lines(workspace, "sources")
    assert found[0].startswith(level)
    assert ("sources check 'Old blog' && " in found[-1]) == (level == "warn")


@pytest.mark.parametrize(("days", "level"), [(2, "FAIL"), (400, "pass")])
def test_referenced_segment_that_is_missing_is_reported(
    workspace: Path, days: int, level: str
) -> None:
    insert = """INSERT INTO fetches (url, at, purpose, outcome, archive_file)
        VALUES ('u', ?, 'page', 'ok', ?)"""
    change(workspace, insert, ago(days), "20260101-main.warc.gz")
    found = lines(workspace, "archive")
    assert found[0].startswith(level)
    assert ("20260101-main.warc.gz" in found[0]) == (level == "FAIL")


def test_json_states_level_and_fix(workspace: Path) -> None:
    change(workspace, "UPDATE evidence SET quote = 'never said' WHERE id = 1")
    (found,) = [
        each
        for each in json.loads(run(workspace, "doctor", "--json")[1])
        if each["check"] == "database"
    ]
    assert (found["ok"], found["level"]) == (False, "fail")
    assert found["fix"] == f"hashtrail --workspace {workspace} verify --repair"


def test_newer_database_is_reported_once_with_both_commands(workspace: Path) -> None:
    statement = "INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('hashtrail', 'next')"
    change(workspace, statement)
    results = json.loads(run(workspace, "doctor", "--json")[1])
    (problem,) = [result for result in results if result["level"] == "fail"]
    assert problem["check"] == "database"
    upgrade, downgrade = problem["fix"].splitlines()
    assert upgrade.endswith("pip install --upgrade hashtrail")
    assert f"hashtrail --workspace {workspace} restore {workspace}" in downgrade


def test_held_lock_is_a_run_and_a_free_one_a_killed_run(workspace: Path) -> None:
    lock = workspace / "data/state/run.lock"
    with run_lock(lock, "nightly", datetime.now(UTC)):
        held = lock.read_text()
        (line,) = lines(workspace, "lock")
        assert line.startswith("pass  lock       nightly (process ")
    lock.write_text(held)
    warning, fix = lines(workspace, "lock")
    assert "was killed" in warning
    assert fix.endswith(" nightly")


def test_lock_that_is_a_link_to_nothing_is_a_failure_and_refuses_runs(workspace: Path) -> None:
    lock = workspace / "data/state/run.lock"
    lock.unlink(missing_ok=True)
    lock.symlink_to(workspace / "missing" / "run.lock")
    failure, fix = lines(workspace, "lock")
    assert failure.startswith("FAIL  lock")
    assert "is a link to a file that does not exist" in failure
    assert fix.strip().startswith("rm ")
    with pytest.raises(StoreError, match="is a link"), run_lock(lock, "build", datetime.now(UTC)):
        pass
    assert not (workspace / "missing").exists()


def test_workspace_on_a_read_only_disk_is_a_failure(workspace: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if not mount(disk, 200_000_000):
        pytest.skip("This account may not mount a file system.")
    try:
        shutil.copytree(workspace, disk / "kb", symlinks=True)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        failures = lines(disk / "kb", "disk")
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
    assert failures[0].startswith("FAIL  disk")
    assert "data/state cannot be written, so no run can store anything." in failures[0]


class _Explorer(BaseHTTPRequestHandler):
    """A server that answers as every explorer does."""

    def do_GET(self) -> None:
        """Answer with an empty robots.txt."""
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Log nothing."""


def test_explorer_is_requested_with_connect_only(workspace: Path) -> None:
    server = HTTPServer(("127.0.0.1", 0), _Explorer)
    url = f"http://127.0.0.1:{server.server_port}/"
    run(workspace, "settings", "--set", "site.explorer_url", url)

    def explorer(*options: str) -> list[dict[str, str]]:
        return results(workspace, "explorer", *options)

    assert explorer() == []
    thread = Thread(target=server.serve_forever)
    thread.start()
    assert [result["level"] for result in explorer("--connect")] == ["pass"]
    server.shutdown()
    thread.join()
    server.server_close()
    (problem,) = explorer("--connect")
    assert problem["level"] == "warn"
    assert problem["fix"] == f"hashtrail --workspace {workspace} explore"


def test_target_is_checked_and_connect_plans_a_publication(workspace: Path) -> None:
    def targets(*options: str) -> list[tuple[str, str]]:
        return [
            (result["level"], result["fix"]) for result in results(workspace, "target", *options)
        ]

    run(workspace, "settings", "--set", "publish.target", "folder")
    run(workspace, "settings", "--set", "publish.location", str(workspace / "htdocs"))
    assert targets() == [("warn", f"hashtrail --workspace {workspace} build")]
    run(workspace, "build", "--force")
    assert targets("--connect") == [("pass", ""), ("pass", "")]
    assert not list(workspace.glob("htdocs/*.html"))
    run(workspace, "settings", "--set", "publish.target", "carrier pigeon")
    assert targets()[0][0] == "fail"


def test_optional_package_that_the_settings_need_is_reported(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "find_spec", lambda name: None)
    assert lines(workspace, "packages")[0].startswith("pass")
    run(workspace, "settings", "--set", "engine.name", "dask")
    problem, fix = lines(workspace, "packages")
    assert problem.startswith("FAIL")
    assert fix.endswith("-m pip install 'hashtrail[dask]'")


@pytest.mark.parametrize(("days", "level"), [(20, "warn"), (5, "pass")])
def test_backup_without_a_recent_check_is_reported(workspace: Path, days: int, level: str) -> None:
    at = datetime.now(UTC) - timedelta(days=days)
    save_verification(workspace / "data/state/backups", BackupVerification("a.db", at, ()))
    checked = [line for line in lines(workspace, "backups") if "check" in line]
    assert checked[0].startswith(level)


def test_command_names_no_workspace_in_its_own_folder(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace)
    assert lines(workspace, "nights")[1].strip() == "hashtrail nightly"
