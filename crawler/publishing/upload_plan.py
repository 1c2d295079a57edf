"""Decide which files to upload and to delete, from those of the build and of the target."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import groupby

from crawler.publishing.manifest import FileVersion, FileVersions, TargetManifest
from crawler.publishing.upload_order import UploadStep, is_versioned_asset, upload_step


@dataclass(frozen=True, slots=True)
class UploadPlan:
    """The steps of one publication.

    `started` is the manifest while they are carried out, `finished` the one afterwards.
    `conflicts` are paths of the site at which the target has files that Hashtrail did not upload.
    """

    uploads: tuple[tuple[UploadStep, tuple[str, ...]], ...]
    deletions: tuple[str, ...]
    unchanged: int
    upload_bytes: int
    conflicts: tuple[str, ...]
    started: TargetManifest
    finished: TargetManifest

    @property
    def upload_count(self) -> int:
        """Return the number of files to upload."""
        return sum(len(paths) for _, paths in self.uploads)

    @property
    def is_empty(self) -> bool:
        """Return whether the target is up to date."""
        return not self.uploads and not self.deletions


def plan_upload(
    built: FileVersions, published: TargetManifest, sizes: Mapping[str, int]
) -> UploadPlan:
    """Return the steps that change the `published` files into the `built` ones.

    `sizes` are the files that the target has now, in bytes. A file is uploaded if its content
    changed, or if it is missing or has another size at the target. Deletions come last, pages
    before assets. A versioned asset that is no longer built stays until the next publication.
    """
    changed = {path for path, version in built.items() if _differs(path, version, published, sizes)}
    vanished = published.paths & sizes.keys() - built.keys()
    retired = {
        path: published.files[path]
        for path in sorted(vanished & published.files.keys())
        if is_versioned_asset(path)
    }
    pending = {path: FileVersion("", built[path].size) for path in changed}
    started = {**published.files, **pending}
    return UploadPlan(
        uploads=_in_steps(changed),
        deletions=_deletion_order(vanished - retired.keys()),
        unchanged=len(built) - len(changed),
        upload_bytes=sum(built[path].size for path in changed),
        conflicts=tuple(sorted((changed & sizes.keys()) - published.paths)),
        started=TargetManifest(started, published.retired),
        finished=TargetManifest(built, retired),
    )


def _differs(
    path: str, version: FileVersion, published: TargetManifest, sizes: Mapping[str, int]
) -> bool:
    stored = published.files.get(path) or published.retired.get(path)
    return stored != version or sizes.get(path) != version.size


def _in_steps(paths: Collection[str]) -> tuple[tuple[UploadStep, tuple[str, ...]], ...]:
    ordered = sorted(paths, key=lambda path: (upload_step(path), path))
    return tuple((step, tuple(group)) for step, group in groupby(ordered, upload_step))


def _deletion_order(paths: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(paths, key=lambda path: (-upload_step(path), path)))
