"""The messages of a build about decisions and items that only other commands process."""

from __future__ import annotations

from crawler.counted_nouns import counted_noun
from crawler.curation.unapplied_decisions import count_unapplied_decisions
from crawler.errors import ConfigurationError
from crawler.nightly.run_report import CurrentRun
from crawler.store.item_annotations import count_pending
from crawler.topics.taxonomy import read_taxonomy

_NIGHT = "hashtrail nightly"
_ADVICE = "hashtrail retag && hashtrail build"


def unapplied_input_messages(run: CurrentRun) -> tuple[str, ...]:
    """Return a sentence for each kind of input that the site of `run` does not show, with advice.

    These are edited decisions, invalid topic files, and items whose topics were not looked for. A
    library without articles is a message, too.
    """
    checks = (_missing_articles, _unapplied_decisions, _invalid_topics, _items_without_topics)
    return tuple(filter(None, (check(run) for check in checks)))


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


def _invalid_topics(run: CurrentRun) -> str:
    try:
        read_taxonomy(run.workspace.topics)
    except ConfigurationError as error:
        return f"The topics cannot be read: {error.message} {error.hint}"
    return ""


def _items_without_topics(run: CurrentRun) -> str:
    count = count_pending(run.db)
    if not count:
        return ""
    items = counted_noun(count, "new post or article", "new posts and articles")
    return f"The site does not show the topics of {items}. Find them with: {_ADVICE}"
