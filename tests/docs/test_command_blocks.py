"""Every block of commands in the documentation runs as shown, and every block of data is valid.

The blocks of a page run in order, in a copy of a workspace with the sample posts, without network:
every connection goes to a closed port. Mark a block that cannot run here as in `sh skip=root`; the
reasons are in devtools/command_blocks.py.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli.main import cli
from crawler.curation.read_decisions import read_decisions
from crawler.settings.commented_settings import commented_settings
from crawler.settings.read_settings import read_settings
from crawler.settings.setting_keys import setting_sections
from crawler.sources.configured_sources import load_sources
from crawler.topics.reading_lists import read_reading_lists
from crawler.workspace import SETTINGS_FILE
from devtools.command_blocks import SKIP_REASONS, Block, all_blocks, blocks_of, unmarked_commands
from devtools.doc_pages import Page
from devtools.repository import ROOT

SHELL = all_blocks("sh")
RUN = [block for block in SHELL if not block.skip]
PAGES = sorted({block.page for block in RUN})
LEAST_SHARE = 0.67
"""The share of blocks that run. Raise it when more blocks run; never lower it."""

OFFLINE = {
    "HASHTRAIL_FETCH_CONNECT_TO": "127.0.0.1:9",
    "HASHTRAIL_FETCH_DELAY_SECONDS": "0",
    "HASHTRAIL_ENGINE_PROCESSES": "1",
}
FILES = {
    "bookmarks.html": "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p>\n"
    '<DT><A HREF="https://blog.example.org/leases" ADD_DATE="1795334400">Leases</A>\n</DL><p>\n',
}
SERVERS = {"serve", "explore"}
GOOD_CODES = {"nightly": {0, 2}, "crawl": {0, 2}}
_SHELL_SYNTAX = re.compile(r"[|&;<>$`*?~]|^\w+=")


@dataclass
class Shell:
    """A reader at a prompt: the directory of the next command, below the directory `top`."""

    top: Path
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def write(self, settings: str) -> None:
        """Write the keys of TOML `settings` into the settings of the workspace."""
        path = self.folder / SETTINGS_FILE
        values = {}
        for text in (path.read_text(encoding="utf-8"), settings):
            for section, table in tomllib.loads(self._local(text)).items():
                values |= {f"{section}.{name}": value for name, value in table.items()}
        path.write_text(commented_settings(values), encoding="utf-8")

    def run(self, line: str) -> str:
        """Run one command line; return an explanation if it fails, otherwise an empty text."""
        line = self._local(line)
        words = shlex.split(line)
        if "cd" in words and "&&" in words:
            problems = [self.run(part) for part in line.split(" && ")]
            return "".join(problems)
        if words[0] == "cd":
            self.folder = self.folder / words[1]
            return "" if self.folder.is_dir() else f"{line}: no such directory"
        if words[0] == "hashtrail" and SERVERS & set(words):
            return self._serve(words[1:])
        if words[0] == "hashtrail" and not _SHELL_SYNTAX.search(line):
            return self._run_here(words[1:])
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", line],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
        return f"{line}: exit {done.returncode}\n{done.stderr}" if done.returncode else ""

    def _local(self, text: str) -> str:
        """Replace the paths of the documentation by paths of this test."""
        workspace = self.top / "my-kb"
        return text.replace("/srv/my-kb", str(workspace)).replace("/srv/", f"{self.top}/srv/")

    def _serve(self, arguments: list[str]) -> str:
        """Start a server on a free port, and end it when it prints its URL."""
        command = [sys.executable, "-m", "crawler", *arguments, "--port", "0"]
        with subprocess.Popen(
            command,
            cwd=self.folder,
            env={**self.environment, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as server:
            assert server.stdout
            lines = []
            for output in server.stdout:
                lines.append(output)
                if "http://" in output:
                    break
            server.terminate()
        return "" if lines and "http://" in lines[-1] else "".join(lines)

    def _run_here(self, arguments: list[str]) -> str:
        os.chdir(self.folder)
        result = CliRunner().invoke(cli, arguments, standalone_mode=False)
        code = result.return_value if isinstance(result.return_value, int) else 0
        verb = next((word for word in arguments if word in GOOD_CODES), "")
        if result.exception or code not in GOOD_CODES.get(verb, {0}):
            return f"hashtrail {shlex.join(arguments)}: {result.exception or code}\n{result.output}"
        return ""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace after a night without network: the sample posts and a built site."""
    folder = tmp_path_factory.mktemp("documented") / "my-kb"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in OFFLINE.items():
            patch.setenv(name, value)
        commands = (
            ["init", str(folder), "--yes"],
            ["--workspace", str(folder), "nightly"],
        )
        for command in commands:
            CliRunner().invoke(cli, command, standalone_mode=False, catch_exceptions=False)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def shell(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell in a fresh copy of the workspace, with `hashtrail` on its path."""
    folder = tmp_path / "my-kb"
    shutil.copytree(prepared, folder, symlinks=True)
    (tmp_path / "srv").mkdir()
    monkeypatch.chdir(folder)
    for name, value in OFFLINE.items():
        monkeypatch.setenv(name, value)
    commands = tmp_path / "bin"
    commands.mkdir()
    wrapper = f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m crawler "$@"\n'
    (commands / "hashtrail").write_text(wrapper, encoding="utf-8")
    (commands / "hashtrail").chmod(0o755)
    path = f"{commands}{os.pathsep}{os.environ['PATH']}"
    return Shell(tmp_path, folder, {**os.environ, "PATH": path, "HOME": str(tmp_path)})


@pytest.mark.parametrize("page", PAGES)
def test_commands_of_page_run_in_order(page: str, shell: Shell) -> None:
    for block in all_blocks():
        if block.page == page and block.is_written:
            shell.write(block.text)
        if block.page == page and block in RUN:
            for line in block.commands:
                problem = shell.run(line)
                assert not problem, f"{block.place}: {problem}"


def test_every_block_of_commands_is_marked_as_commands() -> None:
    unmarked = {block.place: unmarked_commands(block) for block in all_blocks()}
    lines = {place: commands for place, commands in unmarked.items() if commands}
    assert not lines, (
        "write ```sh, or ```sh skip=REASON with a reason of devtools/command_blocks.py"
    )


def test_every_skipped_block_has_a_reason_of_the_table() -> None:
    unknown = [
        (block.place, block.skip)
        for block in SHELL
        if block.skip and block.skip not in SKIP_REASONS
    ]
    assert unknown == []


def test_share_of_blocks_that_run_does_not_fall() -> None:
    share = len(RUN) / len(SHELL)
    assert share >= LEAST_SHARE, f"{len(RUN)} of {len(SHELL)} blocks run"


def _valid_sources(text: str, folder: Path) -> None:
    (folder / "sources.toml").write_text(text, encoding="utf-8")
    load_sources(folder / "sources.toml")


def _valid_decisions(text: str, folder: Path) -> None:
    (folder / "decisions.toml").write_text(text, encoding="utf-8")
    assert read_decisions(folder)


def _valid_reading_list(text: str, folder: Path) -> None:
    (folder / "leases.toml").write_text(text, encoding="utf-8")
    assert read_reading_lists(folder)


def _valid_settings(text: str, folder: Path) -> None:
    (folder / "hashtrail.toml").write_text(text, encoding="utf-8")
    read_settings(folder / "hashtrail.toml", {})


READERS: dict[str, Callable[[str, Path], None]] = {
    "source": _valid_sources,
    "picks": _valid_reading_list,
    **dict.fromkeys(("hide", "ban", "merge", "join", "split", "tag"), _valid_decisions),
    **dict.fromkeys(("untag", "pin", "trust", "note"), _valid_decisions),
    **{section.name: _valid_settings for section in setting_sections()},
}


@pytest.mark.parametrize("block", all_blocks("toml"), ids=lambda block: block.place)
def test_toml_block_is_valid_for_its_reader(block: Block, tmp_path: Path) -> None:
    readers = {READERS[table] for table in tomllib.loads(block.text)}
    assert len(readers) == 1, f"{block.place}: tables of one file"
    readers.pop()(block.text, tmp_path)


@pytest.mark.parametrize("block", all_blocks("json"), ids=lambda block: block.place)
def test_json_block_is_json(block: Block) -> None:
    json.loads(block.text)


def test_failing_command_is_reported(shell: Shell) -> None:
    assert "exit 3" in shell.run("sh -c 'exit 3'")
    assert "no setting" in shell.run("hashtrail settings fetch.nothing")
    assert not shell.run("hashtrail settings | grep -c delay_seconds")


def test_block_is_parsed_with_reason_comments_and_continued_lines() -> None:
    page = Page("p.md", "x\n\n```sh skip=root\na  # comment\n\nb \\\n  c\n```\n")
    (block,) = blocks_of(page)
    assert (block.place, block.skip, block.commands) == ("p.md:3", "root", ["a", "b    c"])
