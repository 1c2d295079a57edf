"""Lists with one row for each story: its lead article, with the other articles below it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.group_by_key import group_by
from crawler.sitegen.snapshot_reader import ListedArticle

# The article that the others of a story link to is their source; without one, the stored lead.
_LEAD = """
SELECT COALESCE((
    SELECT l.target_id FROM article_links l
    JOIN articles source ON source.id = l.article_id AND source.story_id = s.id
    JOIN articles target ON target.id = l.target_id AND target.story_id = s.id
    WHERE l.target_id <> l.article_id
    GROUP BY l.target_id ORDER BY COUNT(DISTINCT l.article_id) DESC, l.target_id LIMIT 1
), s.lead_article_id)
FROM stories s WHERE s.id = ?
"""


@dataclass(frozen=True, slots=True)
class StoryRow:
    """One row of a list: an article, and the other articles of its story in that list."""

    lead: ListedArticle
    others: tuple[ListedArticle, ...] = ()


class StoryLeads:
    """The article that leads each story of the snapshot `db`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def get(self, story_id: int) -> int | None:
        """Return the id of the article that leads a story; None for an unknown story."""
        row = self._db.execute(_LEAD, (story_id,)).fetchone()
        return row[0] if row else None


def fold_stories(articles: Iterable[ListedArticle], leads: StoryLeads) -> list[StoryRow]:
    """Return one row for each story and for each article without a story.

    A story takes the place of its first article in `articles`. It is led by the article that
    `leads` names for the story, if that is in the list, otherwise by its first article.
    """
    listed = list(articles)
    members = group_by(
        (article for article in listed if article.story_id is not None),
        lambda article: article.story_id,
    )
    rows: list[StoryRow] = []
    for article in listed:
        same = members.get(article.story_id, [article])
        if article is same[0]:
            rows.append(_story_row(same, leads))
    return rows


def _story_row(same: list[ListedArticle], leads: StoryLeads) -> StoryRow:
    first = same[0]
    wanted = leads.get(first.story_id) if first.story_id is not None else None
    lead = next((article for article in same if article.id == wanted), first)
    return StoryRow(lead, tuple(article for article in same if article is not lead))
