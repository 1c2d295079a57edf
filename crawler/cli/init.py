"""`hashtrail init FOLDER`: make a workspace from what ships with Hashtrail."""

from __future__ import annotations

import secrets
import shutil
from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.errors import UsageError
from crawler.url_parser import InvalidUrl, Url, parse_url
from crawler.workspace import SETTINGS_FILE, bundled_path

_COPIED = ("hashtrail.toml", "sources.toml", "topics", "reading_lists", "curation", "inbox")
_GENERATED = ("topic_weights.tsv", "topic_evaluation.json")
_RANDOM_BYTES = 6
_GITIGNORE = "/data/state/\n/site/public\n/site/.builds/\n"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--base-url", metavar="URL", default="", help="Public URL of the site.")
def init(folder: Path, base_url: str) -> None:
    """Create a workspace in FOLDER: settings, sources, topics, reading lists, a sample paste.

    Existing files are not changed. The ids of feed entries begin with the host of --base-url, or
    else with a random name.
    """
    site = parse_url(base_url) if base_url else None
    if isinstance(site, InvalidUrl):
        raise UsageError(f"{base_url} is not a web URL.", "Write it as https://trail.example/")
    if (folder / SETTINGS_FILE).exists():
        raise UsageError(
            f"{folder} is a workspace already.",
            f"Use it with: hashtrail --workspace {folder} nightly",
        )
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    for name in _COPIED:
        _copy(bundled_path("data", name), data / name)
    _write_identity(folder / SETTINGS_FILE, site)
    (data / "generated").mkdir(exist_ok=True)
    for name in _GENERATED:
        _copy(bundled_path("data", "generated", name), data / "generated" / name)
    if not (folder / ".gitignore").exists():
        (folder / ".gitignore").write_text(_GITIGNORE, encoding="utf-8")
    click.echo(f"Made a workspace in {folder.resolve()}. Next:")
    click.echo(f"  {_change_folder(folder)}hashtrail nightly")


def _write_identity(settings: Path, site: Url | None) -> None:
    """Write the URL of the site and the authority of its feeds into new settings."""
    lines = settings.read_text(encoding="utf-8")
    lines = lines.replace('feed_authority = ""', f'feed_authority = "{_feed_authority(site)}"', 1)
    if site is not None:
        base_url = f"{site.scheme}://{site.authority}{site.path.rstrip('/')}/"
        lines = lines.replace('base_url = ""', f'base_url = "{base_url}"', 1)
    settings.write_text(lines, encoding="utf-8")


def _feed_authority(site: Url | None) -> str:
    """Return the host of the site with the current date (RFC 4151), or else a random name."""
    if site is None or ":" in site.host:
        return f"hashtrail,2026:{secrets.token_hex(_RANDOM_BYTES)}"
    return f"{site.host},{datetime.now(UTC):%Y-%m-%d}"


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
