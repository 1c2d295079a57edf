"""The end of a process that is not a child of the tests."""

from __future__ import annotations

import os
import select


def ends_soon(process: int) -> bool:
    """Return whether `process` ends within 30 s. A killed process ends a little later."""
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 30)[0])
    finally:
        os.close(descriptor)
