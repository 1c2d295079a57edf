"""Compiled templates, in memory and in a file: a build compiles only templates that changed.

Compiling all templates takes longer than rendering a small site. The key of Jinja is the name and
the file of a template, and a digest of its source.
"""

from __future__ import annotations

import marshal
import os
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

FILE_NAME = "templates.bin"
"""The file of compiled templates, next to the trees of the site."""

_DIGEST_BYTES = 32


class CompiledTemplates(BytecodeCache):
    """A cache for environments with the same filters and options."""

    def __init__(self) -> None:
        self._codes: dict[str, tuple[str, CodeType]] = {}
        self._unstored = False

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give `bucket` the code that was compiled from the same source, if any."""
        checksum, code = self._codes.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store the code of `bucket` in place of that of an earlier source."""
        if bucket.code:
            self._codes[bucket.key] = bucket.checksum, bucket.code
            self._unstored = True

    def encoded(self) -> bytes:
        """Return all templates as bytes, for `add` in a process with the same code."""
        return marshal.dumps(self._codes)

    def add(self, encoded: bytes) -> None:
        """Add the templates that `encoded` returned."""
        self._codes = {**marshal.loads(encoded), **self._codes}

    def read(self, path: Path, rules: str) -> None:
        """Add the templates that were stored at `path` under the same `rules`.

        The rules are the version of Python, Jinja and this program. A damaged file, or one of other
        rules, is not used: its code could crash the process.
        """
        with suppress(OSError):
            stored = path.read_bytes()
            digest, codes = stored[:_DIGEST_BYTES], stored[_DIGEST_BYTES:]
            if digest == _digest(rules, codes):
                self.add(codes)

    def write(self, path: Path, rules: str) -> None:
        """Store all templates at `path` for these `rules`, if any was compiled since.

        If that fails, the next build compiles them again.
        """
        if not self._unstored:
            return
        codes = self.encoded()
        draft = path.with_name(f"{path.name}.draft")
        with suppress(OSError):
            draft.write_bytes(_digest(rules, codes) + codes)
            os.replace(draft, path)
        self._unstored = False


COMPILED = CompiledTemplates()
"""The compiled templates of this process."""


def _digest(rules: str, codes: bytes) -> bytes:
    """Return the digest of a file with `codes`, which also tells whether the file is whole."""
    return blake2b(codes, digest_size=_DIGEST_BYTES, key=rules.encode()[:64]).digest()
