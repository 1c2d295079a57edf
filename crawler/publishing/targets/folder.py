"""A local folder, for a web server on this machine.

A new `location` becomes a symbolic link to a folder next to it, and one rename publishes the whole
site. An existing folder stays a folder: its files are replaced one by one, each by one rename.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crawler.errors import ConfigurationError, PublishError, is_disk_full
from crawler.publishing.manifest import MANIFEST, is_safe_path, list_files
from crawler.publishing.target_protocol import PublishTarget, TargetContext, TargetFiles, Uploaded

LOCATION = "/srv/www/trail"

_DRAFT = ".hashtrail-draft"
_VERSIONS = ".{name}.versions"
_PARTIAL = "partial"
_FILE_MODE = 0o644  # the user of the web server reads them
_FOLDER_MODE = 0o755


@dataclass(frozen=True, slots=True)
class Options:
    """A folder has no options."""


def open_target(location: str, options: Options, context: TargetContext) -> PublishTarget:
    """Return the target at the absolute path `location`; it has no `options`.

    Its files are copied from the build of `context`. Raises ConfigurationError if `location` is
    relative, contains the workspace, or lies in its `data` or `site`.
    """
    folder = Path(os.path.abspath(os.path.expanduser(location)))
    if not location.startswith(("/", "~")) or folder == Path("/"):
        message = f"[publish] location is not the absolute path of a folder: {location}"
        raise ConfigurationError(message, f'Write for example: location = "{LOCATION}"')
    workspace = context.build.parents[2]
    private = (workspace / "data", workspace / "site")
    place = folder.resolve()
    if workspace.is_relative_to(place) or any(map(place.is_relative_to, private)):
        message = f"[publish] location contains files of the workspace {workspace}."
        raise ConfigurationError(message, "Choose a folder outside the workspace.")
    if folder.is_dir() and not _is_link(folder):
        return _ExistingFolder(context.build, folder)
    return _LinkedFolder(context.build, folder)


@dataclass(slots=True)
class _ExistingFolder:
    """A folder whose files are replaced in place."""

    build: Path
    folder: Path

    def read_files(self) -> TargetFiles:
        with _Explained(self.folder):
            self._require_write_access()
            sizes = list_files(self.folder)
            manifest = self.folder / MANIFEST if sizes.pop(MANIFEST, None) else None
            drafts = [path for path in sizes if path.endswith(_DRAFT)]
            sizes = {path: size for path, size in sizes.items() if path not in drafts}
            return TargetFiles(manifest.read_bytes() if manifest else None, sizes)

    def _require_write_access(self) -> None:
        if not os.access(self.folder, os.W_OK | os.X_OK):
            message = f"{self.folder} cannot be written by this user."
            hint = f'Change its owner: sudo chown -R "$USER" {self.folder}'
            raise PublishError(message, hint)

    def start(self, manifest: bytes) -> None:
        with _Explained(self.folder):
            _replace(self.folder / MANIFEST, manifest)

    def upload(self, paths: Sequence[str], uploaded: Uploaded) -> None:
        with _Explained(self.folder):
            for path in paths:
                self._copy(path)
                uploaded(path)

    def _copy(self, path: str) -> None:
        target = self._inside(path)
        _make_folder(target.parent)
        draft = target.with_name(target.name + _DRAFT)
        shutil.copyfile(self.build / path, draft)
        draft.chmod(_FILE_MODE)
        os.replace(draft, target)

    def delete(self, paths: Sequence[str]) -> None:
        with _Explained(self.folder):
            for path in paths:
                target = self._inside(path)
                target.unlink(missing_ok=True)
                self._remove_empty(target.parent)

    def finish(self, manifest: bytes) -> None:
        with _Explained(self.folder):
            for draft in self.folder.rglob(f"*{_DRAFT}"):  # of a publication that was killed
                draft.unlink()
            _replace(self.folder / MANIFEST, manifest)

    def _inside(self, path: str) -> Path:
        """Return the path of a file. Raises PublishError if a link leads out of the folder."""
        target = self.folder / path
        inside = target.parent.resolve().is_relative_to(self.folder.resolve())
        if not is_safe_path(path) or not inside:
            message = f"{target} lies outside the target, because a folder is a symbolic link."
            raise PublishError(message, "Replace the link with a folder and publish again.")
        return target

    def _remove_empty(self, folder: Path) -> None:
        while folder != self.folder and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


@dataclass(slots=True)
class _LinkedFolder:
    """A symbolic link to the folder of the published version; `finish` switches it."""

    build: Path
    link: Path

    @property
    def _versions(self) -> Path:
        return self.link.with_name(_VERSIONS.format(name=self.link.name))

    @property
    def _partial(self) -> _ExistingFolder:
        return _ExistingFolder(self.build, self._versions / _PARTIAL)

    def read_files(self) -> TargetFiles:
        if self.link.is_symlink() and self.link.is_dir():
            return _ExistingFolder(self.build, self.link.resolve()).read_files()
        if self.link.exists() or self.link.is_symlink():
            message = f"{self.link} is neither a folder nor a link that Hashtrail made."
            raise PublishError(message, "Move it and publish again. Nothing was changed.")
        return TargetFiles(None, {})

    def start(self, manifest: bytes) -> None:
        """Make a new version in which the unchanged files are hard links to the published ones."""
        with _Explained(self._versions):
            shutil.rmtree(self._partial.folder, ignore_errors=True)
            _make_folder(self._partial.folder)
            if self.link.is_dir():
                shutil.copytree(
                    self.link.resolve(),
                    self._partial.folder,
                    symlinks=True,
                    copy_function=_link_or_copy,
                    dirs_exist_ok=True,
                )

    def upload(self, paths: Sequence[str], uploaded: Uploaded) -> None:
        self._partial.upload(paths, uploaded)

    def delete(self, paths: Sequence[str]) -> None:
        self._partial.delete(paths)

    def finish(self, manifest: bytes) -> None:
        with _Explained(self._versions):
            self._partial.finish(manifest)
            folder = self._versions / self._next_name()
            self._partial.folder.rename(folder)
            draft = self.link.with_name(self.link.name + _DRAFT)
            draft.unlink(missing_ok=True)
            draft.symlink_to(os.path.join(self._versions.name, folder.name))
            os.replace(draft, self.link)
            self._remove_all_but(folder)

    def _next_name(self) -> str:
        numbers = [int(path.name) for path in self._versions.iterdir() if path.name.isdecimal()]
        return f"{max(numbers, default=0) + 1:08d}"

    def _remove_all_but(self, published: Path) -> None:
        """Delete the older version: pages that readers have open find their assets in the new."""
        for folder in self._versions.iterdir():
            if folder != published:
                shutil.rmtree(folder)


def _is_link(folder: Path) -> bool:
    """Return whether `folder` is a link that Hashtrail made."""
    versions = folder.with_name(_VERSIONS.format(name=folder.name))
    return folder.is_symlink() and folder.resolve().parent == versions.resolve()


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links, or too many of them
        shutil.copyfile(source, target)


def _make_folder(folder: Path) -> None:
    """Make a folder and its parents; the user of the web server may read them."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        folder.chmod(_FOLDER_MODE)


def _replace(path: Path, data: bytes) -> None:
    draft = path.with_name(path.name + _DRAFT)
    draft.write_bytes(data)
    draft.chmod(_FILE_MODE)
    os.replace(draft, path)


class _Explained:
    """Turns the OSErrors of a block into a PublishError that names `place`."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, OSError):
            return
        if is_disk_full(error):
            message = f"Disk full: {self._place} cannot be written."
            raise PublishError(message, "Free some space, then run: hashtrail publish") from error
        if isinstance(error, FileExistsError | NotADirectoryError | IsADirectoryError):
            path = error.filename2 or error.filename or self._place  # of a rename: the new name
            message = f"{path}: a file and a folder have the same name."
            raise PublishError(message, "Rename it, then run: hashtrail publish") from error
        message = f"{error.filename or self._place}: {error.strerror}."
        hint = "Check the permissions of that folder, then run: hashtrail publish"
        raise PublishError(message, hint) from error
