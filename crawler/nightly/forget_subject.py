"""Erase an author, a post or an article from every file of a workspace, then publish again."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from crawler.erasure import erase_workspace
from crawler.erasure.erase_workspace import Erasure
from crawler.erasure.preview_erasure import ErasurePreview, preview_erasure
from crawler.errors import HashtrailError
from crawler.links.article_key import normalize_url
from crawler.links.rules import VERSION
from crawler.nightly import run_command
from crawler.nightly.run_report import Clock
from crawler.nightly.target_step import publish_after_erasure
from crawler.publishing.publish_site import former_targets
from crawler.run_lock import run_lock
from crawler.run_telemetry import RunLog
from crawler.store.article_identity import IdentityLedger
from crawler.store.database import open_existing
from crawler.store.erased_identifiers import identifiers_of
from crawler.workspace import BUILDS, Workspace


@dataclass(frozen=True, slots=True)
class ForgetResult:
    """The result of an erasure and of publishing after it.

    `removed_builds` is the number of older builds removed, None if nothing was published.
    `former_targets` are the folders of targets that are not published to any more.
    """

    erasure: Erasure
    removed_builds: int | None
    problems: list[str]
    former_targets: tuple[Path, ...] = ()


def preview_subject(here: Workspace, who_or_what: str) -> ErasurePreview:
    """Return what erasing `who_or_what` would remove from the database. Changes nothing.

    The words of an interrupted erasure are included, as they would be erased too.
    """
    db = open_existing(here.database)
    try:
        db.execute("PRAGMA query_only = ON")
        return preview_erasure(db, _words(here, db, who_or_what))
    finally:
        db.close()


def forget_subject(here: Workspace, who_or_what: str, reason: str, now: Clock) -> ForgetResult:
    """Erase the subject that `who_or_what` names, publish again and return the result.

    `reason` is published in the log. The words of an interrupted erasure are erased too. Raises
    LockHeldError when another run holds the lock.
    """
    with run_lock(here.lock, "forget", now()):
        former = former_targets(here)
        erasure = _erase(here, who_or_what, reason, now)
        for folder in former:
            folder.mkdir(parents=True, exist_ok=True)  # without content: it names a target only
        removed_builds, publish_problem = _publish_again(here, now)
        if not publish_problem and not erasure.unfinished:
            erase_workspace.remove_pending_words(here)
    problems = [*erasure.problems, *erasure.unfinished, publish_problem]
    return ForgetResult(erasure, removed_builds, list(filter(None, problems)), former)


def _erase(here: Workspace, who_or_what: str, reason: str, now: Clock) -> Erasure:
    """Erase what the argument names, and the words of an interrupted erasure."""
    db = open_existing(here.database)
    try:
        words = _words(here, db, who_or_what)
        erase_workspace.save_pending_words(here, words)
        return erase_workspace.erase_everywhere(here, db, words, reason, now)
    finally:
        db.close()


def _words(here: Workspace, db: Database, who_or_what: str) -> set[str]:
    ledger = IdentityLedger(db, normalize_url, VERSION)
    return identifiers_of(db, ledger, who_or_what) | erase_workspace.pending_words(here)


def _publish_again(here: Workspace, now: Clock) -> tuple[int | None, str]:
    """Publish snapshot and site again, if there are any, and remove all older builds.

    The caller holds the lock. Returns the number of builds removed, None if nothing was published,
    and the problem in words. A problem does not undo the erasure.
    """
    if not here.public_database.exists() and not here.public.exists():
        return None, ""
    try:
        with RunLog(here.logs, "build", now) as run_log:
            run_command.run_command_locked(here, "build", run_log, now, force=True)
            target_problem = publish_after_erasure(here, run_log, now)
        return _remove_older_builds(here), _shown_by_target(target_problem)
    except Exception as error:  # the erasure is done and must be reported after any error
        message = error.message if isinstance(error, HashtrailError) else repr(error)
        return None, (
            f"{message.rstrip('.')}; the erasure is done, but snapshot and site still show it: "
            "correct that and run the same command again"
        )


def _shown_by_target(problem: str) -> str:
    """The instruction for a failed publication to the target, empty if there is no `problem`."""
    if not problem:
        return ""
    return (
        f"{problem}; the erasure is done on this machine, but the target still shows it: correct "
        "that and run the same command again"
    )


def _remove_older_builds(here: Workspace) -> int:
    """Remove every build but the published one, and the manifest of the site.

    Returns the number of builds. The next build makes every page again.
    """
    builds = here.public.parent / BUILDS
    others = [path for path in builds.glob("*") if path != here.public.resolve()]
    folders = [path for path in others if path.is_dir()]
    for folder in folders:
        shutil.rmtree(folder)
    for file in set(others) - set(folders):
        file.unlink()
    return len(folders)
