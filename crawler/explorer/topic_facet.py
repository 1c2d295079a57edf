"""Filter articles and posts by topic, and count the rows of each topic.

A row has many topics, so the counts read the table of topics instead of a column of the row.
"""

from __future__ import annotations

from typing import Any

from datasette.database import QueryInterrupted
from datasette.facets import Facet
from datasette.filters import FilterArguments
from datasette.utils import path_with_added_args, path_with_removed_args

from crawler.explorer.table_pages import TABLES

TOPIC = "_topic"
"""The parameter that filters a table by the slug of a topic. All of several topics must apply."""

# kind of subject -> SQL of the ids of a topic, of the counts of a filtered table, and of all rows
_OF_TOPIC = {
    "article": "SELECT article_id FROM topic_articles WHERE topic = :{name}",
    "post": (
        "SELECT subject_id FROM taggings WHERE subject_kind = 'post' AND topic = :{name}"
        " AND confidence <> 'weak'"
    ),
}
_COUNTS = {
    "article": (
        "SELECT topic, count(*) AS n FROM topic_articles"
        " WHERE article_id IN (SELECT id FROM ({sql})) GROUP BY 1"
    ),
    "post": (
        "SELECT topic, count(*) AS n FROM taggings WHERE subject_kind = 'post'"
        " AND subject_id IN (SELECT id FROM ({sql})) AND confidence <> 'weak' GROUP BY 1"
    ),
}
_ALL_COUNTS = {
    "article": "SELECT topic, sum(articles) AS n FROM topic_activity GROUP BY 1",
    "post": (
        "SELECT topic, count(*) AS n FROM taggings"
        " WHERE subject_kind = 'post' AND confidence <> 'weak' GROUP BY 1"
    ),
}
_LABELLED = """
SELECT c.topic AS value, t.label, c.n AS count FROM ({counts}) c JOIN topics t ON t.slug = c.topic
ORDER BY c.n DESC, c.topic LIMIT {limit}
"""


class TopicFacet(Facet):  # type: ignore[misc]
    """The topics of the rows of a table of articles or posts, with counts."""

    type = "topic"

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        """Return the counts as Datasette shows them, and the names of those that took too long."""
        page = TABLES.get(self.table or "")
        if not page or not page.topics or not self.get_configs():
            return [], []
        limit = self.get_facet_size()
        is_filtered = " where " in self.sql.lower()
        counts = (_COUNTS if is_filtered else _ALL_COUNTS)[page.topics].format(sql=self.sql)
        sql = _LABELLED.format(counts=counts, limit=limit + 1)
        try:
            rows = await self.ds.execute(
                self.database,
                sql,
                self.params,
                custom_time_limit=self.ds.setting("facet_time_limit_ms"),
            )
        except QueryInterrupted:
            return [], ["topics"]
        facet = {
            "name": "topics",
            "type": self.type,
            "hideable": False,
            "toggle_url": self.ds.urls.path(path_with_removed_args(self.request, {TOPIC})),
            "results": [self._value(row) for row in rows.rows[:limit]],
            "truncated": len(rows.rows) > limit,
        }
        return [facet], []

    def _value(self, row: Any) -> dict[str, Any]:
        selected = (TOPIC, row["value"]) in self.get_querystring_pairs()
        change = path_with_removed_args if selected else path_with_added_args
        return {
            "value": row["value"],
            "label": row["label"],
            "count": row["count"],
            "toggle_url": self.ds.urls.path(change(self.request, {TOPIC: row["value"]})),
            "selected": selected,
        }


def topic_filter(request: Any, table: str) -> FilterArguments | None:
    """Return the filter of a `table` by the topics that a `request` names; None without topics."""
    page = TABLES.get(table)
    topics = request.args.getlist(TOPIC)
    if not topics or not page or not page.topics:
        return None
    names = [f"topic_{number}" for number in range(len(topics))]
    clauses = [f"id IN ({_OF_TOPIC[page.topics].format(name=name)})" for name in names]
    words = [f"topic is “{topic}”" for topic in topics]
    return FilterArguments(clauses, dict(zip(names, topics, strict=True)), words)
