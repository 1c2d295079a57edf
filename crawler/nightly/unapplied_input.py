"""The messages of a build about decisions and items that only other commands process."""

from __future__ import annotations

from crawler.counted_nouns import counted_noun
from crawler.curation.unapplied_decisions import count_unapplied_decisions
from crawler.errors import ConfigurationError
from crawler.nightly.run_report import CurrentRun
from crawler.store.item_annotations import count_pending

_NIGHT = "hashtrail nightly"
_ADVICE = "hashtrail retag && hashtrail build"


def unapplied_input_messages(run: CurrentRun) -> tuple[str, ...]:
    """Return a sentence for each kind of input that the site of `run` does not show, with advice.

    These are edited decisions, and items whose topics were not looked for. A library without
    articles is a message, too.
    """
    messages = (_missing_articles(run), _unapplied_decisions(run), _items_without_topics(run))
    return tuple(filter(None, messages))


def _missing_articles(run: CurrentRun) -> str:
    if run.db.execute("SELECT 1 FROM articles LIMIT 1").fetchone():
        return ""
    return f"The site has no articles. Use sources, or put posts into data/inbox/, then: {_NIGHT}"


def _unapplied_decisions(run: CurrentRun) -> str:
    try:
        count = count_unapplied_decisions(run.db, run.workspace.curation)
    except ConfigurationError as error:
        return f"The decisions cannot be read: {error.message} {error.hint}"
    if not count:
        return ""
    changes = counted_noun(count, "change")
    return f"The site does not show {changes} in data/curation. Apply them with: {_ADVICE}"


def _items_without_topics(run: CurrentRun) -> str:
    count = count_pending(run.db)
    if not count:
        return ""
    items = counted_noun(count, "new post or article", "new posts and articles")
    return f"The site does not show the topics of {items}. Find them with: {_ADVICE}"
