"""A page per note: a post without a link, with those that say nearly the same and the thread it
stands in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

from crawler import site_urls
from crawler.models.outcomes import Failure
from crawler.sitegen.article_details import TAGGINGS, curator_notes, explain_topics
from crawler.sitegen.failed_pages import render_item
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import Note, Row, stream_rows
from crawler.sitegen.template_renderer import OutputFile, Renderer

_SIMILAR = 50
_PARTS = 100
_COLUMNS = f"{TAGGINGS} WHERE t.subject_kind = 'post' "
_TAGGINGS = _COLUMNS + "ORDER BY t.subject_id, t.score DESC, t.topic, e.weight DESC, e.id"
_OF_PARTS = (
    _COLUMNS  # noqa: S608
    + "AND t.subject_id IN (SELECT value FROM json_each(?)) ORDER BY t.score DESC, t.topic, e.weight DESC, e.id"
)
_WORDS = "SELECT post_id, object, reason, who FROM curation_decisions WHERE action = 'note' AND post_id IS NOT NULL ORDER BY post_id, since, object"


def files(model: SiteModel, renderer: Renderer) -> Iterator[OutputFile | Failure]:
    """`post/<id>.html`; a note that stands inside another one's page leads there.

    A Failure for each note whose page is withheld.
    """
    take, words = stream_rows(model.db, _TAGGINGS), stream_rows(model.db, _WORDS)
    for note in sorted(model.notes, key=lambda note: note.id):
        rows = _of_parts(model, note) if note.parts else take(note.id)
        make = partial(_files, model, renderer, note, rows, words(note.id))
        paths = [note.path, *(other.path for other in (*note.similar, *note.parts))]
        made, failures = render_item(renderer, paths, make)
        yield from made
        yield from failures


def _files(
    model: SiteModel, renderer: Renderer, note: Note, rows: list[Row], words: list[Row]
) -> list[OutputFile]:
    thread = model.threads.get(note.thread, ())[:_PARTS]
    shown = (*note.similar[:_SIMILAR], *note.parts[: _PARTS - 1])
    facts = {
        "note": note,
        "reasons": explain_topics(rows),
        "thread": thread,
        "similar": note.similar[:_SIMILAR],
        "curated": curator_notes(words),
    }
    files = [renderer.page("site/note.html", note.path, **facts)]
    for other in (*note.similar, *note.parts):
        anchor = f"post-{other.id}" if other in shown else ""
        title = site_urls.note_path(note.id)
        forward = {"to_path": note.path, "anchor": anchor, "title": title}
        files.append(renderer.page("site/forward.html", other.path, **forward))
    return files


def _of_parts(model: SiteModel, note: Note) -> list[Row]:
    """The evidence of all parts of a thread."""
    return model.db.execute(
        _OF_PARTS, (json.dumps([note.id, *(part.id for part in note.parts)]),)
    ).fetchall()
