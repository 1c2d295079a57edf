"""The JSON version of a run report. docs/OPERATING.md documents its members."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from crawler.sitegen.daily_changes import StateChange
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.run_reports import ReportedRun, RunChanges
from crawler.sitegen.snapshot_reader import ListedArticle

SCHEMA_VERSION = 1


def render_run_report_json(run: ReportedRun, changes: RunChanges) -> OutputFile:
    """Return the JSON file of `run`, with the ids of the articles in `changes`."""
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "run": run.id,
        "started": run.started,
        "finished": run.finished or None,
        "outcome": run.outcome or None,
        "message": run.message,
        "is_complete": not run.is_newest,
        "counts": dict(run.counts),
        "measures": {name: dict(values) for name, values in run.measures.items()},
        "failed_sources": [asdict(source) for source in changes.failed_sources],
        "new_articles": _ids(changes.new),
        "topics": [
            {"topic": topic, "gained": gained, "lost": lost}
            for topic, gained, lost in changes.topics
        ],
        "new_stories": [
            {"lead": story.lead.id, "articles": story.articles} for story in changes.stories
        ],
        "links": {
            "died": _changed_ids(changes.died),
            "available_again": _changed_ids(changes.available_again),
            "moved": _changed_ids(changes.moved),
        },
    }
    return OutputFile(run.json_path, (json.dumps(document, indent=1) + "\n").encode())


def _ids(articles: Iterable[ListedArticle]) -> list[int]:
    return sorted(article.id for article in articles)


def _changed_ids(changes: Iterable[StateChange]) -> list[int]:
    return _ids(change.article for change in changes)
