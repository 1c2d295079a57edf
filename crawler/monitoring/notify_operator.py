"""Notify the operator: update the incidents, and send what each channel has not delivered yet.

A message is stored before it is sent, and marked after it was sent. After a kill between the two
it is sent again with the same id. No failure of a channel ends a night.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from crawler.errors import LockHeldError
from crawler.monitoring.incidents import codes_without_messages, update_incidents
from crawler.monitoring.message_command import run_message_command
from crawler.monitoring.message_text import (
    Message,
    compose_message,
    fill_template,
    make_test_message,
)
from crawler.monitoring.operator_requests import ping, post_json
from crawler.monitoring.problems import Assessment
from crawler.monitoring.quiet_period import waits_until
from crawler.monitoring.unsaved_incident import adopt_unsaved, load_unsaved, save_unsaved
from crawler.run_lock import run_lock
from crawler.settings.monitor import MonitorSettings
from crawler.store.incidents import (
    channel_states,
    open_incidents,
    pending_messages,
    save_attempt,
    save_delivery,
    save_update,
)
from crawler.workspace import Workspace

PING = "ping"
_LOCK = "message.lock"


@dataclass(frozen=True, slots=True)
class Delivery:
    """The result of one channel: the number of reported events, and an error if it failed.

    `waits_until` is set if the messages wait for the end of a quiet period.
    """

    channel: str
    events: int
    error: str = ""
    waits_until: datetime | None = None


def notify_operator(
    db: Database, workspace: Workspace, assessment: Assessment, now: datetime
) -> tuple[Delivery, ...]:
    """Store the incidents of `assessment`, and send the messages that wait. Return the results.

    The result is empty if another process is sending messages at the moment.
    """
    try:
        with run_lock(workspace.state / _LOCK, "message", now):
            adopt_unsaved(db, workspace.state)
            title = workspace.settings.site.title
            return _notify(db, workspace.settings.monitor, assessment, title, now)
    except LockHeldError:
        return ()


def _notify(
    db: Database,
    settings: MonitorSettings,
    assessment: Assessment,
    site_title: str,
    now: datetime,
) -> tuple[Delivery, ...]:
    channels = tuple(configured_channels(settings))
    update = update_incidents(open_incidents(db.conn), assessment.problems, assessment.unknown)
    silent = codes_without_messages(settings.source_messages)
    save_update(db, update, channels, silent, now)
    deliveries = (_deliver(db, settings, channel, site_title, now) for channel in channels)
    return tuple(delivery for delivery in deliveries if delivery)


def configured_channels(settings: MonitorSettings) -> Iterator[str]:
    """Yield the names of the channels that `settings` configure."""
    if settings.message_command:
        yield "command"
    if settings.webhook_url:
        yield "webhook"


def notify_without_database(
    workspace: Workspace, message: str, hint: str, now: datetime
) -> tuple[Delivery, ...]:
    """Send once through every channel that the database cannot be used. Return the results.

    `message` and `hint` explain why.
    """
    settings, folder = workspace.settings.monitor, workspace.state
    incident = load_unsaved(folder, message, hint, now)
    deliveries = []
    for channel in configured_channels(settings):
        if channel in incident.delivered:
            continue
        text = compose_message([incident.pending()], workspace.settings.site.title)
        error = _send(settings, channel, text)
        deliveries.append(Delivery(channel, 1, error))
        if not error:
            incident = incident.with_delivery(channel)
            save_unsaved(folder, incident)
    return tuple(deliveries)


def send_test(settings: MonitorSettings, site_title: str, now: datetime) -> tuple[Delivery, ...]:
    """Send a test message through every channel at once. Return the results.

    `site_title` names the site in the message. Nothing is stored.
    """
    message = make_test_message(site_title, now)
    return tuple(
        Delivery(channel, 0, _send(settings, channel, message))
        for channel in configured_channels(settings)
    )


def ping_after_night(
    db: Database | None, settings: MonitorSettings, is_good: bool, now: datetime
) -> Delivery | None:
    """Request the ping URL of a good or of another night. Return the result, None without a URL.

    `is_good` is whether the night gave no alarm. Without a `db`, the result is not stored.
    """
    url = settings.ping_url if is_good else settings.ping_failure_url
    if not url:
        return None
    error = ping(url, settings.message_seconds)
    if db:
        save_attempt(db, PING, now, error)
    return Delivery(PING, 0, error)


def _deliver(
    db: Database, settings: MonitorSettings, channel: str, site_title: str, now: datetime
) -> Delivery | None:
    pending = pending_messages(db.conn, channel)
    if not pending:
        return None
    wait = waits_until(now, settings.quiet_hours, settings.quiet_minutes, _last(db, channel))
    if wait:
        return Delivery(channel, len(pending), waits_until=wait)
    error = _send(settings, channel, compose_message(pending, site_title))
    if error:
        save_attempt(db, channel, now, error)
    else:
        save_delivery(db, channel, pending, now)
    return Delivery(channel, len(pending), error)


def _last(db: Database, channel: str) -> datetime | None:
    state = next((state for state in channel_states(db.conn) if state.channel == channel), None)
    return datetime.fromisoformat(state.last_success) if state and state.last_success else None


def _send(settings: MonitorSettings, channel: str, message: Message) -> str:
    if channel == "command":
        return run_message_command(settings.message_command, message, settings.message_seconds)
    try:
        body = fill_template(settings.webhook_template, message)
    except ValueError:
        return "[monitor] webhook_template is not JSON after the replacement of its places"
    return post_json(settings.webhook_url, body, settings.message_seconds)
