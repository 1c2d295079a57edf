"""Where work runs: `local` in killable child processes of this machine, `dask` on a cluster."""

from __future__ import annotations

from crawler.errors import ConfigurationError

ENGINES = ("dask", "local")


def validated_engine(name: str) -> str:
    """The name itself.

    Raises ConfigurationError that lists the engines there are when it is none of them.
    """
    if name not in ENGINES:
        raise ConfigurationError(
            f"[engine] name = {name!r} is not an engine.", f"Known: {', '.join(ENGINES)}."
        )
    return name
