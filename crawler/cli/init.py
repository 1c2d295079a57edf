"""`hashtrail init`: make a workspace from what ships with Hashtrail, with a few questions."""

from __future__ import annotations

import shlex
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from crawler.cli.common import is_interactive
from crawler.cli.new_workspace import is_free_for_a_workspace, write_workspace
from crawler.cli.site_identity import (
    DEFAULT_TITLE,
    SiteIdentity,
    valid_base_url,
    valid_contact,
    valid_title,
)
from crawler.errors import UsageError, is_disk_full
from crawler.settings.read_settings import read_settings
from crawler.workspace import SETTINGS_FILE

_SUGGESTED = "my-kb"
INTERRUPTED = 128 + signal.SIGINT


class _Folder(click.Path):
    """A path; an empty one, as from an empty variable of a shell, names no folder."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the path `value` of `param` and `ctx`. Raises UsageError if it is empty."""
        if value == "":
            message = "The name of the folder is empty, so no workspace was created."
            raise UsageError(message, f"Name a new folder: hashtrail init {_SUGGESTED}")
        return super().convert(value, param, ctx)


@click.command()
@click.argument(
    "folder", required=False, type=_Folder(path_type=Path, file_okay=False, writable=True)
)
@click.option("--title", metavar="TEXT", help=f"Title of the site (default: {DEFAULT_TITLE}).")
@click.option("--url", "--base-url", "url", metavar="URL", help="Public URL of the site.")
@click.option(
    "--contact", metavar="MAIL|URL", help="Mail address or page where people can reach you."
)
@click.option("--yes", is_flag=True, help="Use the defaults without questions.")
@click.pass_context
def init(
    context: click.Context,
    folder: Path | None,
    title: str | None,
    url: str | None,
    contact: str | None,
    yes: bool,
) -> None:
    """Create a workspace in FOLDER: settings, sources, topics, reading lists, a sample paste.

    Without FOLDER the current directory becomes the workspace if it is empty. On a terminal the
    command asks for title, public URL and contact. These options replace the questions.

    Existing files are not changed. The ids of feed entries begin with the host of the public URL,
    or else with a random name.
    """
    folder = _chosen_folder(context, folder)
    identity = SiteIdentity(
        valid_title(title or ""), valid_base_url(url or ""), valid_contact(contact or "")
    )
    if (folder / SETTINGS_FILE).exists():
        _require_same(folder, identity, is_given=bool(title or url or contact))
        click.echo(f"{folder.resolve()} is a workspace already; nothing was changed. Next:")
    else:
        if not (yes or title or url or contact) and is_interactive():
            identity = _asked(context)
        _write(folder, identity)
        click.echo(f"Created a workspace in {folder.resolve()}. Next:")
    click.echo(f"  {_change_folder(folder)}hashtrail nightly")


def _chosen_folder(context: click.Context, folder: Path | None) -> Path:
    """Return FOLDER, or the directory of --workspace; without FOLDER it must be empty."""
    if folder is not None:
        return folder
    current = context.find_object(Path) or Path()
    if not current.exists() or (current / SETTINGS_FILE).exists():
        return current
    if is_free_for_a_workspace(current):
        return current
    raise UsageError(
        f"{current.resolve()} is not empty, so no workspace was created in it.",
        f"Name a new folder: hashtrail init {_SUGGESTED} (or, for this one: hashtrail init .)",
    )


def _require_same(folder: Path, identity: SiteIdentity, *, is_given: bool) -> None:
    """Raise UsageError if the options ask for another `identity` than that of the workspace."""
    if not is_given:
        return
    site = read_settings(folder / SETTINGS_FILE, {}).site
    if identity != SiteIdentity(site.title, site.base_url, site.contact):
        raise UsageError(
            f"{folder.resolve()} is a workspace already, and init changes no existing file.",
            f"Edit title, base_url and contact in {folder / SETTINGS_FILE}.",
        )


def _write(folder: Path, identity: SiteIdentity) -> None:
    """Write the workspace. Raises UsageError if the folder cannot be written."""
    try:
        write_workspace(folder, identity)
    except OSError as error:
        if is_disk_full(error):
            raise
        message = f"{folder}: {error.strerror}. The workspace was not created."
        raise UsageError(message, "Name a folder that you may write.") from error


def _asked(context: click.Context) -> SiteIdentity:
    """Return the answers of the terminal to three questions. Ctrl-C ends the command."""
    click.echo("Three questions; press Enter for the default. Settings can be changed later.")
    try:
        return _answers()
    except click.Abort:
        click.echo("hashtrail: interrupted. No workspace was created.", err=True)
        context.exit(INTERRUPTED)


def _answers() -> SiteIdentity:
    """Return the answers to the questions; an empty answer is the default."""
    return SiteIdentity(
        _prompted("Title of the site", DEFAULT_TITLE, valid_title),
        _prompted("Public URL of the site, as https://trail.example/", "", valid_base_url),
        _prompted(
            "Contact that other servers and readers see: mail address or page", "", valid_contact
        ),
    )


def _prompted(prompt: str, default: str, valid: Callable[[str], str]) -> str:
    """Repeat the prompt until the value is `valid`; each refused value is explained."""

    def checked(text: str) -> str:
        try:
            return valid(text)
        except UsageError as error:
            raise click.UsageError(f"{error.message} {error.hint}") from None

    suffix = f" [{default or 'none'}]: "
    value: str = click.prompt(
        prompt, default, value_proc=checked, show_default=False, prompt_suffix=suffix
    )
    return value


def _change_folder(folder: Path) -> str:
    """Return the shell command that enters `folder`; empty for the current folder."""
    return "" if folder.resolve() == Path.cwd() else f"cd {shlex.quote(str(folder))} && "
