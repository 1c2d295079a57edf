"""The contract of an importer: one module in this package, named after its file format.

A module that defines the names of `Importer` is used automatically (registry.py); `hashtrail
import --format` then accepts its name. Bytes in, records out: no network, no clock, no database.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from crawler.importers.record_types import ImportOptions, Record


class Importer(Protocol):
    """A module that parses one file format.

    `PRIORITY`: modules with a higher priority examine a file first, and the first match wins. Give
    a specific format a higher priority than a general one; `paste`, which accepts any prose, has 0.
    `HAS_ALL_POSTS`: whether a file contains everything that a person wrote. Of such a file only
    posts with the configured hashtags are imported, unless the user asks for all.
    """

    PRIORITY: int
    HAS_ALL_POSTS: bool

    def matches(self, name: str, data: bytes) -> bool:
        """Return whether the file has this format.

        `name` is the file name in lower case, `data` the whole content. Never raises an error.
        """
        ...

    def parse(self, name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
        """Yield the posts and articles of a file, and a Failure for each record that is damaged.

        `name` is the file name for messages. Raises InputError if nothing can be imported.
        """
        ...
