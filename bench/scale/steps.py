"""The steps of the scale benchmark, in order, each with the command that a process runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

_NEW_ARTICLES = 1_000


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a benchmark keeps its files: the workspace, and the exports to import."""

    root: Path

    @property
    def workspace(self) -> Path:
        """The workspace of Hashtrail."""
        return self.root / "workspace"

    @property
    def export(self) -> Path:
        """The export of the library."""
        return self.root / "export"

    @property
    def new_export(self) -> Path:
        """The export of the articles that arrive later."""
        return self.root / "new"


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its name, what it does, and its command. `is_setup` steps are not the subject."""

    name: str
    meaning: str
    command: Callable[[Folders, int], Sequence[str]]
    is_setup: bool = False


def new_articles(articles: int) -> int:
    """Return how many articles arrive after the first build of a library of so many `articles`."""
    return min(_NEW_ARTICLES, articles)


def _in_process(name: str) -> Callable[[Folders, int], Sequence[str]]:
    """Return the command of a function of `bench.scale.run_step`."""

    def command(folders: Folders, articles: int) -> Sequence[str]:
        return [
            sys.executable,
            "-m",
            "bench.scale.run_step",
            name,
            str(folders.root),
            str(articles),
        ]

    return command


def _hashtrail(*arguments: str) -> Callable[[Folders, int], Sequence[str]]:
    def command(folders: Folders, articles: int) -> Sequence[str]:
        return [*_program(folders), *arguments]

    return command


def _import(export: Callable[[Folders], Path]) -> Callable[[Folders, int], Sequence[str]]:
    def command(folders: Folders, articles: int) -> Sequence[str]:
        files = sorted(export(folders).glob("*.jsonl"))
        return [*_program(folders), "import", "--json", *map(str, files)]

    return command


def _program(folders: Folders) -> Sequence[str]:
    return [sys.executable, "-m", "crawler.cli.main", "--workspace", str(folders.workspace)]


STEPS = (
    Step("generate", "the files to import", _in_process("generate"), is_setup=True),
    Step("import", "hashtrail import of all files", _import(lambda folders: folders.export)),
    Step("understand", "hashtrail retag: topics, entities, relations", _hashtrail("retag")),
    Step("edit-topic", "one phrase removed", _in_process("edit-topic"), is_setup=True),
    Step("retag", "hashtrail retag after the edit", _hashtrail("retag")),
    Step("snapshot", "the public snapshot alone", _in_process("snapshot")),
    Step("search-index", "the search files of the site alone", _in_process("search-index")),
    Step("build", "hashtrail build: snapshot and site", _hashtrail("build")),
    Step("questions", "searches and named queries", _in_process("questions")),
    Step(
        "import-new",
        "hashtrail import of 1,000 new articles",
        _import(lambda folders: folders.new_export),
    ),
    Step("understand-new", "hashtrail retag after them", _hashtrail("retag")),
    Step("build-new", "hashtrail build after them", _hashtrail("build")),
    Step("build-same", "hashtrail build without a change", _hashtrail("build")),
)
