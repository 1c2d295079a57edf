"""Decide which incidents begin, last and end: one incident from its first to its last night."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from crawler.monitoring.problem import Problem
from crawler.monitoring.problem_codes import PROBLEM_CODES
from crawler.store.incidents import Incident, IncidentUpdate


def update_incidents(
    incidents: Iterable[Incident], problems: Iterable[Problem], unknown: Collection[str]
) -> IncidentUpdate:
    """Return how `problems` change the open `incidents`.

    An incident is a code with a subject. It lasts as long as the problem is reported, and while its
    code is `unknown`.
    """
    current = {(problem.code, problem.subject): problem for problem in problems}
    lasting, ended = [], []
    for incident in incidents:
        problem = current.pop((incident.code, incident.subject), None)
        if problem:
            lasting.append((incident.id, problem.message, problem.hint))
        elif incident.code not in unknown:
            ended.append(incident.id)
    began = [
        (problem.code, problem.subject, problem.message, problem.hint)
        for problem in current.values()
    ]
    return IncidentUpdate(tuple(began), tuple(lasting), tuple(ended))


def codes_without_messages(source_messages: bool) -> tuple[str, ...]:
    """Return the codes about which no message is sent, by the setting `source_messages`."""
    if source_messages:
        return ()
    return tuple(code.code for code in PROBLEM_CODES if not code.is_alarm)
