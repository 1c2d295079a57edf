"""Zip archives: only the named files are opened, and their unpacked size is limited."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from crawler.errors import InputError

MAX_MEMBER_BYTES = 200_000_000
MAX_TOTAL_BYTES = 400_000_000
_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")  # the second one begins an empty archive


def is_zip(data: bytes) -> bool:
    """Return whether `data` begins like a zip archive."""
    return data.startswith(_MAGIC)


def contains_file(data: bytes, wanted: str) -> bool:
    """Return whether `data` is a zip archive with a path that matches the pattern `wanted`."""
    if not is_zip(data):
        return False
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return any(re.fullmatch(wanted, name) for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def extract_files(name: str, data: bytes, wanted: str) -> dict[str, bytes]:
    """Return the files of the archive `data` whose path matches the pattern `wanted`, by path.

    `name` is the name of the archive for messages; no other file is unpacked. Raises InputError if
    the archive is damaged or encrypted, or if a file or all of them are too large.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            chosen = sorted(
                (info for info in archive.infolist() if re.fullmatch(wanted, info.filename)),
                key=lambda info: info.filename,
            )
            return _unpacked(name, archive, chosen)
    except (
        zipfile.BadZipFile,
        ValueError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
    ) as error:
        raise InputError(
            f"{name} cannot be unpacked: {error}.", "Download the archive again."
        ) from None


def _unpacked(
    name: str, archive: zipfile.ZipFile, chosen: list[zipfile.ZipInfo]
) -> dict[str, bytes]:
    unpacked: dict[str, bytes] = {}
    remaining = MAX_TOTAL_BYTES
    for info in chosen:
        content = _read_member(name, archive, info, min(MAX_MEMBER_BYTES, remaining))
        unpacked[info.filename] = content
        remaining -= len(content)
    return unpacked


def _read_member(name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    with archive.open(info) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise InputError(
            f"{name}: {info.filename} unpacks to more than {limit // 1_000_000} MB.",
            "Import a smaller part of it.",
        )
    return content
