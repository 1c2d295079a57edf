"""Help with examples, suggestions for unknown commands, and the import of one URL."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli.examples import command_examples
from crawler.cli.main import cli
from crawler.errors import UsageError


def run(*words: str, stdin: bytes | None = None) -> str:
    """Return the output of a command that ends with exit code 0."""
    result = CliRunner().invoke(cli, list(words), input=stdin, standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.output


@pytest.mark.parametrize("name", command_examples())
def test_help_of_a_command_ends_with_its_example(name: str) -> None:
    assert command_examples()[name].run in run(*name.split(), "--help")


def test_help_begins_with_the_name_of_the_program_and_shows_first_steps() -> None:
    command = [sys.executable, "-m", "crawler", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("Usage: python -m crawler [OPTIONS] COMMAND")
    assert "    hashtrail init my-kb\n    cd my-kb\n    hashtrail nightly\n" in done.stdout


def test_program_without_a_command_prints_its_help_and_no_error() -> None:
    command = [sys.executable, "-m", "crawler"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stderr.startswith("Usage: python -m crawler [OPTIONS] COMMAND")
    assert "See:" not in done.stderr


@pytest.mark.parametrize(
    ("word", "suggestion"),
    [
        ("nigthly", "hashtrail nightly?"),
        ("add", "hashtrail import URL"),
        ("Config", "hashtrail settings?"),
        ("qqqq", "hashtrail --help"),
    ],
)
def test_unknown_command_suggests_the_command_that_was_probably_meant(
    word: str, suggestion: str
) -> None:
    with pytest.raises(UsageError) as error:
        run(word)
    assert suggestion in error.value.hint


def test_imported_url_is_one_bookmark_and_adds_nothing_twice(tmp_path: Path) -> None:
    run("init", str(tmp_path))
    url = "https://blog.example/a?x=1&y='<b>'"
    arguments = ("--workspace", str(tmp_path), "import", url, "--json")
    first, second = json.loads(run(*arguments)), json.loads(run(*arguments))
    assert (first["file"], first["format"], first["new"]) == (url, "bookmarks", 1)
    assert (second["new"], second["same"]) == (0, 1)
    assert f"link: {url}" in run("import", url, "--preview")


@pytest.mark.parametrize("url", ["https://", "http://[", "HTTPS://a b.example/", "http://a/\x1b"])
def test_invalid_url_is_refused_before_anything_is_stored(url: str, tmp_path: Path) -> None:
    run("init", str(tmp_path))
    with pytest.raises(UsageError, match="is not a valid URL"):
        run("--workspace", str(tmp_path), "import", url)
    assert not (tmp_path / "data/state/hashtrail.db").exists()
