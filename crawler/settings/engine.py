"""`[engine]`: where pages are parsed, and the limits of the processes that parse them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

from crawler.settings.meaning import meaning


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Where pages are parsed, and the limits of the processes that parse them."""

    name: Annotated[
        Literal["local", "dask"],
        meaning("`local`: this machine. `dask`: a cluster ([CLUSTER.md](CLUSTER.md))."),
    ] = "local"
    scheduler: Annotated[str, meaning("`tcp://host:port` of the Dask scheduler.")] = ""
    exchange: Annotated[
        str,
        meaning(
            "Where workers write their results: a URL of fsspec. Empty: they are sent through Dask."
        ),
    ] = ""
    patience_seconds: Annotated[
        float,
        Meta(ge=0, le=86_400),
        meaning("How long a run waits for a lost scheduler, archive or exchange.", unit="seconds"),
    ] = 600.0
    processes: Annotated[
        int,
        Meta(ge=0, le=1024),
        meaning(
            "Number of child processes that parse pages. 0: one per core, or one per Dask worker."
        ),
    ] = 0
    task_seconds: Annotated[
        float,
        Meta(gt=0, le=3600),
        meaning("Maximum time to parse one page. Then its process is killed.", unit="seconds"),
    ] = 10.0
    memory_mb: Annotated[
        int,
        Meta(ge=1, le=1_048_576),
        meaning("Maximum memory of such a process.", unit="MB"),
    ] = 1024
