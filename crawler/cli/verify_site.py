"""The check of `verify` that the published site has the files of its last build."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.group_by_key import group_by
from crawler.workspace import BUILDS, Workspace

if TYPE_CHECKING:
    from crawler.sitegen.published_changes import PublishedChange
    from crawler.store.verify_database import ConsistencyResult

SITE_CHECK = "site"
_MOST_LISTED = 10  # files of one folder with the same problem


def check_site(here: Workspace) -> ConsistencyResult:
    """Compare each published file with the manifest of the last build. Return the result.

    Many files of one folder with the same problem have one finding. A workspace without a site has
    none.
    """
    from crawler.sitegen.output_directory import MANIFEST
    from crawler.sitegen.published_changes import count_files, find_changes
    from crawler.store.verify_database import ConsistencyResult, Finding

    published, manifest = _published(here), here.public.parent / BUILDS / MANIFEST
    files = count_files(published, manifest)
    changes = list(find_changes(published, manifest))
    if _published(here) != published:  # a build published another tree meanwhile
        changes = []
    findings = tuple(Finding(SITE_CHECK, *cells) for cells in _listed(changes))
    condition = "the published files are those of the last build"
    return ConsistencyResult(SITE_CHECK, condition, files, "files", findings)


def _published(here: Workspace) -> Path:
    return Path(os.path.realpath(here.public))  # a loop of links raises no error


def _listed(changes: Iterable[PublishedChange]) -> Iterator[tuple[str, str]]:
    """Yield subject and problem of each finding about `changes`."""
    for (folder, problem), group in group_by(changes, _folder_and_problem).items():
        if len(group) > _MOST_LISTED:
            yield folder or "/", f"{len(group):,} files are {problem}"
        else:
            yield from ((change.path, f"is {problem}") for change in group)


def _folder_and_problem(change: PublishedChange) -> tuple[str, str]:
    return change.path.rpartition("/")[0], change.problem
