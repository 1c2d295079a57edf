"""Archived copies that must go: erase the records of pages that say noarchive, and prune old segments."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from crawler.errors import InputError
from crawler.fetch.erasing import erase
from crawler.store.archive_records import forget_records, withdrawn_records


def erase_withdrawn(db: Database, archive: Path) -> int:
    """Erase every record of the pages that say noarchive; returns how many were erased.

    The archive goes first: a run that is killed in between erases the same records again. A record
    that cannot be found is skipped and stays listed.
    """
    erased = []
    for place in withdrawn_records(db):
        try:
            erase(archive, [place])
        except InputError:
            continue
        erased.append(place)
    forget_records(db, erased)
    return len(erased)
