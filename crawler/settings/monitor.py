"""`[monitor]`: when something needs attention, and how the operator is notified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from crawler.settings.meaning import meaning

_HOUR = r"([01]?[0-9]|2[0-3])"
_WEB_URL = Meta(pattern=r"^(https?://[^\s/?#@\x00-\x20][^\s\x00-\x20]*)?\Z")


@dataclass(frozen=True, slots=True)
class MonitorSettings:
    """When something needs attention, and how the operator is notified."""

    max_age_hours: Annotated[
        float,
        Meta(ge=1, le=1000),
        meaning("An older last good night is an alarm.", unit="hours"),
    ] = 26.0
    backlog_items: Annotated[
        int,
        Meta(ge=1, le=100_000_000),
        meaning("A smaller backlog is never an alarm. It is counted in articles and posts."),
    ] = 500
    backlog_nights: Annotated[
        int,
        Meta(ge=2, le=30),
        meaning("A backlog that grows in so many nights in a row is an alarm.", unit="nights"),
    ] = 3
    free_disk_mb: Annotated[
        int,
        Meta(ge=0, le=100_000_000),
        meaning("Less free space on the disk of the workspace is an alarm.", unit="MB"),
    ] = 1000
    backup_hours: Annotated[
        float,
        Meta(ge=1, le=10_000),
        meaning("An older newest backup is an alarm.", unit="hours"),
    ] = 50.0
    failing_days: Annotated[
        float,
        Meta(ge=0, le=1000),
        meaning("A source that fails for this time is reported.", unit="days"),
    ] = 14.0
    silent_gaps: Annotated[
        float,
        Meta(ge=1, le=1000),
        meaning("A source counts as silent after this multiple of its usual gap without a post."),
    ] = 4.0
    silent_days: Annotated[
        float,
        Meta(ge=1, le=3650),
        meaning(
            "A source with an unknown usual gap counts as silent without a new post for this time.",
            unit="days",
        ),
    ] = 30.0
    extraction_drop: Annotated[
        float,
        Meta(ge=0, le=1),
        meaning(
            "The share of readable pages of the last 7 days may be lower by this than in the 28 "
            "days before. A larger fall is an alarm, and of one source it is reported."
        ),
    ] = 0.2
    source_messages: Annotated[
        bool,
        meaning("Whether messages are also sent about single sources. They are never alarms."),
    ] = True
    message_command: Annotated[
        tuple[str, ...],
        meaning(
            "Program and arguments that deliver a message, for example "
            '`["mail", "-s", "Hashtrail", "me@example.org"]`. The text is on its standard input, '
            "and in the variables `HASHTRAIL_MESSAGE_ID`, `_TITLE`, `_TEXT` and `_JSON`."
        ),
    ] = ()
    webhook_url: Annotated[
        str,
        _WEB_URL,
        meaning("URL to which messages are posted as JSON. Empty: none.", is_secret=True),
    ] = ""
    webhook_template: Annotated[
        str,
        meaning(
            "JSON of the posted body. `{title}`, `{text}`, `{full}` (both), `{id}` and `{message}` "
            'are replaced by JSON values, as in `{"text": {full}}`. Empty: `{message}`, with all '
            "parts."
        ),
    ] = ""
    quiet_hours: Annotated[
        str,
        Meta(pattern=rf"^({_HOUR}-{_HOUR})?\Z"),
        meaning(
            "Hours of the day (UTC) in which messages wait, for example `22-7`. They are then sent "
            "as one, by the next night or by `hashtrail status --notify`. Empty: none."
        ),
    ] = ""
    quiet_minutes: Annotated[
        float,
        Meta(ge=0, le=100_000),
        meaning("Least time between two messages. Later ones wait.", unit="minutes"),
    ] = 0.0
    message_seconds: Annotated[
        float,
        Meta(gt=0, le=300),
        meaning("Time limit of a message or a ping.", unit="seconds"),
    ] = 30.0
    ping_url: Annotated[
        str,
        _WEB_URL,
        meaning("URL that is requested after each good night. Empty: none.", is_secret=True),
    ] = ""
    ping_failure_url: Annotated[
        str,
        _WEB_URL,
        meaning("URL that is requested after each other night. Empty: none.", is_secret=True),
    ] = ""
