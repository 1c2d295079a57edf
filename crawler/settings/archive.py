"""`[archive]`: the WARC files of fetched responses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from crawler.settings.meaning import meaning


@dataclass(frozen=True, slots=True)
class ArchiveSettings:
    """The WARC files of fetched responses."""

    enabled: Annotated[
        bool, meaning("Store fetched pages and feeds as WARC files ([ARCHIVE.md](ARCHIVE.md)).")
    ] = True
    url: Annotated[
        str,
        meaning(
            "Where the files are stored: a folder, or a URL of fsspec such as `s3://bucket/name`. "
            "Empty: `data/state/archive`."
        ),
    ] = ""
    keep_days: Annotated[
        int,
        Meta(ge=0, le=36_500),
        meaning(
            "Retention. Files with bodies that newer records refer to stay longer.", unit="days"
        ),
    ] = 365
    segment_mb: Annotated[
        int,
        Meta(ge=1, le=100_000),
        meaning("Size at which a new file begins.", unit="MB"),
    ] = 256
