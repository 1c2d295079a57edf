"""The title and the text of a message about the begin and the end of incidents. No I/O."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from crawler.monitoring.problem_codes import BY_CODE, problem_order
from crawler.store.incidents import Incident, PendingMessage
from crawler.text_cleaning import clean_line

SCHEMA_VERSION = 1
MAX_TEXT = 3500  # characters; common chat services accept about 4,000
_SHOWN_SUBJECTS = 10
_MAX_LINE = 400


@dataclass(frozen=True, slots=True)
class Message:
    """A message to the operator.

    `id` stays the same when it is sent again, so that a receiver can drop the second copy.
    `events` are the begins and ends of incidents that it reports.
    """

    id: str
    title: str
    text: str
    events: tuple[dict[str, str], ...] = ()

    @property
    def full(self) -> str:
        """Return the title and the text."""
        return f"{self.title}\n\n{self.text}"

    def as_json(self) -> dict[str, Any]:
        """Return the message as a JSON document with a schema version."""
        return {"schema_version": SCHEMA_VERSION, **asdict(self)}


def compose_message(pending: Sequence[PendingMessage], site_title: str) -> Message:
    """Return one message about all `pending` events of the site with `site_title`."""
    ordered = sorted(pending, key=_order)
    events = tuple(map(_event, ordered))
    digest = hashlib.blake2b("\n".join(event["id"] for event in events).encode(), digest_size=8)
    title = f"{clean_line(site_title, 60)}: {_subject_line(ordered)}"
    return Message(digest.hexdigest(), title, _text(ordered), events)


def make_test_message(site_title: str, now: datetime) -> Message:
    """Return a message that tests the delivery, of the site with `site_title`."""
    title = f"{clean_line(site_title, 60)}: test message"
    text = "Hashtrail can send messages. No action is needed."
    return Message(f"test-{now:%Y%m%dT%H%M%SZ}", title, text)


def fill_template(template: str, message: Message) -> bytes:
    """Return the body that a webhook receives: the `template` with the parts of the `message`.

    Raises ValueError if the result is not JSON.
    """
    if not template:
        return json.dumps(message.as_json(), ensure_ascii=False).encode()
    parts = {
        "{title}": message.title,
        "{full}": message.full,
        "{text}": message.text,
        "{id}": message.id,
        "{message}": message.as_json(),
    }
    return json.dumps(json.loads(_replaced(template, parts)), ensure_ascii=False).encode()


def _replaced(template: str, parts: dict[str, Any]) -> str:
    """Replace all places in one pass: the text of a message may contain a place."""
    places = re.compile("|".join(map(re.escape, parts)))
    return places.sub(lambda place: json.dumps(parts[place[0]], ensure_ascii=False), template)


def _order(pending: PendingMessage) -> tuple[bool, int, int]:
    incident = pending.incident
    return pending.event == "ended", problem_order(incident.code), incident.id


def _subject_line(pending: Sequence[PendingMessage]) -> str:
    codes = {message.incident.code for message in pending}
    began = sum(message.event == "began" for message in pending)
    ended = len(pending) - began
    if len(codes) == 1 and not (began and ended):
        title = _title(pending[0].incident)
        times = f" ({len(pending)})" if len(pending) > 1 else ""
        return f"Ended: {title}{times}" if ended else f"{title}{times}"
    counts = [f"{began} began" if began else "", f"{ended} ended" if ended else ""]
    return f"problems: {', '.join(filter(None, counts))}"


def _title(incident: Incident) -> str:
    code = BY_CODE.get(incident.code)
    return code.title if code else incident.code


def _text(pending: Sequence[PendingMessage]) -> str:
    lines: list[str] = []
    sections = 0
    over = {message.incident.id for message in pending if message.event == "ended"}
    for event in ("began", "ended"):
        of_event = [
            message.incident
            for message in pending
            if message.event == event and (event == "ended" or message.incident.id not in over)
        ]
        for code in dict.fromkeys(incident.code for incident in of_event):
            incidents = [incident for incident in of_event if incident.code == code]
            lines += _section(event, incidents)
            sections += 1
    text = "\n".join(lines[1:] if sections == 1 else lines).strip()  # the title has the heading
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 2].rstrip()} …"


def _section(event: str, incidents: Sequence[Incident]) -> Iterator[str]:
    first = incidents[0]
    if event == "ended":
        yield f"Ended: {_title(first)}"
        yield from _listed(f"{incident.message} {_duration(incident)}" for incident in incidents)
    else:
        yield f"{_title(first)}"
        yield from _listed(incident.message for incident in incidents)
        yield from (f"What to do: {hint}" for hint in dict.fromkeys(i.hint for i in incidents))
    yield ""


def _listed(texts: Iterator[str]) -> Iterator[str]:
    lines = [clean_line(text, _MAX_LINE) for text in texts]
    yield from lines[:_SHOWN_SUBJECTS]
    if len(lines) > _SHOWN_SUBJECTS:
        yield f"… and {len(lines) - _SHOWN_SUBJECTS:,} more: hashtrail status"


def _duration(incident: Incident) -> str:
    since, until = (_minute(at) for at in (incident.began, incident.ended or incident.last_at))
    return f"(from {since} to {until} UTC)"


def _minute(at: str) -> str:
    return f"{datetime.fromisoformat(at):%d %b %Y %H:%M}"


def _event(pending: PendingMessage) -> dict[str, str]:
    incident = pending.incident
    names = (incident.code, incident.subject, incident.began, pending.event)
    digest = hashlib.blake2b("\n".join(names).encode(), digest_size=8).hexdigest()
    return {
        "id": digest,
        "event": pending.event,
        "code": incident.code,
        "subject": incident.subject,
        "began": incident.began,
        "ended": incident.ended or "",
        "message": clean_line(incident.message, _MAX_LINE),
        "hint": clean_line(incident.hint, _MAX_LINE),
    }
