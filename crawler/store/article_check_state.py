"""What is kept of an article before the next look at it, and what that look made us suspect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from crawler.models.articles import ArticleState
from crawler.store.database import transaction
from crawler.utc_times import iso


@dataclass(frozen=True, slots=True)
class PreviousCheck:
    """An article as it was kept, its state, and the other state that recent looks agree on, if any.

    `is_read`: there is a reading to compare with.
    """

    url: str
    title: str
    text: str
    fingerprint: str
    site_name: str
    language: str
    is_read: bool
    failures: int
    state: ArticleState
    suspected: ArticleState | None
    agreeing: int
    counted_at: datetime | None


def load_previous_check(db: Database, article_id: int) -> PreviousCheck:
    """What is kept of an article. Raises TypeError for an id that does not exist."""
    row = db.execute(
        "SELECT url, title, text, fingerprint, site_name, language, content_hash <> '', failures, "
        "state, suspected_state, agreeing_checks, last_counted_at "
        "FROM articles WHERE id = ?",
        [article_id],
    ).fetchone()
    (
        url,
        title,
        text,
        fingerprint,
        site_name,
        language,
        is_read,
        failures,
        state,
        suspected,
        agreeing,
        counted_at,
    ) = row
    return PreviousCheck(
        url,
        title,
        text,
        fingerprint or "",
        site_name,
        language,
        bool(is_read),
        failures,
        ArticleState(state),
        ArticleState(suspected) if suspected else None,
        agreeing,
        datetime.fromisoformat(counted_at) if counted_at else None,
    )


def save_suspected_state(
    db: Database,
    article_id: int,
    suspected: ArticleState | None,
    agreeing: int,
    counted_at: datetime | None,
) -> None:
    """Note which other state the looks agree on, how many of them, and when the last counted."""
    values = [suspected.value if suspected else None, agreeing, iso(counted_at)]
    with transaction(db):
        db.execute(
            "UPDATE articles SET suspected_state = ?, agreeing_checks = ?, last_counted_at = ? "
            "WHERE id = ? AND (suspected_state, agreeing_checks, last_counted_at) IS NOT (?, ?, ?)",
            [*values, article_id, *values],
        )
