"""Write the files of a new workspace. Existing files are not changed.

Every file appears complete under its name, and the settings come last. After a kill the folder is
therefore not a workspace yet, and a second call completes it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from crawler.cli.site_identity import SiteIdentity
from crawler.settings.commented_settings import commented_settings
from crawler.url_parser import host_of
from crawler.workspace import SETTINGS_FILE, bundled_path

_COPIED = (
    "sources.toml",
    "topics",
    "reading_lists",
    "curation",
    "inbox",
    "generated/topic_weights.tsv",
    "generated/topic_evaluation.json",
)
_KEPT_EMPTY = ".keep"
_STATE = "state"
_PRIVATE = 0o700  # posts of people who did not agree to be shown
_DRAFT = ".init-draft"
_RANDOM_BYTES = 6
_GITIGNORE = "/data/state/\n/site/public\n/site/.builds/\n"


def is_free_for_a_workspace(folder: Path) -> bool:
    """Whether `folder` has no files, except hidden ones and those of an interrupted `init`."""
    visible = [path for path in folder.iterdir() if not path.name.startswith(".")]
    if not visible:
        return True
    begun = {_STATE, *(name.partition("/")[0] for name in _COPIED)}
    return [path.name for path in visible] == ["data"] and all(
        path.name in begun for path in visible[0].iterdir() if not path.name.startswith(".")
    )


def write_workspace(folder: Path, identity: SiteIdentity) -> None:
    """Write settings with an `identity`, sources, topics and a sample paste into `folder`.

    Other users of the machine cannot read the folder of the database. Raises OSError when a file
    cannot be written.
    """
    data = folder / SETTINGS_FILE.parent
    data.mkdir(parents=True, exist_ok=True)
    (data / _STATE).mkdir(_PRIVATE, exist_ok=True)
    for name in _COPIED:
        for source, target in _files(bundled_path("data", name), data / name):
            _write(target, source.read_bytes())
    _write(folder / ".gitignore", _GITIGNORE.encode())
    _write(folder / SETTINGS_FILE, settings_text(identity).encode())


def settings_text(identity: SiteIdentity) -> str:
    """Return the settings of a new workspace with an `identity`; the other keys are comments.

    The feed ids get the host of the public URL with the current date (RFC 4151), or else a random
    name.
    """
    return commented_settings(
        {
            "site.title": identity.title,
            "site.base_url": identity.base_url,
            "site.contact": identity.contact,
            "site.feed_authority": _feed_authority(identity.base_url),
            "fetch.contact": identity.contact,
        }
    )


def _feed_authority(base_url: str) -> str:
    host = host_of(base_url)
    if not host or ":" in host:
        return f"hashtrail,2026:{secrets.token_hex(_RANDOM_BYTES)}"
    return f"{host},{datetime.now(UTC):%Y-%m-%d}"


def _files(source: Path, target: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the files of `source`, a file or a folder, with their paths below `target`."""
    if not source.is_dir():
        yield source, target
        return
    target.mkdir(parents=True, exist_ok=True)
    for child in sorted(source.iterdir()):
        if child.name != _KEPT_EMPTY:
            yield from _files(child, target / child.name)


def _write(target: Path, content: bytes) -> None:
    """Write a new file in one step; an existing one stays."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.parent / _DRAFT
    draft.write_bytes(content)
    os.replace(draft, target)
