"""The keys of the settings as a table: type, default, limits, unit and meaning of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from crawler.settings.all_settings import Settings

_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class SettingKey:
    """One key: its section and name, its annotated type, and what it states about itself.

    `form` states in words what its pattern allows; empty for a key without a pattern.
    """

    section: str
    name: str
    annotated_type: Any
    default: Any
    meaning: str
    unit: str
    limits: str
    is_secret: bool
    form: str = ""

    @property
    def dotted(self) -> str:
        """The name with its section, for example `fetch.delay_seconds`."""
        return f"{self.section}.{self.name}"

    @property
    def variable(self) -> str:
        """The environment variable that overrides the key."""
        return f"HASHTRAIL_{self.section}_{self.name}".upper()

    @property
    def is_list(self) -> bool:
        """Whether the value is a list, which an environment variable separates by commas."""
        return isinstance(self.default, tuple)

    @property
    def plain_meaning(self) -> str:
        """The meaning with plain links, for a terminal and for comments."""
        return plain_text(self.meaning)


@dataclass(frozen=True, slots=True)
class SettingSection:
    """One section: its name, its purpose and its keys."""

    name: str
    purpose: str
    keys: tuple[SettingKey, ...]


@cache
def setting_sections() -> tuple[SettingSection, ...]:
    """Return the sections of the settings in the order of the file."""
    return tuple(
        _section(section.name, getattr(Settings(), section.name)) for section in fields(Settings)
    )


@cache
def setting_keys() -> Mapping[str, SettingKey]:
    """Return the keys of all sections by their dotted name."""
    return {key.dotted: key for section in setting_sections() for key in section.keys}


def plain_text(markdown: str) -> str:
    """Return `markdown` with the URL, or the path below docs/, in place of each link."""
    return _LINK.sub(_target, markdown)


def _target(link: re.Match[str]) -> str:
    label, target = link.groups()
    if "://" in target:
        return target
    return f"docs/{target}" if label in target else f"{label}, docs/{target}"


def _section(name: str, defaults: Any) -> SettingSection:
    hints = get_type_hints(type(defaults), include_extras=True)
    keys = tuple(
        _key(name, field.name, hints[field.name], getattr(defaults, field.name))
        for field in fields(defaults)
    )
    purpose = (type(defaults).__doc__ or "").strip().splitlines()[0]
    return SettingSection(name, purpose, keys)


def _key(section: str, name: str, annotated_type: Any, default: Any) -> SettingKey:
    annotations = [meta for meta in get_args(annotated_type)[1:] if isinstance(meta, msgspec.Meta)]
    described = next(meta for meta in annotations if meta.description)
    stated = {name: fact for meta in annotations for name, fact in (meta.extra or {}).items()}
    return SettingKey(
        section,
        name,
        annotated_type,
        default,
        described.description or "",
        stated.get("unit", ""),
        _limits(get_args(annotated_type)[0], annotations),
        stated.get("is_secret", False),
        stated.get("form", ""),
    )


def _limits(plain_type: Any, annotations: list[msgspec.Meta]) -> str:
    """Return the allowed values in words; empty for free text and lists."""
    if plain_type is bool:
        return "true or false"
    if get_args(plain_type) and get_origin(plain_type) is not tuple:
        return ", ".join(map(str, get_args(plain_type)))
    parts = []
    for meta in annotations:
        parts += _bounds(meta)
    return ", ".join(parts)


def _bounds(meta: msgspec.Meta) -> list[str]:
    if meta.ge is not None and meta.le is not None:
        return [f"{meta.ge:,} to {meta.le:,}"]
    words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    bounds = {attribute: getattr(meta, attribute) for attribute in words}
    return [f"{words[name]} {bound:,}" for name, bound in bounds.items() if bound is not None]
