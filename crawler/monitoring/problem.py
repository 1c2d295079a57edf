"""A problem that needs attention, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.monitoring.problem_codes import BY_CODE


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem: a code of PROBLEM_CODES, a message, and a hint what to do.

    `subject` is the source that has the problem, empty for the whole workspace.
    """

    code: str
    message: str
    hint: str
    subject: str = ""

    @property
    def is_alarm(self) -> bool:
        """Whether the problem fails `hashtrail status --check`."""
        return self.code not in BY_CODE or BY_CODE[self.code].is_alarm
