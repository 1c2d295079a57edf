"""Copy pages of a file into another one, in a separate process.

Closing a file releases every lock that its process holds on it, also those of SQLite. A process
that has opened a database with SQLite must therefore never open its file itself
(https://www.sqlite.org/howtocorrupt.html, section 2.2). This module is run as a script.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def copy_pages(
    source: Path, target: Path, header: bytes, page_bytes: int, pages: Sequence[int]
) -> str:
    """Write `header` and then `pages` of `source`, counted from 1, to the file `target`.

    A page has `page_bytes` bytes. Returns the SHA-256 digest of the written bytes. Raises OSError.
    """
    request = [str(source), str(target), header.decode(), page_bytes, list(pages)]
    command = [sys.executable, "-I", "-S", __file__]
    done = subprocess.run(
        command, input=json.dumps(request).encode(), capture_output=True, check=False
    )
    if done.returncode:
        raise OSError(done.returncode, os.strerror(done.returncode), str(target))
    return done.stdout.decode()


def _write_pages(
    source: str, target: str, header: str, page_bytes: int, pages: Sequence[int]
) -> str:
    digest = hashlib.sha256(header.encode())
    with open(source, "rb") as database, open(target, "wb") as copy:
        copy.write(header.encode())
        for page in pages:
            database.seek((page - 1) * page_bytes)
            data = database.read(page_bytes).ljust(page_bytes, b"\0")
            digest.update(data)
            copy.write(data)
        copy.flush()
        os.fsync(copy.fileno())
    return digest.hexdigest()


if __name__ == "__main__":
    try:
        sys.stdout.write(_write_pages(*json.load(sys.stdin)))
    except OSError as error:
        sys.exit(error.errno)
