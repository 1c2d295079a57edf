"""Publish the newest build to the configured target: plan, upload, delete, record.

It is safe to repeat after a kill: the target's manifest lists every file before it is uploaded.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.errors import ConfigurationError, HashtrailError, PublishError
from crawler.publishing.manifest import (
    FileVersions,
    TargetManifest,
    decode_manifest,
    encode_manifest,
    read_files,
    without_digests,
)
from crawler.publishing.target_protocol import (
    PublishTarget,
    TargetContext,
    TargetFiles,
    open_target,
)
from crawler.publishing.upload_plan import UploadPlan, plan_upload
from crawler.run_telemetry import RunLog
from crawler.settings.publish import PublishSettings
from crawler.url_parser import host_of, parse_whatwg
from crawler.url_secrets import text_without_secrets
from crawler.workspace import BUILDS, Workspace

_COPY = "manifest.json"
_SHOWN = 3
_USER = re.compile(r"^[a-z0-9+]+://[^/]*@", re.IGNORECASE)
_SECRET_PARTS = re.compile(r"^([a-z0-9+.-]+:/+)(?:[^/?#]*@)?([^?#]*).*", re.IGNORECASE | re.DOTALL)
_QUERY = re.compile(r"^[a-z0-9+.-]+:/+[^?#]*[?#]", re.IGNORECASE)
_USER_SCHEMES = ("git+ssh:", "rsync:", "sftp:", "ssh:")
_NEEDED = ("index.html", "404.html", "site.json")


@dataclass(frozen=True, slots=True)
class PublishOptions:
    """The options of a publication.

    `adopt` replaces files that Hashtrail did not upload, if the site has files of the same names.
    `upload_all` also uploads the files that did not change. `dry_run` changes nothing.
    `drop_history` leaves no earlier publication at the target: something was erased.
    """

    adopt: bool = False
    upload_all: bool = False
    dry_run: bool = False
    drop_history: bool = False


@dataclass(frozen=True, slots=True)
class PublishReport:
    """The result of a publication.

    `outcome` is `ok`, `unchanged`, `planned` (a dry run) or `failed`; `message` and `hint` explain
    a failure. `bytes` is the size of the uploaded files. `uploads` and `deletions` are the paths in
    their order.
    """

    target: str
    location: str
    outcome: str
    uploaded: int = 0
    deleted: int = 0
    unchanged: int = 0
    bytes: int = 0
    seconds: float = 0.0
    message: str = ""
    hint: str = ""
    exit_code: int = 0
    uploads: tuple[str, ...] = ()
    deletions: tuple[str, ...] = ()


def no_versions(build: Path) -> FileVersions:
    """Return no version: every file of `build` is read."""
    return {}


def publish_site(
    workspace: Workspace,
    run_log: RunLog,
    options: PublishOptions,
    versions_of: Callable[[Path], FileVersions] = no_versions,
) -> PublishReport:
    """Copy the newest build to the target of `[publish]` and return the report.

    `run_log` receives the progress, `options` are those of the command line. `versions_of` returns
    the known versions of files in the folder of a build; the others are read. Raises
    ConfigurationError for wrong settings. Raises PublishError if there is no finished build, if
    the target contains files of others, or if it fails; readers then see old and new pages.
    """
    started = time.monotonic()
    settings = workspace.settings.publish
    context = _context(workspace, settings, options)
    target = open_target(settings, context)
    built = read_files(context.build, {} if options.upload_all else versions_of(context.build))
    files = target.read_files()
    published = _published(files, context.private / _COPY)
    _refuse_foreign_target(files, published, options)
    if options.upload_all and published:
        published = without_digests(published)
    plan = plan_upload(built, published or TargetManifest(), files.sizes)
    _refuse_conflicts(plan, options)

    report = _report(settings, plan)
    if options.dry_run:
        return replace(report, outcome="planned")
    is_current = plan.is_empty and files.manifest == encode_manifest(plan.finished)
    if options.drop_history or not is_current:
        _carry_out(plan, target, context.private / _COPY, run_log)
    return replace(report, seconds=round(time.monotonic() - started, 1))


def configured_target(workspace: Workspace) -> PublishTarget:
    """Return the target of `[publish]` in `workspace`, without a connection to it.

    Raises ConfigurationError for wrong settings, and PublishError if there is no finished build.
    """
    settings = workspace.settings.publish
    return open_target(settings, _context(workspace, settings, PublishOptions()))


def failed_report(workspace: Workspace, error: HashtrailError) -> PublishReport:
    """Return the report of a publication of `workspace` that ended with `error`."""
    settings = workspace.settings.publish
    return PublishReport(
        target=settings.target,
        location=_SECRET_PARTS.sub(r"\1\2", settings.location),
        outcome="failed",
        message=text_without_secrets(error.message),
        hint=text_without_secrets(error.hint),
        exit_code=error.exit_code,
    )


def _carry_out(plan: UploadPlan, target: PublishTarget, copy: Path, run_log: RunLog) -> None:
    target.start(_saved(plan.started, copy))
    with run_log.stage("upload", plan.upload_count) as stage:
        for _, paths in plan.uploads:
            target.upload(paths, lambda _: stage.advance())
    target.delete(plan.deletions)
    target.finish(_saved(plan.finished, copy))


def _report(settings: PublishSettings, plan: UploadPlan) -> PublishReport:
    return PublishReport(
        target=settings.target,
        location=settings.location,
        outcome="unchanged" if plan.is_empty else "ok",
        uploaded=plan.upload_count,
        deleted=len(plan.deletions),
        unchanged=plan.unchanged,
        bytes=plan.upload_bytes,
        uploads=tuple(path for _, paths in plan.uploads for path in paths),
        deletions=plan.deletions,
    )


def _context(
    workspace: Workspace, settings: PublishSettings, options: PublishOptions
) -> TargetContext:
    _refuse_credentials(settings.location)
    return TargetContext(
        build=_finished_build(workspace),
        private=target_folder(workspace),
        seconds=settings.timeout_minutes * 60,
        host=host_of(workspace.settings.site.base_url),
        upload_all=options.upload_all,
        drop_history=options.drop_history,
    )


def target_folder(workspace: Workspace) -> Path:
    """Return the private folder of `workspace` for the configured target."""
    settings = workspace.settings.publish
    name = hashlib.blake2b(settings.location.encode(), digest_size=4).hexdigest()
    return workspace.published / f"{settings.target}-{name}"


def former_targets(workspace: Workspace) -> tuple[Path, ...]:
    """Return the folders of targets to which `workspace` published before another one."""
    folders = sorted(path for path in workspace.published.glob("*-*") if path.is_dir())
    return tuple(path for path in folders if path != target_folder(workspace))


def _finished_build(workspace: Workspace) -> Path:
    """Return the folder of the newest build: the link is resolved once.

    Raises PublishError if there is none, or if it is incomplete.
    """
    link = workspace.public
    folder = Path(os.path.realpath(link))  # a loop of links raises no error
    builds = (link.parent / BUILDS).resolve()
    complete = all((folder / name).is_file() for name in _NEEDED)
    if link.is_symlink() and folder.parent == builds and complete:
        return folder
    message = f"{link} is not a finished build, so that nothing was published."
    raise PublishError(message, "Run: hashtrail build")


def _refuse_credentials(location: str) -> None:
    """Refuse a URL with a password or token. Raises ConfigurationError that does not quote it."""
    if _USER.match(location):
        url = parse_whatwg(location)
        if url is None or url.password or url.protocol not in _USER_SCHEMES:
            message = "[publish] location contains a user name or a password."
            hint = "Remove it. docs/PUBLISHING.md explains where each target reads credentials."
            raise ConfigurationError(message, hint)
    if _QUERY.match(location):
        message = "[publish] location contains a query or a fragment, which can hold a password."
        hint = (
            "Remove everything from ? or #. docs/PUBLISHING.md explains where credentials belong."
        )
        raise ConfigurationError(message, hint)


def _published(files: TargetFiles, copy: Path) -> TargetManifest | None:
    """Return the manifest of the target, or the copy on this machine if the target lost it."""
    if files.manifest is not None:
        return decode_manifest(files.manifest)
    if files.sizes and copy.is_file():
        return decode_manifest(copy.read_bytes())
    return None


def _refuse_foreign_target(
    files: TargetFiles, published: TargetManifest | None, options: PublishOptions
) -> None:
    if published is None and files.sizes and not options.adopt:
        message = f"The target has files that Hashtrail did not upload: {_named(files.sizes)}."
        raise PublishError(
            f"{message} Nothing was changed.",
            "Choose an empty target. To publish between these files, run: hashtrail publish "
            "--adopt (first with --dry-run)",
        )


def _refuse_conflicts(plan: UploadPlan, options: PublishOptions) -> None:
    if plan.conflicts and not options.adopt:
        paths = dict.fromkeys(plan.conflicts, 0)
        message = f"Hashtrail did not upload these files of the target: {_named(paths)}."
        raise PublishError(
            f"{message} The site has files of the same names. Nothing was changed.",
            "Rename them. To replace them, run: hashtrail publish --adopt",
        )


def _named(paths: Mapping[str, int]) -> str:
    """Return the first paths in one phrase, with the number of the others."""
    shown = ", ".join(map(ascii, sorted(paths)[:_SHOWN])).replace("'", "")
    more = len(paths) - _SHOWN
    return f"{shown} and {more:,} more" if more > 0 else shown


def _saved(manifest: TargetManifest, copy: Path) -> bytes:
    """Write the copy of a manifest on this machine in one step and return its bytes."""
    data = encode_manifest(manifest)
    copy.parent.mkdir(parents=True, exist_ok=True)
    draft = copy.with_suffix(".draft")
    draft.write_bytes(data)
    os.replace(draft, copy)
    return data
