"""The version of every derived part of posts and articles.

A part depends on code and on the tables that the code reads. Raise the declared `VERSION` when the
code gives other results; changed tables change the version automatically. The next run derives only
the parts again whose version changed, for all stored posts and articles.
"""

from __future__ import annotations

from collections.abc import Mapping

from crawler.extract import extraction_version as text
from crawler.knowledge import article_kinds, entities, excerpts, relations_version
from crawler.topics import tagger as topics
from crawler.topics.tagger import Tagger

PARTS = ("entities", "excerpts", "kinds", "relations", "text", "topics")


def current_versions(tagger: Tagger, model: str = "") -> Mapping[str, str]:
    """Return the version of each part.

    Topics depend on the `tagger`, relations on the semantic `model` of that name.
    """
    parts = (
        entities.version(),
        excerpts.version(),
        article_kinds.version(),
        relations_version.version(model),
        text.version(),
        topics.version(tagger),
    )
    return dict(zip(PARTS, parts, strict=True))
