"""The guided tour: what to look at in a finished demo, and where."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.workspace import Workspace


def tour_lines(here: Workspace, site: str, explorer: str) -> Iterator[str]:
    """Yield the lines of the tour through the demo `here`.

    `site` and `explorer` are URLs that end in a slash.
    """
    yield f"{site}index.html"
    yield f"{explorer}"
