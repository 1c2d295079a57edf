"""Lines about failing sources: one for each cause, in plain words, with what to do."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from crawler.counted_nouns import counted_noun
from crawler.terminal_streams import one_line

if TYPE_CHECKING:
    from crawler.monitoring.failure_causes import CauseGroup
    from crawler.store.run_monitoring import FailingSource

_SHOWN_CAUSES = 6
_SHOWN_NAMES = 3

Failing = tuple[str, str, str]  # name, outcome, message


def failing_lines(failing: Sequence[Failing], polled: int) -> list[str]:
    """Return the lines of a night's summary about the `failing` of the `polled` sources.

    For each cause one line contains what happened, and the next one what to do.
    """
    from crawler.monitoring.failure_causes import group_failures
    from crawler.store.run_monitoring import FailingSource

    sources = [FailingSource(name, outcome, message, 1, "") for name, outcome, message in failing]
    groups = group_failures(sources, polled)
    shown = groups[:_SHOWN_CAUSES]
    lines = [line for group in shown for line in (_line(group, polled), _action(group))]
    hidden = sum(len(group.sources) for group in groups[_SHOWN_CAUSES:])
    return lines + ([f"  failing   {hidden:,} more: hashtrail status"] if hidden else [])


def _action(group: CauseGroup) -> str:
    """What to do; the name of a single source completes a command."""
    action = group.cause.action
    if len(group.sources) == 1:
        name = shlex.quote(one_line(group.sources[0].name))
        action = action.replace("check NAME", f"check {name}")
    return f"            {action}"


def _line(group: CauseGroup, polled: int) -> str:
    sentence = group.cause.sentence
    if group.concerns_network:
        return f"  network   {len(group.sources):,} of {polled:,} sources failed. {sentence}"
    if len(group.sources) == 1:
        (source,) = group.sources
        reason = f" ({one_line(source.message)})" if source.message else ""
        return f"  failing   {one_line(source.name)}: {sentence}{reason}"
    return f"  failing   {len(group.sources):,} sources: {sentence} ({_names(group.sources)})"


def cause_lines(groups: Sequence[CauseGroup]) -> Iterator[str]:
    """Yield the lines of `hashtrail status` about `groups` of failing sources.

    A line for each cause contains the number of sources, since when they fail, and what happened.
    The next lines contain what to do, and the sources.
    """
    for group in groups:
        since = f" since {group.since[:10]}" if group.since else ""
        count = counted_noun(len(group.sources), "source")
        yield f"  {count}{since}: {group.cause.sentence}"
        yield f"    {group.cause.action}"
        if group.concerns_network:
            continue
        yield from (f"    - {_facts(source)}" for source in group.sources[:_SHOWN_NAMES])
        more = len(group.sources) - _SHOWN_NAMES
        if more > 0:
            yield f"    - … and {more:,} more: hashtrail status --json"


def _facts(source: FailingSource) -> str:
    times = f"{source.failures:,} in a row" if source.failures else "not counted"
    last = f"last success {source.last_ok[:10]}" if source.last_ok else "never succeeded"
    message = f" ({one_line(source.message)})" if source.message else ""
    return f"{one_line(source.name)}: {times}, {last}{message}"


def _names(sources: Sequence[FailingSource]) -> str:
    names = ", ".join(one_line(source.name) for source in sources[:_SHOWN_NAMES])
    more = len(sources) - _SHOWN_NAMES
    return f"{names} and {more:,} more" if more > 0 else names
