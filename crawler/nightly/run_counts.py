"""The numbers that a run records and reports."""

from __future__ import annotations

import sqlite3

from crawler.crawl.annotate_and_rank import AnnotationReport
from crawler.crawl.collect_posts import CollectReport
from crawler.crawl.fetch_articles import FetchReport
from crawler.crawl.recheck_posts import RecheckReport
from crawler.store.run_monitoring import SilenceLimits, changed_sources, silent_sources


def crawl_counts(
    collected: CollectReport, rechecked: RecheckReport, fetched: FetchReport
) -> dict[str, int]:
    """Return the numbers of sources, posts and articles of the three steps of a crawl.

    `collected`, `rechecked` and `fetched` are the reports of the steps.
    """
    return {
        "sources": len(collected.sources_polled),
        "sources_failed": len(collected.sources_failed),
        "inbox_files": len(collected.sources) - len(collected.sources_polled),
        "inbox_files_failed": len(collected.failed) - len(collected.sources_failed),
        "posts_seen": sum(source.posts_seen for source in collected.sources),
        "posts_new": collected.posts_new,
        "posts_rechecked": rechecked.asked,
        "posts_deleted": rechecked.deleted,
        "posts_edited": rechecked.edited,
        "posts_missing": rechecked.missing,
        "articles_new": fetched.new,
        "articles_read": fetched.read,
        "articles_changed": fetched.changed,
        "articles_unchanged": fetched.unchanged,
        "articles_failed": sum(fetched.failures.values()),
    }


def health_counts(db: sqlite3.Connection, limits: SilenceLimits) -> dict[str, int]:
    """Return the numbers of silent sources and of sources that moved, vanished or changed.

    `limits` are those of silence.
    """
    return {
        "sources_silent": len(silent_sources(db, limits)),
        "sources_changed": len(changed_sources(db)),
    }


def tagging_counts(report: AnnotationReport) -> dict[str, int]:
    """Return how many taggings of `report` were gained, lost and changed."""
    return {f"taggings_{change}": count for change, count in report.taggings.items()}
