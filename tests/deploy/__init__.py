"""The files in deploy/, checked by the tools that read them and run in a small workspace."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
EXECUTABLE = "/opt/hashtrail/bin/hashtrail"
WORKSPACE = "/srv/my-kb"


def tool(name: str, package: str = "") -> str:
    """Return the path of the program `name`, or skip the test if it is not installed.

    A `package` of requirements/dev.lock provides it: without it, the test fails in CI.
    """
    beside_python = Path(sys.executable).with_name(name)
    path = str(beside_python) if beside_python.exists() else shutil.which(name)
    if path is None and package and os.environ.get("CI"):
        pytest.fail(f"{name} of the package {package} is not installed", pytrace=False)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


def run(
    *command: str | Path,
    cwd: Path | None = None,
    environment: dict[str, str] | None = None,
    input_text: str | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `command` in the folder `cwd` with `environment` and `input_text`. Return its result."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        input=input_text,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def write_program(path: Path, script: str) -> Path:
    """Write an executable shell `script` to `path` and return the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the document of the YAML file `path`, read by ruamel.yaml of requirements/dev.lock."""
    parser = pytest.importorskip("ruamel.yaml").YAML(typ="safe")
    document: dict[str, Any] = parser.load(path)
    return document
