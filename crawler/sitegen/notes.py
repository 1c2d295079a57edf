"""A page per note: a post without a link, with those that say nearly the same and the thread it stands in."""

from __future__ import annotations

import json
from collections.abc import Iterator

from crawler import addresses
from crawler.sitegen.details import curator_notes, reasons
from crawler.sitegen.library import Library
from crawler.sitegen.press import File, Press
from crawler.sitegen.reading import Note, Row, streamed

_SIMILAR = 50
_PARTS = 100
_COLUMNS = (
    "SELECT t.subject_id, t.topic, t.confidence, t.tagger, t.taxonomy_version, e.field, e.quote, e.rule FROM taggings t "
    "LEFT JOIN evidence e ON e.tagging_id = t.id WHERE t.subject_kind = 'post' "
)
_TAGGINGS = _COLUMNS + "ORDER BY t.subject_id, t.score DESC, t.topic, e.weight DESC, e.id"
_OF_PARTS = _COLUMNS + "AND t.subject_id IN (SELECT value FROM json_each(?)) ORDER BY t.score DESC, t.topic, e.weight DESC, e.id"  # noqa: S608 (ours)
_WORDS = "SELECT post_id, other, reason, who FROM curated WHERE action = 'note' AND post_id IS NOT NULL ORDER BY post_id, since, other"


def files(library: Library, press: Press) -> Iterator[File]:
    """`post/<id>.html`; a note that stands inside another one's page leads there."""
    take, words = streamed(library.db, _TAGGINGS), streamed(library.db, _WORDS)
    for note in sorted(library.notes, key=lambda note: note.id):
        rows = _of_parts(library, note) if note.parts else take(note.id)
        shown = (*note.similar[:_SIMILAR], *note.parts[: _PARTS - 1])
        facts = {"thread": library.threads.get(note.thread, ())[:_PARTS], "similar": note.similar[:_SIMILAR], "curated": curator_notes(words(note.id))}
        yield press.page("site/note.html", note.path, note=note, reasons=reasons(rows), **facts)
        for other in (*note.similar, *note.parts):
            anchor = f"post-{other.id}" if other in shown else ""
            yield press.page("site/forward.html", other.path, to_path=note.path, anchor=anchor, title=addresses.note(note.id))


def _of_parts(library: Library, note: Note) -> list[Row]:
    """The evidence of all parts of a thread."""
    return library.db.execute(_OF_PARTS, (json.dumps([note.id, *(part.id for part in note.parts)]),)).fetchall()
