"""Store the vector of each article, with the digest of its model and its words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

from sqlite_utils import Database

from crawler.store.database import transaction

_CHUNK = 1000


def update_vectors(
    db: Database, model: str, vectors: Callable[[Sequence[str]], list[bytes]]
) -> int:
    """Store one vector for each article with a title, made by `model` from its title and summary.

    `vectors` returns the encoded vectors of a list of texts. Vectors that were made from the same
    model and words are kept. Returns the number of new vectors.
    """
    stored_digests = dict(db.execute("SELECT article_id, digest FROM article_vectors").fetchall())
    rows = db.execute(
        "SELECT id, title || '. ' || summary FROM article_list WHERE title <> '' ORDER BY id"
    ).fetchall()
    wanted = {article: (words, _digest(model, words)) for article, words in rows}
    stale = [
        article for article, (_, digest) in wanted.items() if stored_digests.get(article) != digest
    ]
    with transaction(db):
        db.conn.executemany(
            "DELETE FROM article_vectors WHERE article_id = ?",
            [(article,) for article in stored_digests.keys() - wanted.keys()],
        )
    for start in range(0, len(stale), _CHUNK):
        chunk = stale[start : start + _CHUNK]
        made = vectors([wanted[article][0] for article in chunk])
        with transaction(db):
            db.conn.executemany(
                "INSERT INTO article_vectors (article_id, vector, digest) VALUES (?, ?, ?) "
                "ON CONFLICT DO UPDATE SET vector = excluded.vector, digest = excluded.digest",
                [
                    (article, vector, wanted[article][1])
                    for article, vector in zip(chunk, made, strict=True)
                ],
            )
    return len(stale)


def load_vectors(db: Database) -> Iterator[tuple[int, bytes]]:
    """Yield the id and the vector of every article."""
    yield from db.execute(
        "SELECT article_id, vector FROM article_vectors ORDER BY article_id"
    ).fetchall()


def delete_vectors(db: Database) -> None:
    """Delete all vectors, because no model is configured."""
    with transaction(db):
        db.execute("DELETE FROM article_vectors")


def _digest(model: str, words: str) -> str:
    return hashlib.blake2b(f"{model}\n{words}".encode(), digest_size=16).hexdigest()
