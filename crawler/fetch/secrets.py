"""The secrets of the operator, read when a request is sent and stored nowhere.

A source names the secret that its server wants. The value comes from the environment, or from a
file that only the operator can read. It never enters a `FetchRequest`, so that no cache, record or
message contains it.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

from crawler.models.http_exchange import FetchRequest

_NAME = re.compile(r"[a-z][a-z0-9_]{0,60}", re.ASCII)
_MAX_BYTES = 4096
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_SYSTEMD = "CREDENTIALS_DIRECTORY"  # systemd.exec(5), LoadCredential=


class SecretError(ValueError):
    """A secret that is missing, or in a file that other users can read."""


def with_secrets(task: FetchRequest, environment: Mapping[str, str] | None = None) -> FetchRequest:
    """Return `task` with the values of its secrets: in its JSON body, or in its query without one.

    `environment` is that of the process if it is None. Raises SecretError.
    """
    if not task.secrets:
        return task
    variables = os.environ if environment is None else environment
    values = {key: read_secret(name, variables) for key, name in task.secrets}
    if task.body is not None:
        return replace(task, body=json.dumps(json.loads(task.body) | values))
    separator = "&" if "?" in task.url else "?"
    return replace(task, url=f"{task.url}{separator}{urlencode(values)}")


def read_secret(name: str, environment: Mapping[str, str]) -> str:
    """Return the secret `name` from `environment`: its variable, its file, or its credential.

    The variable is `HASHTRAIL_SECRET_<NAME>`; with `_FILE` it has the path of the file. Raises
    SecretError.
    """
    if not _NAME.fullmatch(name):
        raise SecretError(f"{name!r} is not the name of a secret")
    variable = f"HASHTRAIL_SECRET_{name.upper()}"
    if value := environment.get(variable, "").strip():
        return value
    if path := environment.get(f"{variable}_FILE"):
        return _read_file(Path(path))
    if folder := environment.get(_SYSTEMD):
        return _read_file(Path(folder) / name)
    raise SecretError(f"the secret {name} is missing: set {variable} or {variable}_FILE")


def _read_file(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        value = path.read_bytes()[:_MAX_BYTES].decode("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SecretError(f"the secret in {path} cannot be read: {error}") from None
    if mode & _OTHERS:
        raise SecretError(f"other users can read the secret in {path}: run chmod 600 {path}")
    if not value:
        raise SecretError(f"the secret in {path} is empty")
    return value
