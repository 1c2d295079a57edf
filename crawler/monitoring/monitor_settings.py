"""The settings of the section `[monitor]`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MonitorSettings:
    """`[monitor]`: when something needs attention, and how the operator learns of it.

    `max_age_hours`: the last good night may have ended so long ago.
    `backlog_items` and `backlog_nights`: see `crawler.monitoring.backlog`.
    `free_disk_mb`: less free space is a problem.
    `backup_hours`: an older newest backup is a problem.
    `failing_days`: a source that fails for so long is reported.
    `extraction_drop`: a fall of the share of readable pages by more than this is reported.
    `source_messages`: whether messages are sent about single sources.
    `message_command`: a program and its arguments; the message is on its standard input.
    `webhook_url` and `webhook_template`: where a message is posted to, and the JSON of its body.
    `quiet_hours`: hours of the day (UTC) in which messages wait, for example `22-7`.
    `quiet_minutes`: the least time between two messages.
    `message_seconds`: the time limit of a command or a request.
    `ping_url` and `ping_failure_url`: requested after a good and after a failed night.
    """

    max_age_hours: float = 26.0
    backlog_items: int = 500
    backlog_nights: int = 3
    free_disk_mb: int = 1000
    backup_hours: float = 50.0
    failing_days: float = 14.0
    extraction_drop: float = 0.2
    source_messages: bool = True
    message_command: tuple[str, ...] = ()
    webhook_url: str = ""
    webhook_template: str = ""
    quiet_hours: str = ""
    quiet_minutes: float = 0.0
    message_seconds: float = 30.0
    ping_url: str = ""
    ping_failure_url: str = ""
