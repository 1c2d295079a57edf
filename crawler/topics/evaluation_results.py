"""The figures that topic pages show: precision and recall of each topic as they were last measured
and kept beside the topic files.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from crawler.errors import ConfigurationError

FILE_NAME = "_measured.json"


def read_measured(folder: Path) -> Mapping[str, Mapping[str, float]]:
    """Topic -> figures (`precision`, `recall`, `rows`, …); empty when nothing was measured.

    Raises ConfigurationError that names the file.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return {}
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, float]])
    except msgspec.DecodeError as error:
        raise ConfigurationError(
            f"{path}: {error}.", "Write it anew with: hashtrail topics eval ROWS --keep"
        ) from None
