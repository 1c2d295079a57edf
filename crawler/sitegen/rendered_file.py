"""One file of the site before it is written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file's path below the top of the site, with `/` as separator, and its bytes."""

    path: str
    data: bytes


def hashed_name(name: str, data: bytes) -> str:
    """Return the file name `name` with a digest of `data`: `style.css` -> `style.1a2b3c4d.css`."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem}.{hashlib.blake2b(data, digest_size=4).hexdigest()}.{suffix}"
