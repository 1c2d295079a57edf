"""Compiled templates of this process: a further build compiles only templates that changed.

Compiling all templates takes longer than rendering a small site. The key of Jinja is the name and
the file of a template, and a digest of its source.
"""

from __future__ import annotations

from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
    """A cache in memory, for environments with the same filters and options."""

    def __init__(self) -> None:
        self._codes: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give `bucket` the code that was compiled from the same source, if any."""
        checksum, code = self._codes.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store the code of `bucket` in place of that of an earlier source."""
        if bucket.code:
            self._codes[bucket.key] = bucket.checksum, bucket.code
