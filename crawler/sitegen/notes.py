"""A page per note: a post without a link, with those that say nearly the same."""

from __future__ import annotations

from collections.abc import Iterator

from crawler import addresses
from crawler.sitegen.details import curator_notes, reasons
from crawler.sitegen.library import Library
from crawler.sitegen.press import File, Press
from crawler.sitegen.reading import streamed

_SIMILAR = 50
_TAGGINGS = (
    "SELECT t.subject_id, t.topic, t.confidence, t.tagger, t.taxonomy_version, e.field, e.quote, e.rule FROM taggings t "
    "LEFT JOIN evidence e ON e.tagging_id = t.id WHERE t.subject_kind = 'post' ORDER BY t.subject_id, t.score DESC, t.topic, e.weight DESC, e.id"
)
_WORDS = "SELECT post_id, other, reason, who FROM curated WHERE action = 'note' AND post_id IS NOT NULL ORDER BY post_id, since, other"


def files(library: Library, press: Press) -> Iterator[File]:
    """`post/<id>.html`; a note that stands inside another one's page leads there."""
    take, words = streamed(library.db, _TAGGINGS), streamed(library.db, _WORDS)
    for note in sorted(library.notes, key=lambda note: note.id):
        shown = note.similar[:_SIMILAR]
        facts = {"reasons": reasons(take(note.id)), "curated": curator_notes(words(note.id))}
        yield press.page("site/note.html", note.path, note=note, similar=shown, **facts)
        for other in note.similar:
            anchor = f"post-{other.id}" if other in shown else ""
            yield press.page("site/forward.html", other.path, to_path=note.path, anchor=anchor, title=addresses.note(note.id))
