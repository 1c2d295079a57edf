"""Read the settings from data/hashtrail.toml and the environment, and explain invalid ones."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import msgspec

from crawler.errors import ConfigurationError
from crawler.settings.all_settings import Settings
from crawler.settings.renamed_settings import RENAMED, RenamedSetting
from crawler.settings.setting_keys import SettingKey, setting_keys, setting_sections
from crawler.settings.toml_files import read_toml, toml_value
from crawler.url_userinfo import without_userinfo
from crawler.validation_messages import validation_message

_LIST = "hashtrail settings lists all settings; docs/SETTINGS.md explains them."
_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class GivenSetting:
    """A value that a file or a variable gives for a key; `place` names it in messages."""

    key: SettingKey
    value: Any
    origin: Literal["file", "environment"]
    place: str


def read_settings(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of a TOML file.

    `HASHTRAIL_<SECTION>_<KEY>` in `environment` overrides a key; its lists are comma-separated
    or TOML. Raises ConfigurationError when a setting is unknown or its value is not allowed.
    """
    tables: dict[str, dict[str, Any]] = {}
    for given in given_settings(path, environment).values():
        tables.setdefault(given.key.section, {})[given.key.name] = _converted(given)
    return msgspec.convert(tables, Settings)


def given_settings(
    path: Path,
    environment: Mapping[str, str] = os.environ,
    renamed: tuple[RenamedSetting, ...] = RENAMED,
) -> dict[str, GivenSetting]:
    """Return the values that the file and the `environment` give, by dotted name; unconverted.

    A variable overrides the file. Raises ConfigurationError when a setting is unknown, or when its
    name is in `renamed`.
    """
    given = {setting.key.dotted: setting for setting in _from_file(path, renamed)}
    given |= {setting.key.dotted: setting for setting in _from_environment(environment, renamed)}
    return given


def converted_value(key: SettingKey, text: str) -> Any:
    """Return the value of `key` that `text` gives: a list is comma-separated or a TOML list.

    Raises ConfigurationError if the value is not allowed.
    """
    value = _list_items(text, key.dotted) if key.is_list else text
    return _converted(GivenSetting(key, value, "file", key.dotted))


def _from_file(path: Path, renamed: tuple[RenamedSetting, ...]) -> Iterator[GivenSetting]:
    sections = [section.name for section in setting_sections()]
    for section, table in read_toml(path).items():
        if section not in sections and not _is_former_section(section, renamed):
            raise ConfigurationError(
                f"{path}: [{section}] is not a section of the settings.",
                _suggestion(section, sections, "[{}]") or f"Known: {', '.join(sections)}.",
            )
        if not isinstance(table, dict):
            message = f"{path}: {section} is a section of the settings, not a value."
            raise ConfigurationError(message, f"Write its keys below a line [{section}].")
        for name, value in table.items():
            key = _existing_key(section, name, str(path), renamed)
            yield GivenSetting(key, value, "file", f"{path}: [{section}] {name}")


def _from_environment(
    environment: Mapping[str, str], renamed: tuple[RenamedSetting, ...]
) -> Iterator[GivenSetting]:
    for section in setting_sections():
        prefix = f"HASHTRAIL_{section.name}_".upper()
        for variable in sorted(environment):
            if not variable.startswith(prefix):
                continue
            name = variable.removeprefix(prefix).lower()
            key = _existing_key(section.name, name, variable, renamed)
            text = environment[variable]
            place = f"The variable {variable}"
            value = _list_items(text, place) if key.is_list else text
            yield GivenSetting(key, value, "environment", place)


def _existing_key(
    section: str, name: str, place: str, renamed: tuple[RenamedSetting, ...]
) -> SettingKey:
    """Return the key, or raise ConfigurationError with the nearest name or the new name."""
    keys = setting_keys()
    dotted = f"{section}.{name}"
    if dotted in keys:
        return keys[dotted]
    for entry in renamed:
        if entry.former == dotted:
            new_section, _, new_name = entry.current.partition(".")
            raise ConfigurationError(
                f"{place}: [{section}] {name} has a new name: [{new_section}] {new_name}.",
                f"Move the value to {new_name} in the section [{new_section}].",
            )
    raise ConfigurationError(
        f"{place}: [{section}] {name} is not a setting.", _nearest(section, name)
    )


def _nearest(section: str, name: str) -> str:
    """Return a hint with the most similar key of the section, or else of any section."""
    here = [key.name for key in setting_keys().values() if key.section == section]
    near = get_close_matches(name, here, n=1) or [key for key in here if name in key]
    if near:
        return f"Did you mean {near[0]}? {_LIST}"
    elsewhere = [key for key in setting_keys().values() if key.name == name]
    if elsewhere:
        return f"Did you mean [{elsewhere[0].section}] {name}? {_LIST}"
    return f"Known there: {', '.join(here)}. {_LIST}"


def _suggestion(word: str, names: list[str], pattern: str) -> str:
    near = get_close_matches(word, names, n=1)
    return f"Did you mean {pattern.format(near[0])}? Known: {', '.join(names)}." if near else ""


def _is_former_section(section: str, renamed: tuple[RenamedSetting, ...]) -> bool:
    return any(entry.former.startswith(f"{section}.") for entry in renamed)


def _converted(given: GivenSetting) -> Any:
    key = given.key
    try:
        return msgspec.convert(given.value, key.annotated_type, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigurationError(
            f"{given.place} = {_shown(given)} is not allowed: {_problem(key, error)}.",
            f"{key.plain_meaning} Default: {toml_value(key.default)}.",
        ) from None


def _problem(key: SettingKey, error: msgspec.ValidationError) -> str:
    text = str(error)
    if "regex" in text:
        return f"write {key.form}" if key.form else "it does not have the form of this setting"
    if key.limits:
        unit = f" {key.unit}" if key.unit else ""
        number = {int: "a whole number, ", float: "a number, "}.get(type(key.default), "")
        return f"write {number or 'one of '}{key.limits}{unit}"
    return validation_message(error)


def _shown(given: GivenSetting) -> str:
    """Return the value for a message, shortened; secrets and passwords of URLs are hidden."""
    if given.key.is_secret:
        return "(hidden)"
    text = without_userinfo(given.value if isinstance(given.value, str) else repr(given.value))
    short = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    return repr(short) if isinstance(given.value, str) else short


def _list_items(text: str, place: str) -> Any:
    """Return the items of a TOML list, or else of a comma-separated list.

    `place` names the value in messages. Raises ConfigurationError if `text` begins with `[` and is
    not a list of TOML 1.0.
    """
    if not text.lstrip().startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        document = tomllib.loads(f"items = {text.strip()}")
    except (tomllib.TOMLDecodeError, RecursionError):
        document = {}
    if list(document) != ["items"]:
        raise ConfigurationError(
            f"{place} begins with [ and is not a TOML list.",
            """Write it as ["one", "two, three"], in single quotes in a shell, or as one,two.""",
        )
    return document["items"]
