"""The archive of a run on a cluster: every worker must see the folder of the machine that runs it.

The run writes a mark there, and a worker looks for it before its first request. It is missing if
the storage does not answer, or if another folder has the same path on the worker.
"""

from __future__ import annotations

import socket
from uuid import uuid4

from crawler.archive_storage import ArchiveFolder, folder_url
from crawler.archive_storage.remote_folder import open_filesystem
from crawler.errors import ConfigurationError, StoreError, store_error_from_os
from crawler.settings.all_settings import Settings
from crawler.url_parser import parse_whatwg

_NAME = "cluster-run.txt"
_LOOPBACK = ("127.", "localhost", "[::1]")


def mark_archive(folder: ArchiveFolder, settings: Settings) -> str:
    """Write a new mark into the archive `folder` for workers, and return it; empty without workers.

    Raises ConfigurationError if the `settings` name no folder for all machines of the cluster, and
    StoreError if the storage does not answer.
    """
    if settings.engine.name != "dask":
        return ""
    scheduler = parse_whatwg(settings.engine.scheduler)
    is_here = scheduler is not None and scheduler.hostname.startswith(_LOOPBACK)
    if not settings.archive.url and not is_here:
        raise ConfigurationError(
            "[archive] url is empty, so that the workers of the cluster have no common archive.",
            "Set it to a folder that all machines share, or to storage such as s3://bucket/name.",
        )
    mark = uuid4().hex
    system, path = open_filesystem(folder_url(folder))
    try:
        system.makedirs(path, exist_ok=True)
        system.pipe_file(f"{path}/{_NAME}", mark.encode())
    except OSError as error:
        raise store_error_from_os(error, folder) from None
    return mark


def check_mark(folder: ArchiveFolder, mark: str) -> None:
    """Raise StoreError if this machine does not see the `mark` in `folder`, unless it is empty."""
    if not mark:
        return
    host = socket.gethostname()
    system, path = open_filesystem(folder_url(folder))
    try:
        stored_mark = system.cat_file(f"{path}/{_NAME}")
    except OSError as error:
        raise StoreError(
            f"The worker on {host} does not reach the archive {folder}: {error.strerror or error}.",
            "Every worker needs [archive] url at the same place.",
        ) from None
    if stored_mark != mark.encode():
        raise StoreError(
            f"The worker on {host} has another folder at {folder}.",
            "Every worker needs [archive] url at the same place.",
        )
