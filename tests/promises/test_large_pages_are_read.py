"""`[fetch] max_page_mb` is the one limit of a page: a page below it is read, one above it is
refused.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.promises.pages_world import page, pages_world, text_of


@pytest.mark.parametrize(("limit", "outcome"), [(7.0, "ok"), (5.0, "too_large")])
def test_page_of_six_megabytes_is_extracted(tmp_path: Path, limit: float, outcome: str) -> None:
    start = datetime(2027, 1, 1, 2, tzinfo=UTC)
    padding = f"<!--{'x' * 6_000_000}-->"
    with pages_world(tmp_path, start, ["/large"]) as world:
        settings = world.folder / "data/hashtrail.toml"
        text = settings.read_text().replace("[fetch]\n", f"[fetch]\nmax_page_mb = {limit}\n")
        settings.write_text(text)
        world.answers["/large"] = lambda request: page("Large", padding, text_of("Large"))
        world.run("crawl", 1)
        assert world.article("/large")["last_outcome"] == outcome
