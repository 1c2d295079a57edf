"""Articles of the snapshot, read when they are used: by id, in batches, a limited number kept."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol, overload

from crawler.sitegen.snapshot_reader import ListedArticle, read_articles

BATCH = 200
"""Articles that are read by one query."""

_MAX_KEPT = 2_000  # 4,000 need 16 MB more
_VERSION_BYTES = 8  # two versions are equal by chance once in 2**64
_VERSIONS = "SELECT id, version FROM item_versions WHERE kind = 'article'"
_LAST = "SELECT max(id) FROM item_versions WHERE kind = 'article'"
_ALL = "SELECT id, first_shared, host FROM article_list"
_NEWEST_FIRST = "first_shared DESC, id DESC"
_Parameters = Mapping[str, Any]


class Records(Protocol):
    """Articles of earlier builds with their texts."""

    def read(self, ids: Sequence[int]) -> dict[int, ListedArticle]:
        """Return the articles among `ids` that have a record."""
        ...

    def write(self, articles: Iterable[ListedArticle]) -> None:
        """Store `articles` with their texts."""
        ...


class ArticleStore(Mapping[int, ListedArticle]):
    """Every visible article of the snapshot `db` by id; iteration is newest share first.

    Articles come from `records` if they are there, and get back with texts that were added.
    """

    def __init__(self, db: sqlite3.Connection, records: Records | None = None) -> None:
        self._db = db
        self._records = records
        self._kept: dict[int, ListedArticle | None] = {}
        self._stored_texts: dict[int, int] = {}
        self.newest_first = ArticleList(self, _ALL)

    def __getitem__(self, article_id: int) -> ListedArticle:
        """Return the article. Raises KeyError if it is not visible."""
        if article_id not in self._kept:
            self.load((article_id,))
        article = self._kept[article_id]
        if article is None:
            raise KeyError(article_id)
        return article

    def __iter__(self) -> Iterator[int]:
        """Yield the ids, newest share first."""
        return iter(self.newest_first.ids)

    def __len__(self) -> int:
        """Return the number of visible articles."""
        return len(self.newest_first)

    def load(self, ids: Iterable[int]) -> None:
        """Read the articles of these `ids` that are not kept yet, by one query."""
        wanted = dict.fromkeys(ids)
        missing = [article_id for article_id in wanted if article_id not in self._kept]
        if not missing:
            return
        if len(self._kept) + len(missing) > _MAX_KEPT:
            others = [article_id for article_id in self._kept if article_id not in wanted]
            self._forget(others[: max(_MAX_KEPT // 2, len(missing))])
        self._kept |= dict.fromkeys(missing)
        self._kept |= self._read(missing)

    def write_texts(self) -> None:
        """Write the kept articles that got texts since they were read to the records."""
        self._write(list(self._kept))

    def release(self) -> None:
        """Free the memory of all articles; the next use reads them again."""
        self._forget(list(self._kept))

    def _read(self, ids: list[int]) -> dict[int, ListedArticle]:
        if self._records is None:
            return read_articles(self._db, ids)
        articles = self._records.read(ids)
        self._stored_texts |= {key: len(article.texts) for key, article in articles.items()}
        unknown = [key for key in ids if key not in articles]
        return articles | read_articles(self._db, unknown) if unknown else articles

    def _forget(self, ids: list[int]) -> None:
        self._write(ids)
        for article_id in ids:
            del self._kept[article_id]
            self._stored_texts.pop(article_id, None)

    def _write(self, ids: list[int]) -> None:
        if self._records is not None:
            articles = list(filter(None, map(self._kept.get, ids)))
            stored = self._stored_texts
            more = [a for a in articles if len(a.texts) > stored.get(a.id, 0)]
            self._records.write(more)
            stored |= {article.id: len(article.texts) for article in more}

    def visible(self, ids: Sequence[int]) -> list[ListedArticle]:
        """Return the visible articles among `ids`, in their order."""
        articles: list[ListedArticle] = []
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            self.load(batch)
            articles += filter(None, map(self._kept.get, batch))
        return articles

    def query(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        """Return the rows of the query `sql` with its `parameters`, as tuples."""
        cursor = self._db.cursor()
        cursor.row_factory = None
        return cursor.execute(sql, parameters)


class Articles(Sequence[ListedArticle]):
    """A list of articles by their ids. Iteration reads them in batches."""

    def __init__(self, store: ArticleStore, ids: array[int]) -> None:
        self.store = store
        self._ids = ids

    @property
    def ids(self) -> array[int]:
        """Return the ids in order."""
        return self._ids

    def __len__(self) -> int:
        """Return the number of articles."""
        return len(self.ids)

    def __iter__(self) -> Iterator[ListedArticle]:
        """Yield the articles in order."""
        for start in range(0, len(self.ids), BATCH):
            yield from self.store.visible(self.ids[start : start + BATCH])

    @overload
    def __getitem__(self, place: int) -> ListedArticle: ...

    @overload
    def __getitem__(self, place: slice) -> Articles: ...

    def __getitem__(self, place: int | slice) -> ListedArticle | Articles:
        """Return the article at `place`, or the list of those at the places of a slice."""
        if isinstance(place, slice):
            return Articles(self.store, self.ids[place])
        return self.store[self.ids[place]]


class ArticleList(Articles):
    """The articles that a query selects, newest share first.

    `selected` is a query with the columns `id`, `first_shared` and `host`, with named `parameters`.
    Counts come from the database, without reading articles. `count` is the number of articles, None
    if it is not known yet.
    """

    def __init__(
        self,
        store: ArticleStore,
        selected: str,
        parameters: _Parameters | None = None,
        *,
        count: int | None = None,
        order: str = _NEWEST_FIRST,
    ) -> None:
        super().__init__(store, array("q"))
        self.selected = selected
        self.parameters = parameters or {}
        self._order = order
        self._count = count

    @cached_property
    def _all_ids(self) -> array[int]:
        query = f"SELECT id FROM ({self.selected}) ORDER BY {self._order}"  # noqa: S608
        return array("q", (row[0] for row in self.rows(query)))

    @property
    def ids(self) -> array[int]:
        """Return the ids, newest share first."""
        return self._all_ids

    def __len__(self) -> int:
        """Return the number of articles."""
        if self._count is None:
            query = f"SELECT count(*) FROM ({self.selected})"  # noqa: S608
            self._count = int(self.rows(query).fetchone()[0])
        return self._count

    def rows(self, sql: str, **parameters: Any) -> sqlite3.Cursor:
        """Return the rows of the query `sql`, which contains `selected`, as tuples."""
        return self.store.query(sql, {**self.parameters, **parameters})

    def newest(self, limit: int) -> list[ListedArticle]:
        """Return at most `limit` of the articles with a share, newest share first."""
        query = f"""SELECT id FROM ({self.selected}) WHERE first_shared IS NOT NULL
            ORDER BY {_NEWEST_FIRST} LIMIT :limit"""  # noqa: S608
        return self.store.visible([row[0] for row in self.rows(query, limit=limit)])

    def most_frequent_hosts(self, limit: int) -> list[tuple[str, int]]:
        """Return at most `limit` hosts of most of the articles, with their number of articles."""
        query = f"""SELECT host, count(*) FROM ({self.selected})
            GROUP BY host ORDER BY 2 DESC, 1 LIMIT :limit"""  # noqa: S608
        return self.rows(query, limit=limit).fetchall()

    def most_frequent_topics(self, limit: int) -> list[tuple[str, int]]:
        """Return at most `limit` topics of most of the articles, with their number of articles."""
        query = f"""SELECT topic, count(*) FROM taggings WHERE subject_kind = 'article'
            AND confidence <> 'weak' AND subject_id IN (SELECT id FROM ({self.selected}))
            GROUP BY topic ORDER BY 2 DESC, 1 LIMIT :limit"""  # noqa: S608
        return self.rows(query, limit=limit).fetchall()

    def counts_by_day(self, since: str = "") -> dict[str, int]:
        """Return the number of articles first shared on each day, from the day `since` on."""
        query = f"""SELECT substr(first_shared, 1, 10), count(*) FROM ({self.selected})
            WHERE first_shared >= :since GROUP BY 1"""  # noqa: S608
        return dict(self.rows(query, since=since or "0").fetchall())

    def first_day(self) -> str:
        """Return the time of the earliest first share; empty without one."""
        query = f"SELECT min(first_shared) FROM ({self.selected})"  # noqa: S608
        return self.rows(query).fetchone()[0] or ""


def no_articles(store: ArticleStore) -> ArticleList:
    """Return the empty list of articles of `store`."""
    return ArticleList(store, f"{_ALL} WHERE false", count=0)


class ListsByKey(Mapping[str, ArticleList]):
    """Lists of articles by a key such as the topic, in the order of the keys.

    `counts` returns the number of articles of every key with any, `of_key` the list of one key.
    """

    def __init__(
        self,
        counts: Callable[[], Mapping[str, int]],
        of_key: Callable[[str, int], ArticleList],
    ) -> None:
        self._read_counts = counts
        self._of_key = of_key
        self._lists: dict[str, ArticleList] = {}

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Return the number of articles of every key."""
        return self._read_counts()

    def __getitem__(self, key: str) -> ArticleList:
        """Return the list of `key`. Raises KeyError if it has no articles."""
        if key not in self._lists:
            self._lists[key] = self._of_key(key, self.counts[key])
        return self._lists[key]

    def __iter__(self) -> Iterator[str]:
        """Yield every key."""
        return iter(self.counts)

    def __len__(self) -> int:
        """Return the number of keys."""
        return len(self.counts)


def id_list(ids: Iterable[int]) -> str:
    """Return `ids` as the JSON that `json_each` reads in a query."""
    return json.dumps(list(ids))


def read_article_versions(db: sqlite3.Connection) -> array[int]:
    """Return the version of each article of the snapshot at the place of its id, 0 if unknown."""
    last = db.execute(_LAST).fetchone()[0] or 0
    versions = array("Q", bytes(_VERSION_BYTES * (last + 1)))
    for article_id, version in db.execute(_VERSIONS):
        versions[article_id] = int.from_bytes(version[:_VERSION_BYTES], "big")
    return versions
