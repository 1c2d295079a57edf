"""Versions of derived data: the number in the code and a digest of the tables it uses."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import msgspec

_DIGITS = 12


def version_of(declared: int, *tables: Any) -> str:
    """Return `<declared>-<digest>`, which changes with the declared number and any of the tables.

    A table is anything that msgspec can encode: text, bytes, rows, a mapping.
    """
    return f"{declared}-{digest_of(tables)}" if tables else str(declared)


def digest_of(value: Any) -> str:
    """Return twelve hex digits of SHA-256 over the value in canonical JSON."""
    text = msgspec.json.encode(value, order="sorted")
    return hashlib.sha256(text).hexdigest()[:_DIGITS]


def shipped_tables(package: str, *names: str) -> tuple[bytes, ...]:
    """Return the bytes of data files, by their `names`, that ship in a package."""
    return tuple(files(package).joinpath(name).read_bytes() for name in names)


def changed_versions(noted: Mapping[str, str], current: Mapping[str, str]) -> frozenset[str]:
    """Return the names whose `current` version differs from the `noted` one."""
    return frozenset(name for name, version in current.items() if noted.get(name) != version)
