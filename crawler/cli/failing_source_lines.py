"""Lines about failing sources: one for a missing network, otherwise one for each cause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crawler.group_by_key import group_by
from crawler.store.run_monitoring import is_offline
from crawler.terminal_streams import one_line

_SHOWN_CAUSES = 6
_SHOWN_NAMES = 3

Failing = tuple[str, str, str]  # name, outcome, message


def failing_lines(failing: Sequence[Failing], polled: int) -> list[str]:
    """Return the lines about the `failing` of the `polled` sources (a number)."""
    if len(failing) == polled and is_offline([outcome for _, outcome, _ in failing]):
        total = len(failing)
        return [
            f"  offline   {total:,} of {polled:,} sources could not be reached; "
            "this is normal without a network"
        ]
    groups = _by_cause(failing)
    lines = [_line(outcome, members) for outcome, members in groups[:_SHOWN_CAUSES]]
    hidden = sum(len(members) for _, members in groups[_SHOWN_CAUSES:])
    return lines + ([f"  failing   {hidden:,} more: hashtrail status"] if hidden else [])


def _by_cause(failing: Iterable[Failing]) -> list[tuple[str, list[Failing]]]:
    groups = group_by(failing, lambda source: source[1])
    return sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))


def _line(outcome: str, members: list[Failing]) -> str:
    cause = outcome.replace("_", " ")
    if len(members) == 1:
        name, _, message = members[0]
        reason = f" ({one_line(message)})" if message else ""
        return f"  failing   {one_line(name)}: {cause}{reason}"
    names = ", ".join(one_line(name) for name, *_ in members[:_SHOWN_NAMES])
    more = len(members) - _SHOWN_NAMES
    others = f" and {more:,} more" if more > 0 else ""
    return f"  failing   {cause}: {len(members):,} sources ({names}{others})"
