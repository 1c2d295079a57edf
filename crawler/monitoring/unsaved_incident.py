"""The incident of a database that cannot be used, which a file records instead of the database."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import msgspec
from sqlite_utils import Database

from crawler.monitoring.problem_codes import BY_CODE
from crawler.store.incidents import Incident, PendingMessage, adopt_incident
from crawler.utc_times import iso

CODE = "database"
_FILE = "unsaved_incident.json"


@dataclass(frozen=True, slots=True)
class UnsavedIncident:
    """The incident: when it began, its message, and the channels that have delivered it."""

    began: str
    message: str
    hint: str
    delivered: tuple[str, ...] = ()

    def pending(self) -> PendingMessage:
        """Return the message about its begin."""
        texts = (self.message, self.hint or BY_CODE[CODE].action)
        return PendingMessage("began", Incident(0, CODE, "", self.began, self.began, None, *texts))

    def with_delivery(self, channel: str) -> UnsavedIncident:
        """Return the incident after `channel` has delivered its message."""
        return replace(self, delivered=(*self.delivered, channel))


def load_unsaved(folder: Path, message: str, hint: str, now: datetime) -> UnsavedIncident:
    """Return the incident that `folder` records, or a new one with `message` and `hint`."""
    return _read(folder) or UnsavedIncident(iso(now) or "", message, hint)


def save_unsaved(folder: Path, incident: UnsavedIncident) -> None:
    """Record `incident` in `folder`. On a full disk it is not recorded, and reported again."""
    draft = folder / f"{_FILE}.draft"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(msgspec.json.encode(incident))
        os.replace(draft, folder / _FILE)


def adopt_unsaved(db: Database, folder: Path) -> None:
    """Move the incident that `folder` records to the database, which can be used again."""
    incident = _read(folder)
    if incident:
        adopt_incident(db, incident.pending().incident, incident.delivered)
    with suppress(OSError):
        (folder / _FILE).unlink(missing_ok=True)


def _read(folder: Path) -> UnsavedIncident | None:
    try:
        return msgspec.json.decode((folder / _FILE).read_bytes(), type=UnsavedIncident)
    except (OSError, msgspec.DecodeError):
        return None
