"""A workspace with a small finished build, and its publication to a target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.publishing.publish_site import PublishOptions, PublishReport, publish_site
from crawler.run_telemetry import RunLog
from crawler.settings.all_settings import Settings
from crawler.settings.publish import PublishSettings
from crawler.workspace import Workspace

Files = dict[str, str]
Publish = Callable[..., PublishReport]
SITE: Files = {
    "index.html": "<link href=assets/site.0a1b2c3d.css> new: article 1",
    "404.html": "missing",
    "site.json": "{}",
    "article/1-leases.html": "Leases",
    "assets/site.0a1b2c3d.css": "a{}",
    "feeds/all.atom": "<feed/>",
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with the files of `SITE` as its newest build."""
    here = Workspace(tmp_path / "kb", Settings())
    build_files(here, SITE)
    return here


@pytest.fixture
def publish(workspace: Workspace) -> Publish:
    """Publish the newest build to a target: `publish("folder", location, option...)`."""

    def publish(
        target: str,
        location: object,
        *options: str,
        adopt: bool = False,
        dry_run: bool = False,
        upload_all: bool = False,
        drop_history: bool = False,
        base_url: str = "",
    ) -> PublishReport:
        with RunLog(workspace.logs, "publish", lambda: datetime.now(UTC)) as run_log:
            choice = PublishOptions(adopt, upload_all, dry_run, drop_history)
            here = configured(workspace, PublishSettings(target, str(location), options))
            site = replace(here.settings.site, base_url=base_url)
            here = replace(here, settings=replace(here.settings, site=site))
            return publish_site(here, run_log, choice)

    return publish


def configured(here: Workspace, settings: PublishSettings) -> Workspace:
    """Return the workspace `here` with `settings` as its section `[publish]`."""
    return replace(here, settings=replace(here.settings, publish=settings))


def build_files(here: Workspace, files: Files) -> Path:
    """Make `files` the newest build of the workspace `here`, and return its folder."""
    builds = here.public.parent / ".builds"
    folder = builds / f"2026112{len(list(builds.glob('*'))):02d}T030000Z"
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    here.public.unlink(missing_ok=True)
    here.public.symlink_to(Path(".builds", folder.name), target_is_directory=True)
    return folder


def read_tree(folder: Path) -> Files:
    """Return the texts of all files of a folder except those that Hashtrail keeps for itself."""
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".hashtrail-manifest.json"
    }
