"""Messages: one text for all events, a stable id, templates of common services, quiet periods."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crawler.monitoring.incidents import update_incidents
from crawler.monitoring.message_text import MAX_TEXT, compose_message, fill_template
from crawler.monitoring.problem import Problem
from crawler.monitoring.quiet_period import waits_until
from crawler.store.incidents import Incident, PendingMessage

HOSTILE = (
    "",
    "\x1b]0;title\x07 red \x1b[31m",
    "\u202egpj.exe",
    "a\r\nBcc: everyone@example.org",
    '{message} {title} " \\ </script>',
    "x" * 10_000,
    "\ud800 \x00 \ufffe",
)
BEGAN = "2026-11-27T03:12:00Z"
ENDED = "2026-11-29T03:10:00Z"


def _incident(code: str = "disk", subject: str = "", number: int = 1, **texts: str) -> Incident:
    message = texts.get("message", "900 MB are free.")
    ended = texts.get("ended")
    return Incident(number, code, subject, BEGAN, BEGAN, ended, message, "Free some space.")


def test_one_incident_is_title_text_and_action() -> None:
    message = compose_message([PendingMessage("began", _incident())], "My site")
    assert message.title == "My site: The disk is almost full"
    assert message.text == "900 MB are free.\nWhat to do: Free some space."


def test_ended_incident_states_its_duration() -> None:
    message = compose_message([PendingMessage("ended", _incident(ended=ENDED))], "My site")
    assert message.title == "My site: Ended: The disk is almost full"
    assert "(from 27 Nov 2026 03:12 to 29 Nov 2026 03:10 UTC)" in message.text
    assert "What to do" not in message.text


def test_held_begin_and_end_of_an_incident_are_reported_once() -> None:
    incident = _incident(ended=ENDED)
    message = compose_message(
        [PendingMessage("began", incident), PendingMessage("ended", incident)], "My site"
    )
    assert message.title == "My site: problems: 1 began, 1 ended"
    assert message.text.count("900 MB") == 1
    assert len(message.events) == 2


def test_many_sources_are_grouped_and_the_text_stays_short() -> None:
    pending = [
        PendingMessage(
            "began", _incident("source-silent", f"s{n}", n, message=f"s{n} has no new posts.")
        )
        for n in range(500)
    ]
    message = compose_message(pending, "My site")
    assert message.title == "My site: A source has no new posts (500)"
    assert message.text.count("has no new posts.") == 10
    assert "… and 490 more: hashtrail status" in message.text
    assert len(message.text) <= MAX_TEXT


def test_id_depends_on_the_events_and_not_on_their_order() -> None:
    pending = [PendingMessage("began", _incident(number=n, subject=f"s{n}")) for n in range(3)]
    again = compose_message(list(reversed(pending)), "Other title")
    assert compose_message(pending, "My site").id == again.id
    assert compose_message(pending[:2], "My site").id != again.id


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_becomes_one_clean_line_and_valid_json(text: str) -> None:
    message = compose_message([PendingMessage("began", _incident(message=text))], text)
    assert "\n" not in message.title
    assert "\x1b" not in message.text
    assert len(message.text) <= MAX_TEXT
    for template in ("", '{"text": {text}, "title": {title}}'):
        assert json.loads(fill_template(template, message))


TEMPLATES = {
    '{"topic": "alerts", "title": {title}, "message": {text}}': {
        "topic": "alerts",
        "title": "A: The disk is almost full",
        "message": "Is {title} a place?\nWhat to do: Free some space.",
    },
    '{"text": {title}}': {"text": "A: The disk is almost full"},
    "[{id}]": None,
}


@pytest.mark.parametrize("template", TEMPLATES)
def test_template_is_filled_with_json_values(template: str) -> None:
    incident = _incident(message="Is {title} a place?")
    message = compose_message([PendingMessage("began", incident)], "A")
    expected = TEMPLATES[template] or [message.id]
    assert json.loads(fill_template(template, message)) == expected


def test_template_that_is_not_json_is_refused() -> None:
    message = compose_message([PendingMessage("began", _incident())], "A")
    with pytest.raises(ValueError, match="Expecting"):
        fill_template('{"text": "{text}"}', message)


def _problem(code: str = "disk", subject: str = "") -> Problem:
    return Problem(code, "message", "hint", subject)


def test_incident_lasts_while_its_problem_is_reported() -> None:
    update = update_incidents([_incident()], [_problem(), _problem("old")], ())
    assert update.began == (("old", "", "message", "hint"),)
    assert update.lasting == ((1, "message", "hint"),)
    assert update.ended == ()


def test_incident_ends_when_its_problem_is_no_longer_reported() -> None:
    assert update_incidents([_incident()], [], ()).ended == (1,)


def test_incident_with_an_unknown_code_neither_ends_nor_begins() -> None:
    assert update_incidents([_incident()], [], {"disk"}).ended == ()


def test_another_subject_is_another_incident() -> None:
    open_incidents = [_incident("source-silent", "a")]
    update = update_incidents(open_incidents, [_problem("source-silent", "b")], ())
    assert (update.began[0][1], update.ended) == ("b", (1,))


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# now, quiet hours, quiet minutes, last message -> time until which messages wait
QUIET = [
    ("2026-11-28T03:00", "", 0, None, None),
    ("2026-11-28T03:00", "22-7", 0, None, "2026-11-28T07:00"),
    ("2026-11-28T22:00", "22-7", 0, None, "2026-11-29T07:00"),
    ("2026-11-28T07:00", "22-7", 0, None, None),
    ("2026-11-28T21:59", "22-7", 0, None, None),
    ("2026-11-28T12:30", "12-13", 0, None, "2026-11-28T13:00"),
    ("2026-11-28T12:30", "12-12", 0, None, None),
    ("2026-11-28T12:30", "", 60, "2026-11-28T12:00", "2026-11-28T13:00"),
    ("2026-11-28T13:00", "", 60, "2026-11-28T12:00", None),
    ("2026-11-28T12:30", "", 60, "2026-12-28T12:00", None),
    ("2026-11-28T06:50", "22-7", 60, "2026-11-28T06:40", "2026-11-28T07:40"),
]


@pytest.mark.parametrize(("now", "hours", "minutes", "last", "until"), QUIET)
def test_messages_wait_for_the_end_of_the_quiet_period(
    now: str, hours: str, minutes: float, last: str | None, until: str | None
) -> None:
    waits = waits_until(_at(now), hours, minutes, _at(last) if last else None)
    assert waits == (_at(until) if until else None)
