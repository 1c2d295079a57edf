"""Datasette for worker processes, without optional packages that double its memory.

The units library in Datasette imports them when they are installed. The explorer does not use
units.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_UNUSED = ("babel", "dask", "numpy", "pandas", "scipy", "uncertainties", "xarray")


@contextmanager
def _without(names: tuple[str, ...]) -> Iterator[None]:
    """Make imports of `names` fail in the block, unless they are already loaded."""
    blocked = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(blocked))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in blocked:
            del sys.modules[name]


with _without(_UNUSED):
    from crawler.explorer.datasette_app import create_explorer

__all__ = ["create_explorer"]
