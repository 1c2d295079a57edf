"""Worked examples of SQL on the front page of the explorer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SqlExample:
    """A statement with a title that states what it returns."""

    title: str
    sql: str


SQL_EXAMPLES = (
    SqlExample(
        "Sites with the most articles, and when the last one was shared",
        """select host, count(*) as articles, max(first_shared) as last_shared
from article_list
where listed
group by host
order by articles desc, host
limit 20""",
    ),
    SqlExample(
        "Articles that at least three people shared, newest first",
        """select id, title, host, sharers, first_shared
from article_list
where sharers >= 3
order by first_shared desc, id
limit 50""",
    ),
    SqlExample(
        "Articles that have two topics",
        """select l.id, l.title, l.host, l.first_shared
from article_list l
join taggings a on a.subject_kind = 'article' and a.subject_id = l.id
join taggings b on b.subject_kind = 'article' and b.subject_id = l.id
where a.topic = 'caching' and b.topic = 'distributed-locking'
  and a.confidence <> 'weak' and b.confidence <> 'weak'
order by l.rank desc, l.id
limit 50""",
    ),
    SqlExample(
        "Phrases that are most often evidence of a topic",
        """select lower(e.quote) as phrase, t.topic, count(*) as articles
from evidence e
join taggings t on t.id = e.tagging_id
where t.subject_kind = 'article' and e.quote <> ''
group by lower(e.quote), t.topic
order by articles desc, phrase, t.topic
limit 50""",
    ),
    SqlExample(
        "Full-text search, best match first",
        """select l.id, l.title, l.host, l.summary
from articles_fts f
join article_list l on l.id = f.rowid
where articles_fts match '"message queue" or kafka'
order by f.rank, l.id
limit 20""",
    ),
)
"""The examples, in the order of the page."""
