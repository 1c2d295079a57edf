"""Parallel work in child processes of this machine, or on a cluster.

engine               run one function over batches: `local` or `dask`
dask_engine          the engine on a Dask cluster, with exchange for its results
dask_worker          functions that run in the processes of the cluster
killable_workers     a deadline and a memory limit for each call on hostile input
reused_pool          killable workers that stay between batches
process_pool         child processes for trusted functions
"""

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
