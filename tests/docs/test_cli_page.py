"""Every command has an example that runs, and docs/CLI.md is what its generator writes."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from crawler.cli.examples import command_examples
from crawler.cli.main import cli
from devtools.cli_page import PAGE, all_commands, cli_page, missing_examples

FILES = {
    "feed.xml": "<rss version='2.0'><channel><title>A blog</title><item><title>Leases</title>"
    "<link>https://blog.example.org/leases</link></item></channel></rss>",
    "page.html": "<html><head><title>Leases</title></head><body><article>"
    + "<p>A lease is a lock with a deadline, which survives the death of its holder.</p>" * 9
    + "</article></body></html>",
    "labelled.jsonl": json.dumps({"id": 1, "title": "Consistent hashing", "topics": ["x"]}),
    "links.jsonl": json.dumps({"id": 1, "title": "Consistent hashing", "topics": ["x"]}),
}
RUNNABLE = [name for name, example in command_examples().items() if not example.parsed_only]


@dataclass(frozen=True)
class CommandLine:
    """An example split into the input of the pipe and the arguments of `hashtrail`."""

    piped: str
    arguments: list[str]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("examples")
    CliRunner().invoke(cli, ["init", str(folder)], catch_exceptions=False)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def split_example(text: str, folder: Path) -> CommandLine:
    """Split `echo … | hashtrail …`, `cat FILE | hashtrail …` or `hashtrail …`."""
    words = shlex.split(text)
    pipe = words.index("|") if "|" in words else -1
    program, *arguments = words[pipe + 1 :]
    assert program == "hashtrail", text
    if pipe < 0:
        return CommandLine("", arguments)
    producer, argument = words[:pipe]
    piped = argument if producer == "echo" else (folder / argument).read_text(encoding="utf-8")
    return CommandLine(f"{piped}\n", arguments)


def test_every_command_has_an_example() -> None:
    assert not missing_examples(), "edit crawler/cli/examples.toml"


def test_cli_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == cli_page(), "run: make docs"


def test_every_option_has_a_help_text() -> None:
    silent = [
        f"{command.name} {parameter.opts[0]}"
        for command in all_commands()
        for parameter in command.command.params
        if isinstance(parameter, click.Option) and not parameter.help
    ]
    assert silent == []


@pytest.mark.parametrize("name", command_examples())
def test_example_parses_as_its_command(
    name: str, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace)
    command: click.Command = cli
    remaining = split_example(command_examples()[name].run, workspace).arguments
    verbs = []
    while isinstance(command, click.Group):
        verb, *remaining = remaining
        child = command.get_command(click.Context(command), verb)
        assert child is not None
        verbs.append(verb)
        command = child
    assert " ".join(verbs).startswith(name)
    command.make_context(verbs[-1], remaining)


@pytest.mark.parametrize("name", RUNNABLE)
def test_example_runs_with_exit_code_0(
    name: str, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace)
    line = split_example(command_examples()[name].run, workspace)
    result = CliRunner().invoke(cli, line.arguments, input=line.piped, standalone_mode=False)
    assert result.exception is None, result.output
    assert not result.return_value, result.output
