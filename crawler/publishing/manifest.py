"""The manifest: which files Hashtrail uploaded to a target, with their digests.

It is the file `.hashtrail-manifest.json` of the target, with a copy in `data/state/published/`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from crawler.errors import PublishError

MANIFEST = ".hashtrail-manifest.json"
SCHEMA_VERSION = 1
_DIGEST_BYTES = 16
_READ_BYTES = 1 << 20
_MAX_DEPTH = 40


class FileVersion(msgspec.Struct, frozen=True, array_like=True):
    """The content of one file: its BLAKE2b digest in hexadecimal and its size in bytes.

    The digest is empty while an upload of the file may be in progress.
    """

    digest: str
    size: int


FileVersions = Mapping[str, FileVersion]
"""Files by their paths below the top of the site, with `/` as separator."""


class TargetManifest(msgspec.Struct, frozen=True):
    """The files that Hashtrail uploaded.

    `retired` are assets that no page of `files` needs: the next publication deletes them.
    """

    files: Mapping[str, FileVersion] = {}
    retired: Mapping[str, FileVersion] = {}
    schema_version: Annotated[int, msgspec.Meta(ge=1)] = SCHEMA_VERSION

    @property
    def paths(self) -> frozenset[str]:
        """Return the paths of all files that Hashtrail uploaded and may delete."""
        return frozenset(self.files) | frozenset(self.retired)


def encode_manifest(manifest: TargetManifest) -> bytes:
    """Return the JSON document of `manifest`, with one order for the same content."""
    return msgspec.json.encode(manifest, order="sorted") + b"\n"


def decode_manifest(data: bytes) -> TargetManifest:
    """Return the manifest of a JSON document.

    Raises PublishError if it is damaged, contains an unsafe path, or has a newer schema.
    """
    try:
        manifest = msgspec.json.decode(data, type=TargetManifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        hint = "Delete that file, then run: hashtrail publish --adopt"
        raise PublishError(f"The target's {MANIFEST} is damaged: {error}.", hint) from None

    if manifest.schema_version > SCHEMA_VERSION:
        message = f"A newer version of Hashtrail wrote the target's {MANIFEST}."
        raise PublishError(message, "Upgrade Hashtrail on this machine.")
    unsafe = sorted(path for path in manifest.paths if not is_safe_path(path))
    if unsafe:
        message = f"The target's {MANIFEST} names a file outside the site: {unsafe[0]!r}."
        raise PublishError(message, "Delete that file, then run: hashtrail publish --adopt")
    return manifest


def without_digests(manifest: TargetManifest) -> TargetManifest:
    """Return `manifest` as if every file had to be uploaded again."""
    files = {path: FileVersion("", version.size) for path, version in manifest.files.items()}
    return TargetManifest(files, manifest.retired)


def is_safe_path(path: str) -> bool:
    """Return whether `path` is a relative path without `..`, control characters or backslashes."""
    parts = path.split("/")
    printable = path.isprintable() and "\\" not in path
    return printable and len(parts) <= _MAX_DEPTH and not {"", ".", ".."} & set(parts)


def read_files(folder: Path, recorded: FileVersions) -> dict[str, FileVersion]:
    """Return the version of every file below `folder`, by path in sorted order.

    A file with the size that it has in `recorded` has this version, and is not read.
    """
    versions = {}
    for path, size in list_files(folder).items():
        version = recorded.get(path)
        is_current = version is not None and version.size == size
        versions[path] = version if version and is_current else _version(folder / path)
    versions.pop(MANIFEST, None)
    return versions


def list_files(folder: Path) -> dict[str, int]:
    """Return the size of every file below `folder`, by path in sorted order.

    A symbolic link is listed with its own size and not followed.
    """
    sizes = {}
    for top, folders, names in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(top, name))]
        place = os.path.relpath(top, folder).replace(os.sep, "/")
        prefix = "" if place == "." else f"{place}/"
        for name in (*names, *links):
            sizes[prefix + name] = os.lstat(f"{top}/{name}").st_size
    return dict(sorted(sizes.items()))


def _version(path: Path) -> FileVersion:
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    size = 0
    with path.open("rb") as file:
        while block := file.read(_READ_BYTES):
            digest.update(block)
            size += len(block)
    return FileVersion(digest.hexdigest(), size)
