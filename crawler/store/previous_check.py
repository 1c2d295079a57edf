"""The state of an article before its next check, and the state that recent checks suggest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from crawler.models.articles import ArticleState
from crawler.store.database import transaction
from crawler.utc_times import iso


@dataclass(frozen=True, slots=True)
class PreviousCheck:
    """A stored article, its state, and the other state that recent checks suggest, if any.

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
    """Return the stored text and state of an article.

    Raises TypeError for an id that does not exist.
    """
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
    """Store the other state that recent checks of an article suggest.

    `suspected` is that state, or None. `agreeing` is the number of checks in a row that suggest it,
    and `counted_at` (aware UTC) the time of the last check that counted.
    """
    values = [suspected.value if suspected else None, agreeing, iso(counted_at)]
    with transaction(db):
        db.execute(
            "UPDATE articles SET suspected_state = ?, agreeing_checks = ?, last_counted_at = ? "
            "WHERE id = ? AND (suspected_state, agreeing_checks, last_counted_at) IS NOT (?, ?, ?)",
            [*values, article_id, *values],
        )
