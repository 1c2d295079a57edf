"""The workspace of the demo: its files, its settings, and the mark that it belongs to the demo."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from crawler.errors import UsageError
from crawler.workspace import SETTINGS_FILE, Workspace, bundled_path, open_workspace

MARK = Path("data/demo.json")
_FROM_DEMO = ("sources.toml", "inbox", "curation", "reading_lists", "hashtrail.toml")
_FROM_HASHTRAIL = (
    "topics",
    "generated/topic_weights.tsv",
    "generated/topic_evaluation.json",
)
_PORT_LINES = ('explorer_url = "http://127.0.0.1:{}/"', "port = {}")


@dataclass(frozen=True, slots=True)
class DemoProgress:
    """The mark of a demo workspace: its first run, the finished runs, the port of the explorer."""

    first_run: datetime
    finished: int = 0
    explorer_port: int = 8001


def read_progress(folder: Path) -> DemoProgress | None:
    """Return the progress of the demo in `folder`; None if the folder is missing or empty.

    Raises UsageError if the folder belongs to something else, or if its mark is damaged.
    """
    mark = folder / MARK
    if mark.is_file():
        try:
            return msgspec.json.decode(mark.read_bytes(), type=DemoProgress)
        except (msgspec.DecodeError, ValueError):
            raise UsageError(
                f"{mark} is damaged.", "Delete the folder and start the demo again."
            ) from None
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(
            f"{folder} contains other files than those of a demo.",
            "Name a new folder: hashtrail demo FOLDER",
        )
    return None


def prepare_workspace(folder: Path, first_run: datetime, explorer_port: int) -> DemoProgress:
    """Return the progress of the demo in `folder`, after its missing files are written.

    A new demo begins at `first_run`, and its site links to an explorer at `explorer_port`. The
    settings are written last, so that an interrupted call is completed by the next one. Raises
    UsageError if the folder belongs to something else.
    """
    progress = read_progress(folder)
    if progress and (folder / SETTINGS_FILE).is_file():
        return progress
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    progress = progress or DemoProgress(first_run, explorer_port=explorer_port)
    write_progress(folder, progress)
    for name, source in _files():
        (data / name).parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, data / name, dirs_exist_ok=True)
        else:
            shutil.copyfile(source, data / name)
    return with_explorer_port(folder, progress, explorer_port)


def with_explorer_port(folder: Path, progress: DemoProgress, port: int) -> DemoProgress:
    """Write the `port` of the explorer into the settings of `folder`; return the new `progress`."""
    settings = folder / SETTINGS_FILE
    text = settings.read_text(encoding="utf-8")
    stored = _port_in(text)
    for line in _PORT_LINES:
        text = text.replace(line.format(stored), line.format(port))
    settings.write_text(text, encoding="utf-8")
    changed = DemoProgress(progress.first_run, progress.finished, port)
    write_progress(folder, changed)
    return changed


def write_progress(folder: Path, progress: DemoProgress) -> None:
    """Write the mark of the demo in `folder` with its `progress`."""
    text = json.dumps(msgspec.to_builtins(asdict(progress)), indent=2)
    (folder / MARK).write_text(f"{text}\n", encoding="utf-8")


def open_demo(folder: Path) -> Workspace:
    """Return the workspace of the demo in `folder`, without settings of the environment."""
    return open_workspace(folder, {})


def _port_in(settings: str) -> str:
    return settings.rpartition("\nport = ")[2].split()[0]


def _files() -> Iterator[tuple[str, Path]]:
    """Yield each file or folder of a new demo: its path below `data/`, and its source."""
    for name in _FROM_HASHTRAIL:
        yield name, bundled_path("data", name)
    for name in _FROM_DEMO:
        yield name, bundled_path("data", "demo", name)
