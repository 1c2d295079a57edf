"""Versions of derived data: the number in the code and a digest of the tables it uses."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

_DIGITS = 12
_CODE = (".py", ".sql", ".toml", ".tsv")


def version_of(declared: int, *tables: Any) -> str:
    """Return `<declared>-<digest>`, which changes with the declared number and any of the tables.

    A table is anything that msgspec can encode: text, bytes, rows, a mapping.
    """
    return f"{declared}-{digest_of(tables)}" if tables else str(declared)


def digest_of(value: Any) -> str:
    """Return twelve hex digits of SHA-256 over the value in canonical JSON."""
    text = msgspec.json.encode(value, order="sorted")
    return hashlib.sha256(text).hexdigest()[:_DIGITS]


@cache
def package_digest() -> str:
    """Return the digest of all code and tables of the package, read once in a process."""
    package = str(Path(__file__).parent)
    digest = hashlib.blake2b(digest_size=16)
    for folder, subfolders, names in os.walk(package):
        subfolders.sort()
        for path in (os.path.join(folder, name) for name in sorted(names) if name.endswith(_CODE)):
            with open(path, "rb") as file:
                data = file.read()
            digest.update(f"{os.path.relpath(path, package)} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def shipped_tables(package: str, *names: str) -> tuple[bytes, ...]:
    """Return the bytes of data files, by their `names`, that ship in a package."""
    from importlib.resources import files  # most commands read no such file

    return tuple(files(package).joinpath(name).read_bytes() for name in names)


def changed_versions(noted: Mapping[str, str], current: Mapping[str, str]) -> frozenset[str]:
    """Return the names whose `current` version differs from the `noted` one."""
    return frozenset(name for name, version in current.items() if noted.get(name) != version)
