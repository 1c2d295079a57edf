"""Reads notes, the posts without links, with their similar posts and threads."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from itertools import chain

from crawler import site_urls
from crawler.group_by_key import group_by
from crawler.sitegen.snapshot_reader import Note, Row, Tag, read_tags

_CONFIDENCES = ("certain", "likely", "weak")
_NOTES = """
SELECT * FROM (
    SELECT p.*, p.shared AS written,
        COALESCE(NULLIF(p.author_name, ''), p.author_handle, '') AS author,
        CASE WHEN p.text <> '' OR p.level <> 'full' THEN p.text ELSE COALESCE((
            SELECT trim(c.title || char(10) || c.description, char(10)) FROM publishable_cards c
            WHERE c.post_id = p.id AND c.article_id IS NULL ORDER BY c.id LIMIT 1
        ), '') END AS words
    FROM publishable_posts p WHERE p.id NOT IN (SELECT post_id FROM shares)
) p WHERE words <> ''
ORDER BY written DESC, p.id DESC
"""


def read_notes(db: sqlite3.Connection) -> list[Note]:
    """Return the publishable posts that share no article, newest first.

    A post that consists of a link preview without a URL has the words of the preview.
    A near-identical post is in `similar` of the post that it resembles, a later part of a thread in
    `parts` of the first.
    """
    tags = read_tags(db, "post")
    rows = db.execute(_NOTES).fetchall()
    post_ids = {row["id"] for row in rows}
    similar = _similar_notes([row for row in rows if row["similar_to"] in post_ids], tags)
    notes = [
        _note(row, tags, tuple(similar.get(row["id"], ())))
        for row in rows
        if row["similar_to"] not in post_ids
    ]
    return _with_threads(notes)


def _similar_notes(rows: list[Row], tags: dict[int, tuple[Tag, ...]]) -> dict[int, list[Note]]:
    """Return the near-identical posts by the id of the post that they resemble, oldest first."""
    similar: dict[int, list[Note]] = {}
    for row in reversed(rows):
        similar.setdefault(row["similar_to"], []).append(_note(row, tags))
    return similar


def _with_threads(notes: list[Note]) -> list[Note]:
    """Return the notes, with the later parts of each thread inside its first part."""
    first_parts = {
        parts[0].id: replace(parts[0], parts=tuple(parts[1:]), tags=_united_tags(parts))
        for parts in _notes_by_thread(notes).values()
    }
    return [
        first_parts.get(note.id, note)
        for note in notes
        if not note.thread or note.id in first_parts
    ]


def _notes_by_thread(notes: list[Note]) -> dict[str, list[Note]]:
    in_threads = (note for note in notes if note.thread)
    ordered = sorted(in_threads, key=lambda note: (note.position, note.written, note.id))
    return group_by(ordered, lambda note: note.thread)


def _united_tags(notes: list[Note]) -> tuple[Tag, ...]:
    """Return the topics of all notes, each with its highest confidence, the first note's first."""
    united: dict[str, Tag] = {}
    for tag in chain.from_iterable(note.tags for note in notes):
        earlier = united.get(tag.topic, tag)
        united[tag.topic] = min(tag, earlier, key=lambda tag: _CONFIDENCES.index(tag.confidence))
    return tuple(united.values())


def _note(row: Row, tags: dict[int, tuple[Tag, ...]], similar: tuple[Note, ...] = ()) -> Note:
    return Note(
        id=row["id"],
        path=site_urls.note_path(row["id"]),
        network=row["network"],
        url=row["url"],
        author_id=row["author_id"],
        author=row["author"],
        written=row["written"],
        published=row["published"] or "",
        seen_at=row["seen_at"],
        language=row["language"],
        text=row["words"],
        tags=tags.get(row["id"], ()),
        thread=row["thread_key"] or "",
        position=row["thread_position"] or 0,
        similar=similar,
    )
