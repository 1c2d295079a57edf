"""Where archive segments are stored.

remote_folder   segments at any fsspec URL, with the few methods of `Path` that the archive uses
s3_filesystem   `s3://` URLs for fsspec, through boto3
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from crawler.archive_storage.remote_folder import RemoteFolder, RemoteSegment
from crawler.errors import store_error_from_os

SUFFIX = ".warc.gz"
ArchiveFolder: TypeAlias = Path | RemoteFolder
Segment: TypeAlias = Path | RemoteSegment


def archive_folder(url: str, root: Path, spool: Path) -> ArchiveFolder:
    """Return the folder at `url`: a path below `root`, a `file://` URL or another fsspec URL.

    An empty `url` is the folder `spool`. Segments for other places are written there first.
    """
    if not url:
        return spool
    if "://" not in url or url.startswith("file://"):
        return root / url.removeprefix("file://")
    return RemoteFolder(url.rstrip("/"), spool)


def folder_url(folder: ArchiveFolder) -> str:
    """Return the fsspec URL of a folder."""
    return folder.url if isinstance(folder, RemoteFolder) else f"file://{folder.absolute()}"


def with_spool(folder: ArchiveFolder, spool: Path) -> RemoteFolder:
    """Return the same `folder` for a worker, which writes new segments to `spool` first.

    They then wait there while the storage does not answer.
    """
    return RemoteFolder(folder_url(folder), spool)


def list_segments(folder: ArchiveFolder) -> list[Segment]:
    """Return the segments of a folder by name, oldest run first. Raises OSError."""
    if isinstance(folder, RemoteFolder):
        return [segment for segment in folder.iterdir() if segment.name.endswith(SUFFIX)]
    return [*sorted(folder.glob(f"*{SUFFIX}"))]


def upload_segments(folder: ArchiveFolder) -> None:
    """Move new segments to their URL, if that is not a folder. No segment may be open for writing.

    Raises StoreError if the storage does not answer; the segments stay in the spool.
    """
    if isinstance(folder, RemoteFolder):
        try:
            folder.upload_spooled()
        except OSError as error:
            raise store_error_from_os(error, folder) from None


def segment_sizes(folder: ArchiveFolder) -> dict[str, int]:
    """Return the size in bytes of each segment of a folder, by name. Raises OSError."""
    if isinstance(folder, RemoteFolder):
        sizes = folder.sizes()
        return {name: sizes[name] for name in sorted(sizes) if name.endswith(SUFFIX)}
    return {path.name: path.stat().st_size for path in sorted(folder.glob(f"*{SUFFIX}"))}
