"""`doctor` prints no *pass* next to a problem, and names the command or setting that solves it."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli.main import cli
from crawler.store.database import open_store
from crawler.utc_times import iso
from tests.store.conftest import fill

SETTINGS = """[site]
base_url = "https://trail.example/"
explorer_url = "https://explore.trail.example/"
contact = "mailto:trail@trail.example"
[fetch]
contact = "mailto:trail@trail.example"
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace in which only the site, a night and version control are missing."""
    run(tmp_path, "init", str(tmp_path), workspace=False)
    (tmp_path / "data/hashtrail.toml").write_text(SETTINGS)
    fill(open_store(tmp_path / "data/state/hashtrail.db"))
    run(tmp_path, "backup")
    run(tmp_path, "backup", "--verify")
    return tmp_path


def run(folder: Path, *words: str, workspace: bool = True) -> tuple[int, str]:
    options = ["--workspace", str(folder)] if workspace else []
    result = CliRunner().invoke(cli, [*options, *words], standalone_mode=False)
    return result.return_value or 0, result.output


def lines(folder: Path, check: str) -> list[str]:
    """The output of doctor for one check, the fixes included."""
    found, named = [], ""
    for line in run(folder, "doctor")[1].splitlines()[:-1]:
        named = line.split()[1] if not line.startswith(" ") else named
        found += [line] if named == check else []
    return found


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
        "FAIL  database   1 inconsistencies found by the check evidence-misquoted.",
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
    assert "cp -R" in fix


def test_invalid_base_url_fails(workspace: Path) -> None:
    (workspace / "data/hashtrail.toml").write_text('[site]\nbase_url = "trail"\n')
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
