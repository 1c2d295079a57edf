"""The values in effect of all keys, each with its origin; secrets are masked."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from crawler.settings.read_settings import given_settings, read_settings
from crawler.settings.setting_keys import SettingKey, setting_keys
from crawler.url_userinfo import without_userinfo

MASK = "(hidden)"


@dataclass(frozen=True, slots=True)
class EffectiveSetting:
    """A key with the value in effect; a secret that has a value is replaced by the mask.

    A URL has no user name and password.
    """

    key: SettingKey
    value: Any
    origin: Literal["default", "file", "environment"]


def effective_settings(
    path: Path, environment: Mapping[str, str] = os.environ
) -> tuple[EffectiveSetting, ...]:
    """Return all settings of a TOML file and the `environment`, in the order of the file.

    Raises ConfigurationError when a setting is unknown or its value is not allowed.
    """
    settings = read_settings(path, environment)
    given = given_settings(path, environment)
    return tuple(
        EffectiveSetting(
            key,
            _masked(key, getattr(getattr(settings, key.section), key.name)),
            given[key.dotted].origin if key.dotted in given else "default",
        )
        for key in setting_keys().values()
    )


def _masked(key: SettingKey, value: Any) -> Any:
    if key.is_secret and value:
        return MASK
    return without_userinfo(value) if isinstance(value, str) else value
