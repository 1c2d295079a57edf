"""The site of a new workspace, built before the first crawl."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli.main import cli

SOURCES = """
[[source]]
name = "One"
kind = "feed"
url = "https://one.example/feed.xml"

[[source]]
name = "Two"
kind = "feed"
url = "https://two.example/feed.xml"

[[source]]
name = "Three"
kind = "feed"
url = "https://three.example/feed.xml"
enabled = false
"""


@pytest.mark.parametrize(
    ("sources", "count"), [(SOURCES, "2 enabled sources"), ("[[source]\n", "sources")]
)
def test_empty_site_counts_the_enabled_sources_of_the_settings(
    tmp_path: Path, sources: str, count: str
) -> None:
    runner = CliRunner()
    assert runner.invoke(cli, ["init", str(tmp_path)]).exit_code == 0
    (tmp_path / "data/sources.toml").write_text(sources)
    built = runner.invoke(cli, ["--workspace", str(tmp_path), "build"])
    assert built.exit_code == 0, built.output
    front = (tmp_path / "site/public/index.html").read_text()
    assert re.search(f"polls the {count} of ", front)
