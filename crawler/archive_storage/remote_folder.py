"""A folder of archive segments at an fsspec URL, for example in S3-compatible storage.

Objects cannot be appended to. So a new segment is written to the local folder `spool`, is read
there, and is moved to the URL when it is complete. What a killed run leaves in the spool is moved
by the next one.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from crawler.errors import ConfigurationError

_READ_BYTES = 131_072  # in one request: most records are smaller


@dataclass(frozen=True, slots=True)
class RemoteFolder:
    """The segments at `url` and those that are not uploaded yet, in `spool`.

    All methods raise OSError if the storage does not answer, and ConfigurationError if fsspec or
    its implementation of the protocol is not installed.
    """

    url: str
    spool: Path

    def __str__(self) -> str:
        """Return the URL."""
        return self.url

    def __truediv__(self, name: str) -> RemoteSegment:
        """Return the segment `name`, which need not exist."""
        return RemoteSegment(self, name)

    @property
    def parent(self) -> Path:
        """The folder of the spool's folder: the disk that a run fills first."""
        return self.spool.parent

    def is_dir(self) -> bool:
        """Return True: storage of objects has no folders."""
        return True

    def iterdir(self) -> Iterator[RemoteSegment]:
        """Yield every segment, by name."""
        yield from (RemoteSegment(self, name) for name in sorted(self.sizes()))

    def sizes(self) -> dict[str, int]:
        """Return the size in bytes of each segment, by name, with one listing."""
        system, path = open_filesystem(self.url)
        sizes = {}
        with suppress(FileNotFoundError):
            system.invalidate_cache()
            sizes = {
                Path(entry["name"]).name: int(entry["size"])
                for entry in system.ls(path, detail=True)
            }
        return sizes | {name: (self.spool / name).stat().st_size for name in self.spooled()}

    def mkdir(self, *, parents: bool = True, exist_ok: bool = True) -> None:
        """Make the spool, with `parents` and `exist_ok` of `Path.mkdir`."""
        self.spool.mkdir(parents=parents, exist_ok=exist_ok)

    def spooled(self) -> list[str]:
        """Return the names of the segments that are not uploaded yet."""
        return [path.name for path in sorted(self.spool.glob("*.warc.gz"))]

    def upload_spooled(self) -> None:
        """Move the segments of the spool to the URL. No segment may be open for writing."""
        if not (waiting := self.spooled()):
            return
        system, path = open_filesystem(self.url)
        system.makedirs(path, exist_ok=True)
        for name in waiting:
            system.put_file(str(self.spool / name), f"{path}/{name}")
            (self.spool / name).unlink()


@dataclass(frozen=True, slots=True)
class RemoteSegment:
    """One segment of a `folder`, in the spool or at the URL. Raises the errors of the folder."""

    folder: RemoteFolder
    name: str

    def open(self, mode: str = "rb") -> BinaryIO:
        """Open the segment with a `mode`: `rb` to read, `xb` to write, `r+b` to change parts.

        A changed segment is uploaded when it is closed.
        """
        if mode == "xb" or self._spooled.exists():
            return cast(BinaryIO, self._spooled.open(mode))
        system, path = self._place()
        if mode == "rb":
            return cast(BinaryIO, system.open(path, "rb", block_size=_READ_BYTES))
        return cast(BinaryIO, _EditedCopy(system, path))

    def read_bytes(self) -> bytes:
        """Return the content."""
        with self.open() as segment:
            return segment.read()

    def is_file(self) -> bool:
        """Whether the segment exists."""
        system, path = self._place()
        return self._spooled.is_file() or bool(system.exists(path))

    def unlink(self) -> None:
        """Delete the segment."""
        if self._spooled.exists():
            self._spooled.unlink()
            return
        system, path = self._place()
        system.rm_file(path)

    @property
    def _spooled(self) -> Path:
        return self.folder.spool / Path(self.name).name

    def _place(self) -> tuple[Any, str]:
        system, path = open_filesystem(self.folder.url)
        return system, f"{path}/{Path(self.name).name}"


class _EditedCopy(io.BufferedRandom):
    """A local copy of an object. Closing it replaces the object."""

    def __init__(self, system: Any, path: str) -> None:
        import tempfile  # not for commands that change nothing

        handle, copy = tempfile.mkstemp(suffix=".warc.gz")
        os.close(handle)
        self._system, self._path, self._copy = system, path, copy
        try:
            system.get_file(path, copy)
            super().__init__(io.FileIO(copy, "r+"))
        except BaseException:
            Path(copy).unlink()
            raise

    def close(self) -> None:
        if self.closed:
            return
        super().close()
        try:
            self._system.put_file(self._copy, self._path)
        finally:
            Path(self._copy).unlink()


def open_filesystem(url: str) -> tuple[Any, str]:
    """Return the fsspec file system of `url`, and the path there.

    Raises ConfigurationError if the packages for it are not installed.
    """
    try:
        import fsspec

        if url.startswith("s3://"):
            from crawler.archive_storage.s3_filesystem import S3FileSystem

            return S3FileSystem(), url.removeprefix("s3://")
        system, path = fsspec.core.url_to_fs(url, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        raise ConfigurationError(
            f"{url} cannot be opened: {error}.", "Install it: pip install 'hashtrail[remote]'"
        ) from None
    return system, path
