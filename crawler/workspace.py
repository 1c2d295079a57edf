"""The paths of a workspace, and its settings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.errors import ConfigurationError

if TYPE_CHECKING:  # a command that needs only a bundled file starts without the settings
    from crawler.archive_storage import ArchiveFolder
    from crawler.settings.all_settings import Settings

SETTINGS_FILE = Path("data/hashtrail.toml")
BUILDS = ".builds"
"""The folder with the builds of the site, next to the link to the published one."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with `data/`, `site/` and (in a checkout) `templates/`.

    Every path that Hashtrail reads or writes is an attribute.
    """

    root: Path
    settings: Settings

    @property
    def data(self) -> Path:
        """The folder of settings, topics, decisions, inbox and state."""
        return self.root / "data"

    @property
    def state(self) -> Path:
        """The folder of everything that Hashtrail writes and can restore."""
        return self.data / "state"

    @property
    def database(self) -> Path:
        """The private SQLite database."""
        return self.state / "hashtrail.db"

    @property
    def lock(self) -> Path:
        """The file of the run lock."""
        return self.state / "run.lock"

    @property
    def public_database(self) -> Path:
        """The public snapshot, which the site and the explorer read."""
        return self.state / "public.db"

    @property
    def archive(self) -> ArchiveFolder:
        """The folder of WARC files, which may be remote."""
        from crawler.archive_storage import archive_folder

        return archive_folder(self.settings.archive.url, self.root, self.archive_spool)

    @property
    def archive_spool(self) -> Path:
        """The folder in which WARC files are written, and stay unless `[archive] url` is set."""
        return self.state / "archive"

    @property
    def logs(self) -> Path:
        """The folder of run logs."""
        return self.state / "logs"

    @property
    def backups(self) -> Path:
        """The folder of backups of the database."""
        return self.state / "backups"

    @property
    def published(self) -> Path:
        """The folder of copies of what the targets of publishing have."""
        return self.state / "published"

    @property
    def inbox(self) -> Path:
        """The folder of files that the next run imports."""
        return self.data / "inbox"

    @property
    def sources(self) -> Path:
        """The file with the configured sources."""
        return self.data / "sources.toml"

    @property
    def topics(self) -> Path:
        """The folder of the topic files and topic texts."""
        return self.data / "topics"

    @property
    def reading_lists(self) -> Path:
        """The folder of the reading lists of topics."""
        return self.data / "reading_lists"

    @property
    def generated(self) -> Path:
        """The folder of the computed files: the learned weights and the evaluation of topics."""
        return self.data / "generated"

    @property
    def curation(self) -> Path:
        """The folder of the curator's decisions."""
        return self.data / "curation"

    @property
    def public(self) -> Path:
        """The folder of the published site."""
        return self.root / "site" / "public"


def open_workspace(root: Path, environment: Mapping[str, str] = os.environ) -> Workspace:
    """Return the workspace at `root`; variables in `environment` override its settings.

    Raises ConfigurationError when `root` is not a workspace, or when a setting is unknown or has
    the wrong type.
    """
    from crawler.settings.read_settings import read_settings

    root = root.resolve()
    if not (root / SETTINGS_FILE).is_file():
        raise ConfigurationError(
            f"{root} is not a Hashtrail workspace: {SETTINGS_FILE} is missing.",
            "Make one with: hashtrail init FOLDER",
        )
    return Workspace(root, read_settings(root / SETTINGS_FILE, environment))


def bundled_path(*parts: str) -> Path:
    """Return the path of a file or folder that ships with Hashtrail.

    It is in the wheel, or in the checkout when there is no wheel. `parts` are the path segments.
    """
    package = Path(__file__).parent
    shipped = package / "_bundled"
    return (shipped if shipped.is_dir() else package.parent).joinpath(*parts)
