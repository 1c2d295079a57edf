"""Settings: values from file and environment, and their documentation with defaults."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from crawler.errors import ConfigurationError
from crawler.workspace import Settings, bundled_path, open_workspace, read_settings

DOCS = Path(__file__).parent.parent / "docs/SETTINGS.md"


def _settings(tmp_path: Path, text: str, **environment: str) -> Settings:
    path = tmp_path / "hashtrail.toml"
    path.write_text(text)
    return read_settings(path, environment)


def test_every_setting_is_documented_in_its_section() -> None:
    sections = dict(
        re.findall(
            r"^## \[(\w+)\]\n(.*?)(?=^## |\Z)",
            DOCS.read_text(encoding="utf-8"),
            re.MULTILINE | re.DOTALL,
        )
    )
    known = {
        section.name: {key.name for key in fields(getattr(Settings(), section.name))}
        for section in fields(Settings)
    }
    assert {
        name: set(re.findall(r"^\| `(\w+)`", text, re.MULTILINE)) for name, text in sections.items()
    } == known


def test_environment_variable_overrides_the_file(tmp_path: Path) -> None:
    found = _settings(
        tmp_path,
        "[fetch]\ndelay_seconds = 3\n",
        HASHTRAIL_FETCH_DELAY_SECONDS="0.5",
        HASHTRAIL_FETCH_ALLOW_PRIVATE="127.0.0.0/8, ::1/128",
    )
    assert found.fetch.delay_seconds == 0.5
    assert found.fetch.allow_private == ("127.0.0.0/8", "::1/128")


def test_value_of_the_wrong_type_names_its_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="concurrency"):
        _settings(tmp_path, '[fetch]\nconcurrency = "many"\n')


def test_unknown_section_lists_the_known_sections(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"\[fetcher\] is not a section"):
        _settings(tmp_path, "[fetcher]\nx = 1\n")


def test_checkout_is_a_workspace_with_the_documented_defaults() -> None:
    assert open_workspace(bundled_path("."), {}).settings == Settings()
