"""The site of a new workspace, built before the first crawl."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli.main import cli


@pytest.mark.parametrize("sources", ["", "[[source]\n"])
def test_build_of_a_new_workspace_names_the_next_command_and_the_page_does_not(
    tmp_path: Path, sources: str
) -> None:
    runner = CliRunner()
    assert runner.invoke(cli, ["init", str(tmp_path)]).exit_code == 0
    (tmp_path / "data/sources.toml").write_text(sources)
    built = runner.invoke(cli, ["--workspace", str(tmp_path), "build"])
    assert built.exit_code == 0, built.output
    assert "put posts into data/inbox/, then: hashtrail nightly" in built.output
    assert "hashtrail nightly" not in (tmp_path / "site/public/index.html").read_text()
