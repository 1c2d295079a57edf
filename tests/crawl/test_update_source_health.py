"""The health of a source is that of its newest posts, whatever the order of their first sight."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from crawler.crawl import update_source_health
from crawler.store.database import open_memory
from crawler.utc_times import iso

START = datetime(2026, 1, 1, tzinfo=UTC)
NEWEST = """
SELECT id FROM posts WHERE source = 's' AND deleted_at IS NULL
ORDER BY MIN(COALESCE(published, seen_at), seen_at) DESC, id DESC LIMIT 60
"""


@pytest.mark.parametrize("seed", range(5))
def test_newest_posts_are_those_of_a_sort_of_all_posts(seed: int) -> None:
    dice, db = random.Random(seed), open_memory()
    for number in range(400):
        seen = START + timedelta(days=number // dice.choice((1, 40)))
        published = seen + timedelta(days=dice.choice((-300, -30, -1, 0, 5)))
        row = {
            "source": "s",
            "network": "feed",
            "uri": f"{number}",
            "seen_at": iso(seen),
            "published": dice.choice((None, iso(published))),
            "deleted_at": dice.choice((None, None, None, "2026")),
        }
        db.table("posts").insert(row)
    expected = {post_id for (post_id,) in db.execute(NEWEST)}
    assert set(update_source_health._newest_posts(db, "s")) == expected
    assert update_source_health._newest_posts(db, "other") == []
