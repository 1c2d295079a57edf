"""Change one value in data/hashtrail.toml, and leave its comments and other lines as they are."""

from __future__ import annotations

import os
import re
from pathlib import Path

from crawler.settings.read_settings import converted_value, read_settings
from crawler.settings.setting_keys import SettingKey
from crawler.settings.toml_files import toml_value

_SECTION = re.compile(r"\s*\[([^\[\]]+)\]")


def change_setting(path: Path, key: SettingKey, text: str) -> str:
    """Set `key` to the value `text` in the settings file at `path`. Return the written line.

    A list is comma-separated or a TOML list. Raises ConfigurationError, and changes nothing, if the
    value is not allowed or the file has errors.
    """
    line = f"{key.name} = {toml_value(converted_value(key, text))}"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text("\n".join(_with_line(lines, key, line)) + "\n", encoding="utf-8")
    try:
        read_settings(draft, {})
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return line


def _with_line(lines: list[str], key: SettingKey, line: str) -> list[str]:
    """Return the lines with the new `line` in place of the old one, or else in its section."""
    start = next((n for n, text in enumerate(lines) if _section(text) == key.section), None)
    if start is None:
        return [*lines, "", f"[{key.section}]", line]
    end = next((n for n in range(start + 1, len(lines)) if _section(lines[n])), len(lines))
    active = re.compile(rf"\s*{key.name}\s*=")
    commented = re.compile(rf"\s*#\s*{key.name}\s*=")
    for pattern in (active, commented):
        for number in range(start + 1, end):
            if pattern.match(lines[number]):
                return [*lines[:number], line, *lines[number + 1 :]]
    return [*lines[: start + 1], line, *lines[start + 1 :]]


def _section(text: str) -> str:
    """Return the name of the section that a line begins, or an empty string."""
    match = _SECTION.match(text)
    return match[1].strip() if match else ""
