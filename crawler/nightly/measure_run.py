"""Measure a run: the numbers by subject that its report shows and the database stores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from crawler.errors import GateError
from crawler.nightly.run_report import CurrentRun, RunReport
from crawler.sitegen.publish_gates import GATES
from crawler.store.run_measures import RunMeasure, by_measure, save_measures
from crawler.utc_times import iso

_BY_NETWORK = """
SELECT network, count(*) FROM posts WHERE {column} BETWEEN ? AND ? GROUP BY network
"""
_FETCHES = """
SELECT purpose, sum(1 + json_array_length(hops)), sum(bytes) FROM fetches
WHERE run_id = ? GROUP BY purpose
"""
_LAST_STEPS = ("build", "publish", "backup")


def measure_crawl(run: CurrentRun, report: RunReport) -> RunReport:
    """Store the measures of the crawl of `run`. Return `report` with them."""
    measures = (
        *_posts_by_network(run, report),
        *_requests(run, report),
        *_measures("not_read", dict(report.unread)),
        *_measures("items_skipped", Counter(failure.kind for failure in report.failures)),
        *_measures("step_seconds", run.run_log.step_seconds),
    )
    report = replace(report, measures=report.measures + measures)
    save_measures(run.db, run.run_id, report.measures)
    return report


def measure_publication(run: CurrentRun, report: RunReport) -> RunReport:
    """Store the measures of the steps after the crawl of `run`. Return `report` with them."""
    overridden = report.site.overridden_gates if report.site else ()
    return _with_last_measures(run, report, _gates(overridden))


def measure_refusal(run: CurrentRun, report: RunReport, error: BaseException) -> None:
    """Store which gate refused the site of `run`, if `error` is its refusal.

    `report` is the report so far.
    """
    if isinstance(error, GateError):
        passed = GATES[: GATES.index(error.gate)]
        gates = (*_measures("gate_refused", dict.fromkeys(passed, 0)), _refused(error.gate))
        _with_last_measures(run, report, gates)


def _with_last_measures(
    run: CurrentRun, report: RunReport, gates: Iterable[RunMeasure]
) -> RunReport:
    seconds = run.run_log.step_seconds
    steps = {step: seconds[step] for step in _LAST_STEPS if step in seconds}
    measures = (*gates, *_measures("step_seconds", steps))
    save_measures(run.db, run.run_id, measures, after_build=True)
    replaced = {measure[:2] for measure in measures}
    former = (measure for measure in report.measures if measure[:2] not in replaced)
    return replace(report, measures=(*former, *measures))


def _gates(overridden: Iterable[str]) -> tuple[RunMeasure, ...]:
    refused = frozenset(overridden)
    return tuple(RunMeasure("gate_refused", gate, float(gate in refused)) for gate in GATES)


def _refused(gate: str) -> RunMeasure:
    return RunMeasure("gate_refused", gate, 1.0)


def _posts_by_network(run: CurrentRun, report: RunReport) -> Iterator[RunMeasure]:
    times = [iso(report.started), iso(report.finished)]
    for measure, column in (("posts_new", "seen_at"), ("posts_deleted", "deleted_at")):
        rows = run.db.execute(_BY_NETWORK.format(column=column), times).fetchall()
        yield from _measures(measure, dict(rows))


def _requests(run: CurrentRun, report: RunReport) -> Iterator[RunMeasure]:
    """Yield requests and bytes by purpose. The record of fetches has no robots.txt."""
    recorded = 0
    for purpose, requests, size in run.db.execute(_FETCHES, [run.run_id]).fetchall():
        recorded += requests
        yield RunMeasure("requests", purpose, requests)
        yield RunMeasure("bytes", purpose, size)
    made = by_measure(report.measures).get("budget_used", {}).get("requests", 0)
    if made > recorded:
        yield RunMeasure("requests", "robots", made - recorded)


def _measures(measure: str, values: Mapping[str, float]) -> Iterator[RunMeasure]:
    return (RunMeasure(measure, subject, value) for subject, value in sorted(values.items()))
