"""The result of one check of `hashtrail doctor`."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from crawler.workspace import Workspace

Level = Literal["FAIL", "warn", "pass"]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The result of one check. `fix`: the command that solves the problem, or else an advice."""

    level: Level
    message: str
    fix: str = ""


Check = Callable[[Workspace], Iterator[Diagnosis]]
"""A check of a workspace. An error that it raises becomes a failed check."""


def set_command(name: str, value: str) -> str:
    """Return the command that sets the setting `name`, for example `site.base_url`, to `value`."""
    return f"hashtrail settings --set {name} {shlex.quote(value)}"


def quoted(*paths: Path) -> str:
    """Return `paths` for a shell, separated by spaces."""
    return " ".join(shlex.quote(str(path)) for path in paths)
