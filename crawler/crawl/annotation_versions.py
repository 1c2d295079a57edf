"""The versions of everything that is derived from what was fetched.

A deriver is code and the tables it reads. Raise its declared `VERSION` when the code gives other
results; a change of its tables is noticed by itself. The next run then derives that part again
for everything stored, and only that part.
"""

from __future__ import annotations

from collections.abc import Mapping

from crawler.extract import extraction_version as text
from crawler.knowledge import article_kinds, entities, excerpts, relations_version
from crawler.topics import tagger as topics
from crawler.topics.tagger import Tagger

PARTS = ("entities", "excerpts", "kinds", "relations", "text", "topics")


def current_versions(tagger: Tagger, model: str = "") -> Mapping[str, str]:
    """The version of each part; `model` names the semantic model, which relations depend on."""
    found = (
        entities.version(),
        excerpts.version(),
        article_kinds.version(),
        relations_version.version(model),
        text.version(),
        topics.version(tagger),
    )
    return dict(zip(PARTS, found, strict=True))
