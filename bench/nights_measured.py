"""One night over a library of `bench.nights_library`: the CPU time of each step."""

from __future__ import annotations

import functools
import importlib
import resource
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from rich.console import Console

from bench.nights import Night
from bench.nights_library import FIRST_NIGHT, SOURCES, make_sources_due
from crawler.fetch.http_client import HttpClient
from crawler.models.http_exchange import FetchRequest, Response
from crawler.nightly.run_command import run_command
from crawler.nightly.run_report import RunReport
from crawler.run_telemetry import RunLog
from crawler.workspace import open_workspace

OTHER = "other"
STEPS: Mapping[str, Sequence[str]] = {
    "opening": ("nightly.run_command:open_store",),
    "check of the file": ("nightly.run_command:check_intact",),
    "clock": ("nightly.crawl_step:correct_future_times",),
    "archive": (
        "nightly.crawl_step:erase_unlisted_records",
        "nightly.crawl_step:erase_crawled_records",
    ),
    "collect": ("nightly.crawl_step:collect_posts",),
    "recheck": ("nightly.crawl_step:recheck_posts",),
    "extract again": ("nightly.crawl_step:reextract_outdated",),
    "fetch": ("nightly.crawl_step:fetch_articles",),
    "reading lists": ("crawl.fetch_articles:attach_picks",),
    "copies of articles": ("crawl.fetch_articles:join_changed_copies",),
    "cards": (
        "crawl.fetch_articles:fill_from_cards",
        "crawl.complete_articles:fill_from_cards",
        "store.article_identity:IdentityLedger.attach_cards",
    ),
    "links in texts": ("store.article_identity:IdentityLedger.link_articles",),
    "archive records": ("crawl.fetch_articles:erase_noarchive_records",),
    "decisions, files": ("crawl.annotate_and_rank:read_decisions",),
    "taxonomy": ("crawl.annotate_and_rank:Tagger.load", "crawl.annotate_and_rank:_save_topics"),
    "versions": ("crawl.annotate_and_rank:_renew_versions",),
    "annotate": ("crawl.annotate_and_rank:_Annotator.annotate_all",),
    "quarantine": ("crawl.annotate_and_rank:quarantine_new_posts",),
    "decisions": ("crawl.annotate_and_rank:apply_decisions",),
    "relations": ("crawl.annotate_and_rank:rank_and_relate",),
    "similar posts": ("crawl.rank_and_relate:update_similar_posts",),
    "ranks": ("crawl.rank_and_relate:_update_ranks",),
    "stories": ("crawl.rank_and_relate:_update_stories",),
    "changes": ("crawl.annotate_and_rank:record_changes",),
    "source health": (
        "nightly.crawl_step:update_source_health",
        "nightly.crawl_step:health_counts",
    ),
    "measures": ("nightly.run_command:measure_crawl", "nightly.nightly_steps:measure_machine"),
    "snapshot": (
        "nightly.publish_step:publish_snapshot",
        "nightly.publish_step:record_changed_entries",
    ),
    "backup": ("crawl.data_retention:create_backup",),
    "check of the backup": ("nightly.nightly_steps:check_newest_backup",),
    "retention": ("nightly.nightly_steps:apply_retention",),
    "messages": ("nightly.nightly_steps:notify_after_night",),
}
"""The functions of each step: module and name, as the caller of the function finds it."""


def measure_night(folder: Path, number: int) -> Night:
    """Run the night of day `number` in the workspace `folder` with due sources. Return it."""
    make_sources_due(folder)
    workspace = open_workspace(folder, {})
    now = FIRST_NIGHT + timedelta(days=number)
    console = Console(quiet=True)
    clock = _StepClock()
    built = SimpleNamespace(withheld=(), overridden_gates=())
    with ExitStack() as stack:
        for path, replaced in {
            "crawler.fetch.http_client.HttpClient.exchange": _not_modified,
            "crawler.nightly.publish_step._build_site": lambda *_: built,
        }.items():
            stack.enter_context(mock.patch(path, replaced))
        for step, functions in STEPS.items():
            for function in functions:
                stack.enter_context(_timed(clock, step, function))
        with (
            clock.step(OTHER),
            RunLog(workspace.logs, "nightly", lambda: now, console=console) as log,
        ):
            report = run_command(workspace, "nightly", log, lambda: now)
    _check(report)
    return Night(clock.seconds, _peak_mb())


async def _not_modified(_client: HttpClient, task: FetchRequest) -> Response:
    """Return the answer of a server without news, or of one without robots.txt."""
    status = 404 if task.purpose == "robots" else 304
    return Response(task.url, task.url, status, (), b"", FIRST_NIGHT)


def _check(report: RunReport) -> None:
    """Raise RuntimeError if the night did something else than it should."""
    expected = {"sources": SOURCES, "sources_failed": 0, "items_skipped": 0, "articles_read": 0}
    counts = {name: report.counts.get(name) for name in expected}
    if report.outcome != "ok" or counts != expected:
        raise RuntimeError(f"unexpected night: {report.outcome}, {counts}, {report.notes}")


class _StepClock:
    """The CPU time by step; the time of a step within another one counts once."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._open = [OTHER]
        self._since = _cpu_seconds()

    def _switch(self) -> None:
        now = _cpu_seconds()
        self.seconds[self._open[-1]] += now - self._since
        self._since = now

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count the time in the block as that of the step `name`."""
        self._switch()
        self._open.append(name)
        try:
            yield
        finally:
            self._switch()
            self._open.pop()


def _timed(clock: _StepClock, step: str, function: str) -> Any:
    """Return a context in which the function counts as a step."""
    module, _, path = function.partition(":")
    owner: Any = importlib.import_module(f"crawler.{module}")
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    original = getattr(owner, name)

    @functools.wraps(original)
    def timed(*arguments: Any, **options: Any) -> Any:
        with clock.step(step):
            return original(*arguments, **options)

    async def timed_later(*arguments: Any, **options: Any) -> Any:
        with clock.step(step):
            return await original(*arguments, **options)

    is_async = function.split(":")[1] in {
        "collect_posts",
        "recheck_posts",
        "reextract_outdated",
        "fetch_articles",
    }
    return mock.patch.object(owner, name, timed_later if is_async else timed)


def _cpu_seconds() -> float:
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def _peak_mb() -> int:
    return max(
        resource.getrusage(who).ru_maxrss // 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
