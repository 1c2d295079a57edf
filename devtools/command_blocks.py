"""The fenced blocks of the documentation, for tests that run commands and validate files.

A block of commands is marked `sh`. If a test cannot run it, its info string has the reason, as in
`sh skip=root`. Lines of output are in a block marked `text`. A block marked `toml write` has
settings that the reader writes before the next commands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt

from devtools.doc_pages import Page, pages

SKIP_REASONS = {
    "account": "needs an account or a repository at a service",
    "container": "needs Docker or Podman",
    "install": "downloads and installs packages",
    "machine": "needs another machine",
    "network": "makes requests to the internet",
    "root": "changes the system",
    "server": "runs until it is stopped, or polls a server that the reader started",
}
RUN_ELSEWHERE = {
    "CONTRIBUTING.md": "tests/docs/test_recipes.py",
    "docs/CLI.md": "tests/docs/test_cli_page.py",
}
_COMMAND = re.compile(
    r"(?:adduser|cd|cp|curl|docker|eval|hashtrail|install|make|mkdir|pip|pipx|podman|python3?|rsync"
    r"|runuser|systemctl|uvx)\s(?!\S+:)"
)
_SKIP = re.compile(r"\bskip=(\S+)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its page, line, language and text.

    `skip` is the reason not to run it. `is_written` is whether the reader writes it into the
    settings.
    """

    page: str
    line: int
    language: str
    skip: str
    is_written: bool
    text: str

    @property
    def place(self) -> str:
        """The page and the line, for messages."""
        return f"{self.page}:{self.line}"

    @property
    def commands(self) -> list[str]:
        """The command lines, without comments and blank lines; continued lines are joined."""
        joined = self.text.replace("\\\n", " ")
        lines = (re.sub(r"(?:^|\s{2,})#\s.*$", "", line).strip() for line in joined.splitlines())
        return [line for line in lines if line]


@cache
def blocks_of(page: Page) -> tuple[Block, ...]:
    """Return the fenced blocks of `page`, in order."""
    return tuple(_fenced_blocks(page))


def _fenced_blocks(page: Page) -> Iterator[Block]:
    for token in MarkdownIt("commonmark").parse(page.text):
        if token.type == "fence" and token.map:
            language, _, options = token.info.strip().partition(" ")
            skip = _SKIP.search(options)
            reason, is_written = skip[1] if skip else "", "write" in options.split()
            line = token.map[0] + 1
            yield Block(page.name, line, language, reason, is_written, token.content)


def unmarked_commands(block: Block) -> list[str]:
    """Return the lines of a `block` marked as text that begin like commands."""
    if block.language in ("sh", "toml"):
        return []
    return [line for line in block.commands if _COMMAND.match(line)]


def all_blocks(language: str = "") -> list[Block]:
    """Return the blocks of all pages with this `language`; all blocks if it is empty.

    Pages whose blocks another test runs are left out.
    """
    return [
        block
        for page in pages()
        if page.name not in RUN_ELSEWHERE
        for block in blocks_of(page)
        if not language or block.language == language
    ]
