"""Datasette for worker processes, without optional packages that it loads when they are there.

The units library in Datasette imports them. They double the memory of every worker, and the
explorer has no use for units.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_UNUSED = ("babel", "dask", "numpy", "pandas", "scipy", "uncertainties", "xarray")


@contextmanager
def _without(names: tuple[str, ...]) -> Iterator[None]:
    """Make imports of `names` fail in the block, unless they are loaded already."""
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
