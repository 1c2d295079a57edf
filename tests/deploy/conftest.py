"""A small workspace: one paste with nine posts, one topic, no source, no reachable server."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.deploy import run, write_program

SETTINGS = """\
[site]
feed_authority = "deploy.example,2026-11-28"

[fetch]
delay_seconds = 0.0
connect_to = "127.0.0.1:9"
allow_private = ["127.0.0.0/8"]
"""

TOPIC = """\
label = "Replication"
definition = "Keeping copies of the same data on several machines."
strong = ["replication"]
"""


@pytest.fixture(scope="session")
def hashtrail(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program `hashtrail` that runs the code of this checkout."""
    program = tmp_path_factory.mktemp("bin") / "hashtrail"
    return write_program(program, f'exec "{sys.executable}" -m crawler.cli.main "$@"')


@pytest.fixture(scope="session")
def new_workspace(tmp_path_factory: pytest.TempPathFactory, hashtrail: Path) -> Path:
    """A workspace before its first night. Tests must not write into it."""
    workspace = tmp_path_factory.mktemp("new") / "my-kb"
    created = run(hashtrail, "init", workspace)
    assert created.returncode == 0, created.stderr
    close_workspace(workspace)
    return workspace


def close_workspace(workspace: Path) -> None:
    """Leave one topic and no source in `workspace`, and direct its requests to a closed port."""
    for folder in ("topics", "generated", "reading_lists"):
        shutil.rmtree(workspace / "data" / folder)
        (workspace / "data" / folder).mkdir()
    (workspace / "data/topics/replication.toml").write_text(TOPIC, encoding="utf-8")
    (workspace / "data/sources.toml").write_text("# no sources\n", encoding="utf-8")
    (workspace / "data/hashtrail.toml").write_text(SETTINGS, encoding="utf-8")
