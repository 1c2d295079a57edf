"""`[budget]`: the limits of one run, after which it starts no further request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from crawler.settings.meaning import meaning


@dataclass(frozen=True, slots=True)
class BudgetSettings:
    """The limits of one run, after which it starts no further request."""

    hours: Annotated[
        float,
        Meta(ge=0, le=168),
        meaning(
            "After this time a run starts no further request. Like every budget, it ends the run "
            "without an error: the collected part is tagged and published, and the rest comes "
            "first in the next run.",
            unit="hours",
        ),
    ] = 6.0
    requests: Annotated[
        int,
        Meta(ge=0, le=10_000_000),
        meaning(
            "Requests of one run, redirects and robots.txt included. Collecting posts uses at most "
            "half of each budget, so that articles are fetched too. 0: no limit."
        ),
    ] = 0
    megabytes: Annotated[
        float, Meta(ge=0, le=10_000_000), meaning("Downloads of one run. 0: no limit.", unit="MB")
    ] = 0.0
    disk_mb: Annotated[
        float,
        Meta(ge=0, le=10_000_000),
        meaning("Growth of the database and of the archive in one run. 0: no limit.", unit="MB"),
    ] = 0.0
    free_mb: Annotated[
        int,
        Meta(ge=0, le=10_000_000),
        meaning(
            "With less free space on the disk of data/state, no run starts, and a run in progress "
            "starts no further request.",
            unit="MB",
        ),
    ] = 200
