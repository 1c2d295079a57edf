"""A file of metrics in the text format of Prometheus: values of earlier runs stay in it.

Format: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile
from prometheus_client.parser import text_string_to_metric_families

RUN_LABEL = "command"


@dataclass(frozen=True, slots=True)
class Metric:
    """A gauge: its name, its help text, its label names, and a value for each set of labels."""

    name: str
    help_text: str
    labels: tuple[str, ...] = ()
    values: Mapping[tuple[str, ...], float] = field(default_factory=dict)


def merged_metrics(
    former: Iterable[Metric], current: Iterable[Metric], command: str
) -> Iterator[Metric]:
    """Yield the `current` metrics of a run of `command`, with the `former` values that stay valid.

    A metric with the label `command` keeps the values of other commands. A metric that the run did
    not measure keeps its values.
    """
    earlier = {metric.name: metric for metric in former}
    for metric in current:
        before = earlier.pop(metric.name, None)
        yield _with_other_commands(metric, before, command) if before else metric
    yield from earlier.values()


def _with_other_commands(metric: Metric, before: Metric, command: str) -> Metric:
    if RUN_LABEL not in metric.labels or before.labels != metric.labels:
        return metric
    place = metric.labels.index(RUN_LABEL)
    others = {key: value for key, value in before.values.items() if key[place] != command}
    values = {**others, **metric.values}
    return Metric(metric.name, metric.help_text, metric.labels, values)


def read_metrics(path: Path) -> tuple[Metric, ...]:
    """Return the gauges in the file at `path`; none if it is missing or damaged."""
    try:
        families = list(text_string_to_metric_families(path.read_text(encoding="utf-8")))
        return tuple(_metric(family) for family in families if family.type == "gauge")
    except (OSError, ValueError):
        return ()


def _metric(family: object) -> Metric:
    samples = list(getattr(family, "samples", ()))
    labels = tuple(samples[0].labels) if samples else ()
    values = {tuple(sample.labels.values()): float(sample.value) for sample in samples}
    return Metric(
        str(getattr(family, "name", "")), str(getattr(family, "documentation", "")), labels, values
    )


def write_metrics(path: Path, metrics: Iterable[Metric]) -> None:
    """Write `metrics` to `path` in one step, sorted by name and labels."""
    registry = CollectorRegistry()
    for metric in sorted(metrics, key=lambda metric: metric.name):
        gauge = Gauge(metric.name, metric.help_text, metric.labels, registry=registry)
        for key, value in sorted(metric.values.items()):
            (gauge.labels(*key) if metric.labels else gauge).set(value)
    write_to_textfile(str(path), registry)
