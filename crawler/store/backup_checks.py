"""The result of checking a backup, and the record of the newest check in the backups folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

CHECK_EVERY = timedelta(days=7)
"""How often a nightly run checks its new backup."""

_RECORD = "last_check.json"

CheckOutcome = Literal["ok", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class BackupCheck:
    """One check of a backup: its name, its outcome, and what was compared or is wrong."""

    name: str
    outcome: CheckOutcome
    detail: str


@dataclass(frozen=True, slots=True)
class BackupVerification:
    """All checks of the file `backup` (a name) at the time `at`."""

    backup: str
    at: datetime
    checks: tuple[BackupCheck, ...]

    @property
    def failed(self) -> tuple[BackupCheck, ...]:
        """The checks that failed; empty for a backup that can be restored."""
        return tuple(check for check in self.checks if check.outcome == "failed")

    @property
    def problem(self) -> str:
        """The failed checks in one sentence; empty for a backup that can be restored."""
        reasons = "; ".join(f"{check.name}: {check.detail}" for check in self.failed)
        return f"The backup {self.backup} cannot be relied on: {reasons}." if reasons else ""


def save_verification(folder: Path, verification: BackupVerification) -> None:
    """Store a `verification` as the newest one of the backups in `folder`."""
    draft = folder / f"{_RECORD}.draft"
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(verification)) + b"\n")
    os.replace(draft, folder / _RECORD)


def load_verification(folder: Path) -> BackupVerification | None:
    """Return the newest verification of a backup in `folder`, or None before the first one."""
    try:
        return msgspec.json.decode((folder / _RECORD).read_bytes(), type=BackupVerification)
    except (OSError, msgspec.MsgspecError):
        return None


def is_check_due(folder: Path, now: datetime) -> bool:
    """Whether the backups in `folder` need a check: none passed in the last seven days."""
    last = load_verification(folder)
    return last is None or bool(last.failed) or not timedelta(0) <= now - last.at < CHECK_EVERY
