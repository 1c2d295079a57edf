"""Files of the caller for the workers of a cluster, packed into one TAR file.

With an exchange, the TAR file is put there. Without one, it is sent through Dask.
"""

from __future__ import annotations

import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.archive_storage.remote_folder import open_filesystem
from crawler.errors import ConfigurationError, store_error_from_os

_NAME = "files.tar"
_MAX_SENT_BYTES = 200_000_000  # through Dask, which has several copies in memory


@dataclass(frozen=True, slots=True)
class SentFiles:
    """Files and folders by `names`: the TAR file is at `url`, or its bytes are `content`."""

    names: tuple[str, ...]
    url: str
    content: bytes

    def unpack(self, folder: Path) -> dict[str, Path]:
        """Write the files below an empty `folder`. Return their places by name.

        Raises StoreError if the exchange does not answer.
        """
        packed = folder / _NAME
        if self.url:
            system, path = open_filesystem(self.url)
            try:
                system.get_file(path, str(packed))
            except OSError as error:
                raise store_error_from_os(error, self.url) from None
        else:
            packed.write_bytes(self.content)
        with tarfile.open(packed) as tar:
            tar.extractall(folder / "files", filter="data")
        packed.unlink()
        return {name: folder / "files" / name for name in self.names}


def send_files(files: Mapping[str, Path], exchange: str) -> SentFiles:
    """Return the `files` and folders for workers, through the URL `exchange` if it is not empty.

    Raises StoreError if the exchange does not answer, and ConfigurationError if large files need
    one.
    """
    names = tuple(files)
    if not files:
        return SentFiles(names, "", b"")
    with TemporaryDirectory(prefix="hashtrail-") as folder:
        packed = Path(folder) / _NAME
        with tarfile.open(packed, "w", dereference=True) as tar:
            for name, path in files.items():
                tar.add(path, name)
        if not exchange and packed.stat().st_size > _MAX_SENT_BYTES:
            raise ConfigurationError(
                f"Files of {packed.stat().st_size // 1_000_000:,} MB are too large to be sent.",
                "Set [engine] exchange to a folder or URL that all workers share.",
            )
        if not exchange:
            return SentFiles(names, "", packed.read_bytes())
        url = f"{exchange}/{_NAME}"
        system, place = open_filesystem(url)
        try:
            system.makedirs(place.rpartition("/")[0], exist_ok=True)
            system.put_file(str(packed), place)
        except OSError as error:
            raise store_error_from_os(error, url) from None
    return SentFiles(names, url, b"")
