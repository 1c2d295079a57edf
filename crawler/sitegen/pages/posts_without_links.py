"""A page per post without a link (a note), with its thread and near-identical posts."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from functools import partial

from crawler import site_urls
from crawler.sitegen.article_details import curator_notes
from crawler.sitegen.page_kinds import Page, PageGroup, is_chosen
from crawler.sitegen.redirects import forward_page
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import Note, Row
from crawler.sitegen.topic_explanations import TAGGINGS, explain_topics
from crawler.text_cleaning import fold
from crawler.urls_and_hashtags import blank_urls_and_hashtags

SUBJECT = "post"
TEMPLATE = "site/note.html"

_MAX_SIMILAR = 50
_MAX_PARTS = 100
_TAGGINGS_OF_POSTS = f"""
{TAGGINGS} WHERE t.subject_kind = 'post' AND t.subject_id IN (SELECT value FROM json_each(?))
ORDER BY t.score DESC, t.topic, e.weight DESC, e.id
"""  # noqa: S608
_CURATOR_NOTES = """
SELECT post_id, object, reason, who FROM curation_decisions
WHERE action = 'note' AND post_id = ? ORDER BY since, object
"""


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield the pages of every note in `model`, in the order of ids.

    The page of a near-identical post or of a later part of a thread forwards to the note. `keys`
    are the ids of the notes to make.
    """
    for note in sorted(model.notes, key=lambda note: note.id):
        if not is_chosen(str(note.id), keys):
            continue
        paths = [note.path, *(post.path for post in _contained_posts(note))]
        yield PageGroup(str(note.id), partial(_note_pages, model, note), tuple(paths))


def _note_pages(model: SiteModel, note: Note) -> list[Page | OutputFile]:
    same, similar = _same_and_similar(note)
    thread = model.threads.of(note.thread)
    shown_parts = thread[:_MAX_PARTS]
    context = {
        "note": note,
        "explanations": explain_topics(_taggings(model, note)),
        "thread": shown_parts,
        "thread_parts": len(thread),
        "same": same,
        "similar": similar,
        "curated": curator_notes(model.db.execute(_CURATOR_NOTES, (note.id,)).fetchall()),
    }
    anchors = {part.post_id for part in shown_parts} | {post.id for post in (*same, *similar)}
    return [Page(note.path, context), *_forward_pages(note, anchors)]


def _same_and_similar(note: Note) -> tuple[list[Note], list[Note]]:
    """Return the near-identical posts with the words of `note`, and those with other words."""
    words = _words(note.text)
    same: list[Note] = []
    similar: list[Note] = []
    for post in note.similar[:_MAX_SIMILAR]:
        (same if _words(post.text) == words else similar).append(post)
    return same, similar


def _words(text: str) -> list[str]:
    return fold(blank_urls_and_hashtags(text)).split()


def _forward_pages(note: Note, anchors: Collection[int]) -> Iterator[Page | OutputFile]:
    """Yield a page that forwards to the note for each post inside it.

    `anchors` are the ids of the posts that the page shows: it leaves out parts without a text.
    """
    title = site_urls.note_path(note.id)
    for post in _contained_posts(note):
        anchor = f"post-{post.id}" if post.id in anchors else ""
        yield forward_page(post.path, note.path, title, anchor)


def _contained_posts(note: Note) -> tuple[Note, ...]:
    """Return the posts that the page of `note` contains besides the note itself."""
    return (*note.similar, *note.parts)


def _taggings(model: SiteModel, note: Note) -> list[Row]:
    """Return the taggings and evidence of a note and of all parts of its thread."""
    ids = json.dumps([note.id, *(part.id for part in note.parts)])
    return model.db.execute(_TAGGINGS_OF_POSTS, (ids,)).fetchall()
