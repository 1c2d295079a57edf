"""Results of batches as files at an fsspec URL, so that a lost scheduler costs no finished batch.

The files are pickled. Only the operator of the cluster may write there.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from crawler.archive_storage.remote_folder import open_filesystem
from crawler.errors import store_error_from_os

A = TypeVar("A")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ExchangedFile:
    """The file with the result of one batch, at `url`. Methods raise StoreError."""

    url: str

    def compute(self, function: Callable[[A], T], batch: A) -> None:
        """Write `function(batch)`, unless an earlier attempt has written it."""
        system, path = open_filesystem(self.url)
        try:
            if system.exists(path):
                return
            value = pickle.dumps(function(batch))
            system.makedirs(path.rpartition("/")[0], exist_ok=True)
            system.pipe_file(f"{path}.part", value)
            system.mv(f"{path}.part", path)
        except OSError as error:
            raise store_error_from_os(error, self.url) from None

    def take(self) -> object:
        """Return the value and delete the file."""
        system, path = open_filesystem(self.url)
        try:
            value: object = pickle.loads(system.cat_file(path))
        except OSError as error:
            raise store_error_from_os(error, self.url) from None
        with suppress(OSError):  # `remove_exchanged` deletes it later
            system.rm_file(path)
        return value


def remove_exchanged(url: str) -> None:
    """Delete the files below `url` that nobody took. Errors are ignored."""
    system, path = open_filesystem(url)
    with suppress(OSError):
        for name in system.ls(path, detail=False):
            system.rm_file(name)
        system.rmdir(path)
