"""`hashtrail settings`: the settings in effect, where each comes from, and what it means."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from crawler.cli.common import echo_table, json_option, workspace, write_json_line
from crawler.cli.completion_values import complete_setting
from crawler.errors import UsageError
from crawler.settings.change_setting import change_setting
from crawler.settings.effective_settings import EffectiveSetting, effective_settings
from crawler.settings.setting_keys import setting_keys, setting_sections
from crawler.settings.toml_files import toml_value
from crawler.workspace import SETTINGS_FILE


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1, shell_complete=complete_setting)
@click.option("--changed", is_flag=True, help="Only settings that differ from their default.")
@click.option(
    "--set",
    "assignments",
    nargs=2,
    multiple=True,
    metavar="NAME VALUE",
    help="Write VALUE into data/hashtrail.toml. A list is comma-separated, or a TOML list.",
)
@json_option
@click.pass_context
def settings(
    context: click.Context,
    names: tuple[str, ...],
    changed: bool,
    assignments: tuple[tuple[str, str], ...],
    as_json: bool,
) -> None:
    """List the settings in effect with their origin: default, file or environment.

    NAME is a section or a setting, for example fetch or fetch.delay_seconds. With NAME, the meaning
    of each setting is shown too. Secrets are hidden.
    """
    if assignments:
        _set(context.find_object(Path) or Path(), assignments)
        return
    root = workspace(context).root
    listed = [
        setting
        for setting in effective_settings(root / SETTINGS_FILE)
        if setting.key.dotted in _selected(names)
        and (setting.value != setting.key.default or not changed)
    ]
    if as_json:
        write_json_line([_document(setting) for setting in listed])
    elif names:
        _explain(listed)
    else:
        _list(listed, root / SETTINGS_FILE)


def _set(root: Path, assignments: tuple[tuple[str, str], ...]) -> None:
    """Write the values into the settings file."""
    path = root.resolve() / SETTINGS_FILE
    for name, value in assignments:
        _selected((name,))
        key = setting_keys().get(name)
        if key is None:
            raise UsageError(
                f"{name!r} is a section.", f"See its settings: hashtrail settings {name}"
            )
        click.echo(f"{path}: [{key.section}] {change_setting(path, key, value)}")


def _selected(names: tuple[str, ...]) -> set[str]:
    """Return the dotted names of all keys that `names` select. Raises UsageError for others."""
    keys = setting_keys()
    sections = {section.name for section in setting_sections()}
    for name in names:
        if name not in keys and name not in sections:
            near = get_close_matches(name, [*keys, *sections], n=1)
            raise UsageError(
                f"There is no setting {name!r}.",
                f"Did you mean: {near[0]}?" if near else "List them with: hashtrail settings",
            )
    return {
        dotted for dotted, key in keys.items() if not names or {dotted, key.section} & set(names)
    }


def _document(setting: EffectiveSetting) -> dict[str, Any]:
    key = setting.key
    return {
        "name": key.dotted,
        "value": setting.value,
        "origin": setting.origin,
        "default": key.default,
        "unit": key.unit or None,
        "allowed": key.limits or None,
        "meaning": key.plain_meaning,
        "variable": key.variable,
    }


def _list(listed: list[EffectiveSetting], path: Path) -> None:
    echo_table((setting.key.dotted, setting.origin, _value(setting)) for setting in listed)
    click.echo(f"Edit {path}. Explain one: hashtrail settings fetch.delay_seconds", err=True)


def _explain(listed: list[EffectiveSetting]) -> None:
    for setting in listed:
        key = setting.key
        click.echo(f"{key.dotted} = {_value(setting)} ({setting.origin})")
        click.echo(f"  {key.plain_meaning}")
        if key.limits:
            click.echo(f"  Allowed: {key.limits}.")
        click.echo(f"  Default: {toml_value(key.default)}. Variable: {key.variable}")


def _value(setting: EffectiveSetting) -> str:
    unit = f" {setting.key.unit}" if setting.key.unit else ""
    return f"{toml_value(setting.value)}{unit}"
