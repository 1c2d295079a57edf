"""The text of a new data/hashtrail.toml: every key with its meaning, its limits and its default."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from crawler.settings.setting_keys import SettingKey, SettingSection, setting_sections
from crawler.settings.toml_files import toml_value

_WIDTH = 98
_HEADER = """\
# Settings of this workspace. A line "# key = value" shows a default: remove the "# " to change it.
# The environment variable HASHTRAIL_<SECTION>_<KEY> overrides a key.
# "hashtrail settings" prints the values in effect.
"""


def commented_settings(values: Mapping[str, object] | None = None) -> str:
    """Return the text of a settings file with all keys as comments.

    `values` are written as active lines, by dotted name such as `site.title`. Raises KeyError for a
    name that is not a setting.
    """
    given = dict(values or {})
    sections = [_section(section, given) for section in setting_sections()]
    if given:
        raise KeyError(*given)
    return "\n".join([_HEADER, *sections])


def _section(section: SettingSection, given: dict[str, object]) -> str:
    lines = [f"[{section.name}]", *_comment(section.purpose)]
    for key in section.keys:
        lines += ["", *_comment(_explanation(key)), _assignment(key, given)]
    return "\n".join(lines) + "\n"


def _explanation(key: SettingKey) -> str:
    limits = " ".join(part for part in (key.limits, key.unit) if part)
    return f"{key.plain_meaning} Allowed: {limits}." if limits else key.plain_meaning


def _assignment(key: SettingKey, given: dict[str, object]) -> str:
    if key.dotted in given:
        return f"{key.name} = {toml_value(given.pop(key.dotted))}"
    return f"# {key.name} = {toml_value(key.default)}"


def _comment(text: str) -> Iterator[str]:
    return map("# {}".format, textwrap.wrap(text, _WIDTH, break_on_hyphens=False))
