"""The tables and the chart of a run report in words. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from crawler.group_by_key import group_by
from crawler.monitoring.failure_causes import FailureCause, cause_of, network_cause
from crawler.sitegen.publish_gates import GROWTH, LOSSES, PAGES
from crawler.sitegen.run_reports import FailedPoll, ReportedRun
from crawler.svg_charts import BarChart, bar_chart
from crawler.utc_times import format_duration

# In the order of a night: the step, and its label. Other steps follow under their own names.
_STEPS = (
    ("collect", "Collect posts"),
    ("recheck", "Recheck posts"),
    ("reextract", "Extract again"),
    ("fetch", "Fetch articles"),
    ("annotate", "Tag and relate"),
    ("build", "Build the site"),
    ("publish", "Publish"),
    ("backup", "Back up"),
)
_PURPOSES = (
    ("api", "networks"),
    ("feed", "feeds"),
    ("page", "articles"),
    ("robots", "robots.txt"),
)
_GATES = (
    (LOSSES, "The site keeps its articles and its busy topics"),
    (PAGES, "Links, anchors and pages are valid"),
    (GROWTH, "The site grows no faster than its articles"),
)
_BUDGETS = (
    ("hours", "Time"),
    ("requests", "Requests"),
    ("megabytes", "Download"),
    ("disk_mb", "Disk"),
)
_BACKLOG = (("articles", "articles"), ("posts", "posts to recheck"), ("sources", "sources"))


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """One budget in words: its name, the used part, and the limit (empty without a limit)."""

    label: str
    used: str
    limit: str
    is_used_up: bool


@dataclass(frozen=True, slots=True)
class FailedGroup:
    """The sources that failed in one run for one cause."""

    cause: FailureCause
    sources: tuple[FailedPoll, ...]


@dataclass(frozen=True, slots=True)
class StepChart:
    """The bars of the steps, and the same as one text."""

    bars: BarChart
    text: str
    total: str


def step_chart(run: ReportedRun) -> StepChart | None:
    """Return the chart of the time per step of `run`; None without times."""
    seconds = _labelled(run.values("step_seconds"), _STEPS)
    if not seconds:
        return None
    texts = [format_duration(number) for _, number in seconds]
    chart = bar_chart(seconds)
    bars = tuple(replace(bar, number=text) for bar, text in zip(chart.bars, texts, strict=False))
    words = (f"{label} {text}" for (label, _), text in zip(seconds, texts, strict=True))
    total = format_duration(sum(number for _, number in seconds))
    return StepChart(replace(chart, bars=bars), ", ".join(words), total)


def failed_groups(failed: Sequence[FailedPoll], polled: int) -> list[FailedGroup]:
    """Return the `failed` sources by cause, the cause of most sources first.

    If almost all of the `polled` sources could not be reached, that is one cause: the network.
    """
    network = network_cause([source.outcome for source in failed], polled)
    if network:
        return [FailedGroup(network, tuple(failed))]
    groups = group_by(failed, lambda source: cause_of(source.outcome))
    by_cause = [FailedGroup(cause, tuple(sources)) for cause, sources in groups.items()]
    return sorted(by_cause, key=lambda group: (-len(group.sources), group.cause.code))


def request_rows(run: ReportedRun) -> list[tuple[str, int, str]]:
    """Return (purpose, number of requests, megabytes) for each purpose of requests of `run`."""
    requests, sizes = run.values("requests"), run.values("bytes")
    return [
        (label, int(requests[purpose]), format_megabytes(sizes.get(purpose, 0)))
        for purpose, label in _in_order(requests, _PURPOSES)
    ]


def gate_rows(run: ReportedRun) -> list[tuple[str, bool]]:
    """Return (requirement, whether the site met it) for each publish gate of `run`."""
    refused = run.values("gate_refused")
    return [(label, not refused[gate]) for gate, label in _in_order(refused, _GATES)]


def budget_rows(run: ReportedRun) -> list[BudgetRow]:
    """Return one row for each budget of `run` that was measured."""
    used, limits = run.values("budget_used"), run.values("budget_limit")
    return [
        BudgetRow(
            label,
            format_budget(name, used[name]),
            format_budget(name, limits[name]) if name in limits else "",
            name in limits and used[name] >= limits[name],
        )
        for name, label in _in_order(used, _BUDGETS)
    ]


def backlog_rows(run: ReportedRun) -> list[tuple[str, int]]:
    """Return (kind of items, number) for the due items that `run` did not reach."""
    return [(label, int(number)) for label, number in _labelled(run.values("backlog"), _BACKLOG)]


def format_budget(name: str, value: float) -> str:
    """Return the `value` of the budget `name` in words, such as `1 h 20 min` or `12.5 MB`."""
    if name == "hours":
        return format_duration(value * 3600)
    if name == "requests":
        return f"{value:,.0f}"
    return f"{value:,.1f} MB"


def format_megabytes(size: float) -> str:
    """Return a `size` in bytes as megabytes: `12.5 MB`."""
    return f"{size / 1e6:,.1f} MB"


def _labelled(
    values: Mapping[str, float], labels: Iterable[tuple[str, str]]
) -> list[tuple[str, float]]:
    """Return (label, value) for the `values` above zero, in the order of `labels`."""
    return [(label, values[name]) for name, label in _in_order(values, labels) if values[name] > 0]


def _in_order(
    values: Mapping[str, float], labels: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Return (name, label) of the `values`, in the order of `labels`, then other names."""
    labelled = dict(labels)
    names = [*(name for name in labelled if name in values), *sorted(values.keys() - labelled)]
    return [(name, labelled.get(name, name.replace("_", " "))) for name in names]
