"""Find the names in the documentation that must exist: paths, links, settings and commands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import click

from crawler.cli.main import cli
from crawler.settings.all_settings import Settings

ROOT = Path(__file__).parents[1]
NEW_FILE = "new file"
"""A line with these words names a file that the reader creates, so the file need not exist."""

_ROOTS = "bench|crawler|devtools|requirements|templates|tests"
_PATH = re.compile(rf"(?<![\w/.:-])((?:{_ROOTS})/[\w./-]*[\w/])")
_AUTHORED = re.compile(r"(?<![\w/.-])(data/[\w./-]*\w\.(?:toml|tsv|txt))")
_MODULE = re.compile(r"`(crawler(?:\.\w+)+)`")
_LINK = re.compile(
    r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"|!\[[^\]]*\]\(([^)\s]+)\)"
)
_SETTING = re.compile(r"`\[(\w+)\] (\w+)`")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_COMMAND = re.compile(r"`(hashtrail [^`]+)`")
_SHELL_BLOCK = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the documentation, with its path relative to the repository."""

    name: str
    text: str

    @property
    def folder(self) -> Path:
        """The folder that relative links start from."""
        return (ROOT / self.name).parent


def pages() -> list[Page]:
    """Return the pages of the documentation, in docs/ and in the root of the repository."""
    paths = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    return [
        Page(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        for path in sorted(paths)
    ]


def missing_paths(page: Page) -> Iterator[str]:
    """Yield each path and module that `page` names and that does not exist."""
    for line in page.text.splitlines():
        if NEW_FILE in line:
            continue
        for path in (*_PATH.findall(line), *_AUTHORED.findall(line)):
            if not (ROOT / path).exists():
                yield path
        for module in _MODULE.findall(line):
            path = module.replace(".", "/")
            if not (ROOT / path).is_dir() and not (ROOT / f"{path}.py").is_file():
                yield module


def broken_links(page: Page) -> Iterator[str]:
    """Yield each relative link of `page` whose file or heading does not exist."""
    for groups in _LINK.findall(page.text):
        link = next(filter(None, groups))
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.folder / path).resolve() if path else ROOT / page.name
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            yield link


def unknown_settings(page: Page) -> Iterator[str]:
    """Yield each setting of `page`, written as `[section] key`, that does not exist."""
    known = {
        (section.name, key.name)
        for section in fields(Settings)
        for key in fields(getattr(Settings(), section.name))
    }
    for section, key in _SETTING.findall(page.text):
        if (section, key) not in known:
            yield f"[{section}] {key}"


def unknown_commands(page: Page) -> Iterator[str]:
    """Yield each `hashtrail` command line of `page` with an unknown verb or option."""
    for line in _command_lines(page.text):
        if not _is_known(line):
            yield line


def _anchors(path: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    text = path.read_text(encoding="utf-8")
    headings = (
        re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", each) for each in _HEADING.findall(text)
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _command_lines(text: str) -> Iterator[str]:
    for line in _COMMAND.findall(text):
        yield line
    for block in _SHELL_BLOCK.findall(text):
        for line in block.splitlines():
            match = re.search(
                r"(?:^|\| |&& |/)(hashtrail .+?)(?: && .*| \| .*|\s{2,}#.*| #.*)?$", line
            )
            if match:
                yield match[1]


def _is_known(line: str) -> bool:
    command: click.Command = cli
    options = _option_names(command)
    words = iter(_words(line)[1:])
    for word in words:
        if word.isupper() or word == "[OPTIONS]":  # a placeholder
            continue
        if word == "--workspace":
            next(words, None)
        elif word.startswith("-"):
            if word.partition("=")[0] not in options:
                return False
        elif isinstance(command, click.Group):
            child = _subcommand(command, word)
            if child is None:
                return False
            command, options = child, options | _option_names(child)
    return True


def _words(line: str) -> list[str]:
    """Return the words of a command line, of which a pipe may have cut off a quotation mark."""
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _subcommand(group: click.Group, name: str) -> click.Command | None:
    context = click.Context(group)
    if name not in group.list_commands(context):
        return None
    return group.get_command(context, name)


def _option_names(command: click.Command) -> set[str]:
    parameters = command.get_params(click.Context(command))
    return {name for parameter in parameters for name in parameter.opts} | {"--help", "-h"}
