"""Parallel work: `local` in killable child processes of this machine, `dask` on a cluster."""

from __future__ import annotations

from crawler.errors import ConfigurationError

ENGINES = ("dask", "local")


def validated_engine(name: str) -> str:
    """Return `name`. Raises ConfigurationError that lists the known engines if it is not one."""
    if name not in ENGINES:
        raise ConfigurationError(
            f"[engine] name = {name!r} is not an engine.", f"Known: {', '.join(ENGINES)}."
        )
    return name
