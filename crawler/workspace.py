"""The paths of a workspace and its settings, read from files and the environment."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from crawler.errors import ConfigurationError

SETTINGS_FILE = Path("data/hashtrail.toml")
BUILDS = ".builds"
"""The folder with the builds of the site, next to the link to the published one."""
_PREFIX = "HASHTRAIL_"
_FEED_AUTHORITY = (
    r"^([A-Za-z0-9]([A-Za-z0-9._-]*@)?[A-Za-z0-9.-]*,\d{4}(-\d\d(-\d\d)?)?(:[A-Za-z0-9._~-]+)?)?$"
)
_CONTENT_SIGNAL = (
    r"^((search|ai-input|ai-train)=(yes|no)(, ?(search|ai-input|ai-train)=(yes|no))*)?$"
)


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """`[site]`: title, contact and URLs that the pages show.

    With an empty `base_url`, links are relative and work from a folder. `feed_authority` is an
    authority of RFC 4151 with a date and, after a colon, an optional prefix. `content_signal` is
    the value of the field in robots.txt (contentsignals.org). `explorer` is `browser` if the site
    has a page that runs SQL in the visitor's browser.
    """

    title: str = "Hashtrail"
    tagline: str = "Articles that #DistributedSystems posts link to, by topic and with evidence"
    base_url: str = ""
    explorer: Literal["server", "browser"] = "server"
    explorer_url: str = ""
    contact: str = ""
    source_code: str = ""
    feed_authority: Annotated[str, msgspec.Meta(pattern=_FEED_AUTHORITY)] = ""
    content_signal: Annotated[str, msgspec.Meta(pattern=_CONTENT_SIGNAL)] = (
        "search=yes, ai-train=no"
    )


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """`[crawl]`: the followed hashtags, consent, opt-outs and the time between article checks.

    `budget_hours`: after this time a run starts no further fetch.
    `degraded_share`: a run in which a larger share of the sources fails counts as degraded.
    """

    hashtags: tuple[str, ...] = ("DistributedSystems",)
    consent: Literal["considerate", "strict", "lenient"] = "considerate"
    recheck_days: int = 30
    degraded_share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.3
    budget_hours: float = 6.0


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """`[fetch]`: politeness, limits and identification of requests to other servers.

    Values are in seconds unless the name contains another unit.
    """

    user_agent: str = ""
    contact: str = ""
    connect_to: str = ""
    ca_bundle: str = ""
    allow_private: tuple[str, ...] = ()
    delay_seconds: float = 3.0
    concurrency: int = 32
    per_host_nightly: int = 50
    total_seconds: float = 30.0
    max_page_mb: float = 5.0
    max_feed_mb: float = 25.0


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """`[engine]`: where work runs. `processes = 0` means one per core."""

    name: str = "local"
    scheduler: str = ""
    processes: int = 0
    task_seconds: float = 10.0
    memory_mb: int = 1024


@dataclass(frozen=True, slots=True)
class ArchiveSettings:
    """`[archive]`: the WARC files of fetched responses."""

    enabled: bool = True
    keep_days: int = 365
    segment_mb: int = 256


@dataclass(frozen=True, slots=True)
class ExplorerSettings:
    """`[explorer]`: the Datasette explorer."""

    host: str = "127.0.0.1"
    port: int = 8001
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SemanticSettings:
    """`[semantic]`: optional sentence vectors; off while `model` (a folder) is empty."""

    model: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of `data/hashtrail.toml` and the environment."""

    site: SiteSettings = SiteSettings()
    crawl: CrawlSettings = CrawlSettings()
    fetch: FetchSettings = FetchSettings()
    engine: EngineSettings = EngineSettings()
    archive: ArchiveSettings = ArchiveSettings()
    explorer: ExplorerSettings = ExplorerSettings()
    semantic: SemanticSettings = SemanticSettings()


_DEFAULTS: dict[str, Any] = {
    section.name: getattr(Settings(), section.name) for section in fields(Settings)
}


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
    def archive(self) -> Path:
        """The folder of WARC files."""
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
    root = root.resolve()
    if not (root / SETTINGS_FILE).is_file():
        raise ConfigurationError(
            f"{root} is not a Hashtrail workspace: {SETTINGS_FILE} is missing.",
            "Make one with: hashtrail init FOLDER",
        )
    return Workspace(root, read_settings(root / SETTINGS_FILE, environment))


def read_settings(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of a TOML file.

    `HASHTRAIL_<SECTION>_<KEY>` in `environment` overrides a key; lists are comma-separated. Raises
    ConfigurationError when a setting is unknown or has the wrong type.
    """
    tables = _overridden(read_toml(path), environment)
    try:
        return msgspec.convert(tables, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigurationError(
            f"{path}: {error}", "The known settings are listed in docs/SETTINGS.md."
        ) from None


def read_toml(path: Path) -> dict[str, Any]:
    """Return the values of a TOML file. Raises ConfigurationError with file and line."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            f"{path}: {error}", "Correct that line and run the command again."
        ) from None
    except RecursionError:
        message = f"{path}: the brackets are nested too deeply."
        raise ConfigurationError(message, "Write flat tables.") from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{path}: not UTF-8 text (byte {error.start}).", "Save the file as UTF-8."
        ) from None
    except OSError as error:
        raise ConfigurationError(
            f"{path}: {error.strerror}.", "Check that the file exists and can be read."
        ) from None


def bundled_path(*parts: str) -> Path:
    """Return the path of a file or folder that ships with Hashtrail.

    It is in the wheel, or in the checkout when there is no wheel. `parts` are the path segments.
    """
    package = Path(__file__).parent
    shipped = package / "_bundled"
    return (shipped if shipped.is_dir() else package.parent).joinpath(*parts)


def _overridden(tables: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    merged = {
        name: dict(table) if isinstance(table, dict) else table for name, table in tables.items()
    }
    for section in fields(Settings):
        settings = {key.name: key.type for key in fields(_DEFAULTS[section.name])}
        for unknown in set(merged.get(section.name, {})) - set(settings):
            raise ConfigurationError(
                f"[{section.name}] {unknown} is not a setting.",
                f"Known there: {', '.join(sorted(settings))}.",
            )
        for key, kind in settings.items():
            value = environment.get(f"{_PREFIX}{section.name}_{key}".upper())
            if value is not None:
                merged.setdefault(section.name, {})[key] = (
                    _parts(value) if "tuple" in str(kind) else value
                )
    for unknown in set(merged) - set(_DEFAULTS):
        raise ConfigurationError(
            f"[{unknown}] is not a section of the settings.", f"Known: {', '.join(_DEFAULTS)}."
        )
    return merged


def _parts(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]
