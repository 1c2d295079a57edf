"""Details of an article in lists that its posts provide: people, discussions and a sentence."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from sys import intern

from crawler.sentence_splitter import split_sentences
from crawler.store.shown_titles import first_sentence
from crawler.text_cleaning import shorten

DISCUSSION_NETWORKS = frozenset({"hackernews", "lemmy", "lobsters", "reddit"})
"""Networks whose posts are threads for a discussion, even before the first reply."""

_MAX_NAMED = 2
_MAX_DISCUSSIONS = 3
_FEW_REPLIES = 3  # a thread of a social network with fewer is not listed
_MAX_LEAD_WORDS = 28
_LIST_ITEM = re.compile(r"(?<=[.:;!?])\s+[-*•–]\s")
_PEOPLE = """
SELECT s.article_id, s.author_id FROM shares s JOIN publishable_authors a ON a.id = s.author_id
WHERE s.article_id IN (SELECT value FROM json_each(?))
GROUP BY s.article_id, s.author_id
ORDER BY s.article_id, MIN(s.shared), s.author_id
"""
_DISCUSSIONS = f"""
SELECT s.article_id, s.network, s.post_url,
    CAST(COALESCE(json_extract(p.counts, '$.points'), 0) AS INTEGER) AS points,
    CAST(COALESCE(json_extract(p.counts, '$.replies'), 0) AS INTEGER) AS replies
FROM shares s JOIN posts p ON p.id = s.post_id
WHERE s.article_id IN (SELECT value FROM json_each(?)) AND s.post_url <> '' AND (
    s.network IN ({", ".join(f"'{name}'" for name in sorted(DISCUSSION_NETWORKS))})
    OR json_extract(p.counts, '$.replies') >= {_FEW_REPLIES}
)
ORDER BY s.article_id, replies DESC, points DESC, s.post_id
"""  # noqa: S608
_WORDS = """
SELECT s.article_id, s.text FROM shares s JOIN article_list a ON a.id = s.article_id
WHERE s.article_id IN (SELECT value FROM json_each(?))
AND s.text <> '' AND (a.title = '' OR a.summary = '')
ORDER BY s.article_id, s.shared, s.post_id
"""


@dataclass(frozen=True, slots=True)
class DiscussionCounts:
    """A public thread about an article, with its points and replies as last counted."""

    network: str
    url: str
    points: int
    replies: int


@dataclass(frozen=True, slots=True)
class RowDetails:
    """The details that posts add to the row of an article.

    `people` are the ids of at most two people who may be named, the first to share it first.
    `discussions` are at most three, one of each network, those with most replies first. `words` is
    the first sentence of a post, for an article without a title or a summary.
    """

    people: tuple[int, ...] = ()
    discussions: tuple[DiscussionCounts, ...] = ()
    words: str = ""


NO_DETAILS = RowDetails()


def read_row_details(db: sqlite3.Connection, ids: str) -> dict[int, RowDetails]:
    """Return by id the details of the articles of the snapshot `db` whose posts add any.

    `ids` are those of the articles, as a JSON list.
    """
    people = dict(_people(db, ids))
    discussions = dict(_discussions(db, ids))
    words = dict(_first_sentences(db, ids))
    return {
        article_id: RowDetails(
            people.get(article_id, ()), discussions.get(article_id, ()), words.get(article_id, "")
        )
        for article_id in people.keys() | discussions.keys() | words.keys()
    }


def opening_sentences(text: str) -> str:
    """Return the first sentence of `text`, and the second if both have at most 28 words.

    The items of a list are left out.
    """
    before_list = _LIST_ITEM.split(text, maxsplit=1)[0]
    first, *others = [
        " ".join(s.text.split()) for s in islice(split_sentences(before_list), 2)
    ] or [""]
    both = " ".join((first, *others))
    return shorten(both if len(both.split()) <= _MAX_LEAD_WORDS else first, _MAX_LEAD_WORDS)


def _people(db: sqlite3.Connection, ids: str) -> Iterator[tuple[int, tuple[int, ...]]]:
    for article_id, rows in groupby(db.execute(_PEOPLE, (ids,)), key=itemgetter(0)):
        yield article_id, tuple(author_id for _, author_id in rows)[:_MAX_NAMED]


def _discussions(
    db: sqlite3.Connection, ids: str
) -> Iterator[tuple[int, tuple[DiscussionCounts, ...]]]:
    for article_id, rows in groupby(db.execute(_DISCUSSIONS, (ids,)), key=itemgetter(0)):
        largest: dict[str, DiscussionCounts] = {}
        for _, network, url, points, replies in rows:
            largest.setdefault(network, DiscussionCounts(intern(network), url, points, replies))
        yield article_id, tuple(largest.values())[:_MAX_DISCUSSIONS]


def _first_sentences(db: sqlite3.Connection, ids: str) -> Iterator[tuple[int, str]]:
    for article_id, rows in groupby(db.execute(_WORDS, (ids,)), key=itemgetter(0)):
        sentence = next(filter(None, (first_sentence(text) for _, text in rows)), "")
        if sentence:
            yield article_id, sentence
