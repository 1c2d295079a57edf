"""`hashtrail publish` and the last step of a night: exit codes, records and messages."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.nightly.forget_subject import forget_subject
from crawler.nightly.run_command import run_command
from crawler.nightly.target_step import versions_of_build
from crawler.publishing.manifest import read_files
from crawler.run_telemetry import RunLog
from crawler.store.database import open_existing
from crawler.store.runs import Run, last_runs
from crawler.workspace import open_workspace
from tests.cli.test_bad_input import hashtrail
from tests.promises.few_topics import copy_few_topics

_LINK = "https://blog.invalid/quorum"
_SETTINGS = '[publish]\ntarget = "{target}"\nlocation = "{location}"\noptions = {options}\n'


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one note in its inbox, after a build."""
    folder = tmp_path_factory.mktemp("built") / "kb"
    (folder / "data/inbox").mkdir(parents=True)
    copy_few_topics(folder / "data/topics")
    (folder / "data/sources.toml").write_text("")
    (folder / "data/hashtrail.toml").write_text("")
    note = f"Consensus: a quorum of replicas must answer. {_LINK} #DistributedSystems"
    (folder / "data/inbox/paste.txt").write_text(note)
    assert hashtrail(folder, "build").returncode == 0
    return folder


@pytest.fixture
def workspace(built: Path, tmp_path: Path) -> Path:
    """A copy of the built workspace for one test."""
    return shutil.copytree(built, tmp_path / "kb", symlinks=True)


def _configure(workspace: Path, location: object, target: str = "folder", options: str = "[]"):
    text = _SETTINGS.format(target=target, location=location, options=options)
    (workspace / "data/hashtrail.toml").write_text(text)


def _runs(workspace: Path) -> list[Run]:
    return last_runs(open_existing(workspace / "data/state/hashtrail.db"))


def test_failed_publication_costs_neither_the_night_nor_its_site(
    workspace: Path, tmp_path: Path
) -> None:
    (tmp_path / "www").mkdir()
    (tmp_path / "www/index.html").write_text("their page")
    _configure(workspace, tmp_path / "www")
    night = hashtrail(workspace, "nightly")
    assert night.returncode == 3, night.stderr
    assert "  target    Not published to the target: The target has files that" in night.stdout
    assert "hashtrail publish --adopt" in night.stdout
    publication, nightly = _runs(workspace)[:2]
    assert (nightly.command, nightly.outcome) == ("nightly", "ok")
    assert (publication.command, publication.outcome) == ("publish", "failed")
    assert "files that Hashtrail did not upload: index.html" in publication.message
    assert "quorum" in (workspace / "site/public/index.html").read_text()
    assert (tmp_path / "www/index.html").read_text() == "their page"

    again = hashtrail(workspace, "publish", "--adopt")
    assert again.returncode == 0, again.stderr
    assert "quorum" in (tmp_path / "www/index.html").read_text()
    assert _runs(workspace)[0].counts["files_uploaded"] > 10


def test_versions_of_the_builder_are_those_of_the_files(workspace: Path) -> None:
    build = (workspace / "site/public").resolve()
    recorded = versions_of_build(build)
    assert recorded == read_files(build, {})
    assert versions_of_build(build.with_name("20200101T000000Z")) == {}
    (build.parent / "manifest.db").write_bytes(b"damaged" * 1000)
    assert versions_of_build(build) == {}


def test_publication_reads_only_files_whose_size_is_not_recorded(
    workspace: Path, tmp_path: Path
) -> None:
    _configure(workspace, tmp_path / "www")
    assert hashtrail(workspace, "publish").returncode == 0
    site, same_size, longer = workspace / "site/public", "index.html", "topics.html"
    (site / same_size).write_bytes(bytes((site / same_size).stat().st_size))
    (site / longer).write_bytes(b"longer" + (site / longer).read_bytes())
    plan = json.loads(hashtrail(workspace, "publish", "--dry-run", "--json").stdout)
    assert plan["uploads"] == [longer]


def test_report_lists_uploads_and_a_dry_run_records_nothing(
    workspace: Path, tmp_path: Path
) -> None:
    _configure(workspace, tmp_path / "www")
    recorded = len(_runs(workspace))
    planned = json.loads(hashtrail(workspace, "publish", "--dry-run", "--json").stdout)
    assert planned["outcome"] == "planned"
    assert planned["uploads"][-1] == "status.json"
    assert len(_runs(workspace)) == recorded

    done = json.loads(hashtrail(workspace, "publish", "--json").stdout)
    assert done["uploads"] == planned["uploads"]
    assert done["bytes"] == planned["bytes"] > 100_000
    again = hashtrail(workspace, "publish")
    assert again.stdout.startswith(f"hashtrail publish: folder {tmp_path}/www: up to date, ")


def test_erasure_reaches_the_target_or_is_reported(workspace: Path, tmp_path: Path) -> None:
    location = tmp_path / "www"
    _configure(workspace, location)
    here = open_workspace(workspace, {})
    with RunLog(here.logs, "nightly", _now) as run_log:
        run_command(here, "nightly", run_log, _now)
    assert _mentioning(location.resolve())
    target = location.readlink()
    location.unlink()
    location.write_text("a file of others")
    (problem,) = forget_subject(here, _LINK, "on request", _now).problems
    assert "neither a folder nor a link" in problem
    assert "the target still shows it" in problem

    location.unlink()
    location.symlink_to(target)
    result = forget_subject(here, _LINK, "on request", _now)
    assert (result.problems, result.former_targets) == ([], ())
    assert not _mentioning(tmp_path)

    _configure(workspace, tmp_path / "other")
    forgotten = hashtrail(workspace, "forget", "https://blog.invalid/other")
    assert "A former target (folder) may still show it: delete the site there" in forgotten.stderr


def _now() -> datetime:
    return datetime.now(UTC)


def _mentioning(folder: Path) -> list[Path]:
    """The files below a folder, except those that people write, with the erased URL."""
    files = (path for path in folder.rglob("*") if path.is_file() and "inbox" not in path.parts)
    return [path for path in files if b"blog.invalid" in path.read_bytes()]


def test_wrong_setting_has_its_own_exit_code(workspace: Path) -> None:
    _configure(workspace, "https://token@example.org/x", "git")
    refused = hashtrail(workspace, "publish")
    assert refused.returncode == 78
    assert "contains a user name or a password" in refused.stderr
    assert "token" not in refused.stderr


def test_workspace_without_a_build_is_explained(workspace: Path, tmp_path: Path) -> None:
    _configure(workspace, tmp_path / "www")
    (workspace / "site/public").unlink()
    refused = hashtrail(workspace, "publish")
    assert refused.returncode == 3
    assert "is not a finished build" in refused.stderr
    assert "Run: hashtrail build" in refused.stderr
