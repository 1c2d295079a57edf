"""`hashtrail init FOLDER`: make a workspace from what ships with Hashtrail."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from crawler.errors import UsageError
from crawler.workspace import SETTINGS_FILE, bundled_path

_COPIED = ("hashtrail.toml", "sources.toml", "topics", "curation", "inbox")
_GENERATED = ("topic_weights.tsv", "topic_evaluation.json")
_GITIGNORE = "/data/state/\n/site/public\n/site/.builds/\n"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> None:
    """Create a workspace in FOLDER with settings, sources, topics and a sample paste.

    Existing files are not changed.
    """
    if (folder / SETTINGS_FILE).exists():
        raise UsageError(
            f"{folder} is a workspace already.",
            f"Use it with: hashtrail --workspace {folder} nightly",
        )
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    for name in _COPIED:
        _copy(bundled_path("data", name), data / name)
    (data / "generated").mkdir(exist_ok=True)
    for name in _GENERATED:
        _copy(bundled_path("data", "generated", name), data / "generated" / name)
    if not (folder / ".gitignore").exists():
        (folder / ".gitignore").write_text(_GITIGNORE, encoding="utf-8")
    click.echo(f"Made a workspace in {folder.resolve()}. Next:")
    click.echo(f"  {_change_folder(folder)}hashtrail nightly")


def _change_folder(folder: Path) -> str:
    """Return the shell command that enters `folder`; empty for the current folder."""
    return "" if folder.resolve() == Path.cwd() else f"cd {folder} && "


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        target.mkdir(exist_ok=True)
        for child in sorted(source.iterdir()):
            _copy(child, target / child.name)
    elif not target.exists() and source.name != ".keep":
        shutil.copyfile(source, target)
