"""Archives in zip or tar format: only named files are read, and their size is limited."""

from __future__ import annotations

import lzma
import re
import tarfile
import zlib
from io import BytesIO

from crawler.errors import InputError
from crawler.importers.zip_files import (
    MAX_MEMBER_BYTES,
    MAX_TOTAL_BYTES,
    contains_file,
    extract_files,
    is_zip,
)

_MAX_MEMBERS = 200_000
_GZIP, _BZIP2, _XZ = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00"
_TAR_MARK = slice(257, 262)
_DAMAGED = (tarfile.TarError, OSError, EOFError, ValueError, zlib.error, lzma.LZMAError)


def is_archive(data: bytes) -> bool:
    """Return whether `data` begins like a zip or tar archive, or like compressed data."""
    return is_zip(data) or data.startswith((_GZIP, _BZIP2, _XZ)) or data[_TAR_MARK] == b"ustar"


def has_member(data: bytes, wanted: str) -> bool:
    """Return whether `data` is an archive with a path that matches the pattern `wanted`."""
    if is_zip(data):
        return contains_file(data, wanted)
    if not is_archive(data):
        return False
    try:
        with tarfile.open(fileobj=BytesIO(data), mode="r:*") as archive:
            return any(
                re.fullmatch(wanted, info.name)
                for _, info in zip(range(_MAX_MEMBERS), archive, strict=False)
            )
    except _DAMAGED:
        return False


def read_members(name: str, data: bytes, wanted: str) -> dict[str, bytes]:
    """Return the files of the archive `data` whose path matches the pattern `wanted`, by path.

    `name` is the name of the archive for messages. Raises InputError if the archive is damaged or
    encrypted, or if a file or all of them are too large.
    """
    if is_zip(data):
        return extract_files(name, data, wanted)
    try:
        with tarfile.open(fileobj=BytesIO(data), mode="r:*") as archive:
            return _tar_files(name, archive, wanted)
    except _DAMAGED as error:
        hint = "Download the archive again."
        raise InputError(f"{name} cannot be unpacked: {error}.", hint) from None


def _tar_files(name: str, archive: tarfile.TarFile, wanted: str) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    remaining = MAX_TOTAL_BYTES
    for _, info in zip(range(_MAX_MEMBERS), archive, strict=False):
        if not (info.isfile() and re.fullmatch(wanted, info.name)):
            continue
        limit = min(MAX_MEMBER_BYTES, remaining)
        if info.size > limit:
            reason = f"{name}: {info.name} unpacks to more than {limit // 1_000_000} MB."
            raise InputError(reason, "Import a smaller part of it.")
        content = archive.extractfile(info)
        files[info.name] = content.read(limit) if content else b""
        remaining -= len(files[info.name])
    return files
