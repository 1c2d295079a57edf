"""The evaluation that topic pages show: precision and recall of each topic, in a generated file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from crawler.errors import ConfigurationError

FILE_NAME = "topic_evaluation.json"


class _Evaluation(Struct):
    topics: dict[str, dict[str, float]]


def read_evaluation(folder: Path) -> Mapping[str, Mapping[str, float]]:
    """Return the figures (`precision`, `recall`, `rows`, `f1`) of each topic from a `folder`.

    They are empty if no evaluation is stored. Raises ConfigurationError if the file cannot be read.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return {}
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Evaluation).topics
    except msgspec.DecodeError as error:
        raise ConfigurationError(
            f"{path}: {error}.", "Write it again with: hashtrail topics eval ROWS --keep"
        ) from None


def write_evaluation(folder: Path, figures: Mapping[str, Any], header: Mapping[str, Any]) -> None:
    """Write the `figures` of each topic to a `folder`, with a `header` about their origin."""
    content = {"generated": header, "topics": msgspec.to_builtins(dict(figures))}
    encoded = msgspec.json.format(msgspec.json.encode(content, order="sorted"), indent=1)
    folder.mkdir(exist_ok=True)
    (folder / FILE_NAME).write_bytes(encoded + b"\n")
