"""`[explorer]`: where the Datasette explorer listens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from crawler.settings.meaning import meaning


@dataclass(frozen=True, slots=True)
class ExplorerSettings:
    """Where the Datasette explorer listens."""

    host: Annotated[
        str, Meta(min_length=1), meaning("IP address that the explorer listens on.")
    ] = "127.0.0.1"
    port: Annotated[
        int, Meta(ge=0, le=65_535), meaning("Port that it listens on. 0: a free one.")
    ] = 8001
    hosts: Annotated[
        tuple[str, ...],
        meaning(
            "Host names, without ports, under which `explore` and `serve` answer, for example "
            '`["data.example.org"]`. Loopback names always work; other names get HTTP 421. Empty: '
            "the hosts of `explorer_url` and `base_url`."
        ),
    ] = ()
