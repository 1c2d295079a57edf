"""Decisions in `data/curation` that differ from those that the last run applied."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from crawler.curation.curator_topics import with_current_topics
from crawler.curation.read_decisions import read_decisions
from crawler.curation.stored_decisions import decision_key, load_reasons
from crawler.links.article_key import normalize_url
from crawler.store.tombstones import load_tombstones


def count_unapplied_decisions(db: Database, curation: Path) -> int:
    """Return how many decisions in the folder `curation` are new, edited or withdrawn.

    Decisions about erased URLs are never applied, and do not count. Raises ConfigurationError if a
    file is invalid.
    """
    tombstones = load_tombstones(db, normalize_url)
    wanted = {
        decision_key(decision): decision.reason
        for decision in with_current_topics(db, read_decisions(curation))
        if not tombstones.has_url(decision.subject) and not tombstones.has_url(decision.object)
    }
    stored = load_reasons(db)
    changed = [key for key, reason in wanted.items() if stored.get(key) != reason]
    return len(changed) + len(stored.keys() - wanted.keys())
