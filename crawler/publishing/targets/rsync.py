"""A server with rsync, through ssh or as a daemon.

rsync writes each file under another name and renames it, so that readers get whole files. It needs
version 3.1 or newer at both ends (`--delete-missing-args`). https://download.samba.org/pub/rsync/
rsync.1 describes the arguments and the exit codes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from crawler.errors import ConfigurationError, PublishError
from crawler.publishing.manifest import MANIFEST
from crawler.publishing.system_programs import ProgramResult, run_program
from crawler.publishing.target_protocol import PublishTarget, TargetContext, TargetFiles, Uploaded

LOCATION = "me@www.example.org:/srv/www/trail"

_SILENT_SECONDS = 120
_CONNECT_SECONDS = 30
_SOURCE_MISSING = 24  # exit code after deletions: the source has none of the files
_LOCATION = re.compile(
    r"rsync://[\w.-]+(:\d+)?/[^\x00-\x1f]+|(?!\w+://)([\w.-]+@)?[\w][\w.-]*:[^:\x00-\x1f][^\x00-\x1f]*"
)
_LISTED = re.compile(r"([-dlps])\S+\s+([\d,.]+) [\d/]+ [\d:]+ (.+)")
_MISSING_FOLDER = re.compile(r"change_dir .*No such file or directory")

_LOGIN = "Check that this works without a password: {login} true"
_ADDRESS = "Check the name of the server, its port and the network"
_PATH = "Check the path and its permissions on the server"
_WRITABLE = "Write `read only = false` in rsyncd.conf and check its permissions"
_READ_ONLY = "module is read only"
_INSTALL = "Install rsync on the server"

# exit code -> cause, and a check for the operator. Sorted by code.
_CAUSES = {
    5: ("the daemon refused the module", _PATH),
    10: ("the server could not be reached", _ADDRESS),
    12: ("the connection broke, or rsync is missing on the server", _INSTALL),
    23: ("some files could not be written", _PATH),
    30: (f"the server sent nothing for {_SILENT_SECONDS} s", _ADDRESS),
    35: ("the server could not be reached in time", _ADDRESS),
    127: ("rsync is missing on the server", _INSTALL),
    255: ("ssh could not log in", _LOGIN),
}


@dataclass(frozen=True, slots=True)
class Options:
    """The options of ssh: `port`, and `identity`, the path of a private key."""

    port: int = 0
    identity: str = ""


def open_target(location: str, options: Options, context: TargetContext) -> PublishTarget:
    """Return the target at `location`, `host:path` or `rsync://host/module`.

    `options` are those of ssh. Files come from the build of `context`. Raises ConfigurationError if
    `location` is another kind of path.
    """
    if not _LOCATION.fullmatch(location):
        message = f"[publish] location is not a place that rsync can reach: {location}"
        raise ConfigurationError(message, f'Write for example: location = "{LOCATION}"')
    if re.search(r"[\s\"'\\]", options.identity):
        message = "[publish] options: the path of identity contains a space or a quotation mark."
        raise ConfigurationError(message, "Move the key, or name it in ~/.ssh/config.")
    return _RsyncTarget(location.rstrip("/") + "/", options, context)


@dataclass(slots=True)
class _RsyncTarget:
    """The folder of the site on the server; `location` ends with a slash."""

    location: str
    options: Options
    context: TargetContext
    _present: set[str] = field(default_factory=set)

    def read_files(self) -> TargetFiles:
        listed = self._run(["--list-only", "--recursive", "--", self.location])
        if listed.code == 23 and _MISSING_FOLDER.search(listed.messages):
            return TargetFiles(None, {})
        self._require_success(listed)
        sizes = _listed_sizes(listed.output.decode("utf-8", "replace"))
        self._present = set(sizes)
        if sizes.pop(MANIFEST, None) is None:
            return TargetFiles(None, sizes)
        copy = self._folder("received") / MANIFEST
        self._require_success(self._run(["--", self.location + MANIFEST, str(copy)]))
        return TargetFiles(copy.read_bytes(), sizes)

    def start(self, manifest: bytes) -> None:
        self._send_manifest(manifest)

    def upload(self, paths: Sequence[str], uploaded: Uploaded) -> None:
        waiting = set(paths)

        def on_line(line: str) -> None:
            if line in waiting:
                waiting.remove(line)
                uploaded(line)

        self._send(self.context.build, paths, on_line)
        self._present.update(paths)
        for path in sorted(waiting):  # had the same content already
            uploaded(path)

    def delete(self, paths: Sequence[str]) -> None:
        """Delete `paths`, then the folders that became empty, the deepest ones first."""
        self._delete(paths)
        self._present -= set(paths)
        folders = _folders(paths) - _folders(self._present)
        for depth in sorted({folder.count("/") for folder in folders}, reverse=True):
            self._delete(sorted(folder for folder in folders if folder.count("/") == depth))

    def _delete(self, paths: Sequence[str]) -> None:
        """Delete files or empty folders: rsync deletes those that its source does not have."""
        if paths:
            self._send(self._folder("empty"), paths, None, "--delete-missing-args")

    def finish(self, manifest: bytes) -> None:
        self._send_manifest(manifest)

    def _send_manifest(self, manifest: bytes) -> None:
        folder = self._folder("sent")
        (folder / MANIFEST).write_bytes(manifest)
        self._send(folder, [MANIFEST], None)

    def _send(
        self,
        folder: Path,
        paths: Sequence[str],
        on_line: Callable[[str], None] | None,
        *arguments: str,
    ) -> None:
        listed = "\0".join(paths).encode()
        command = [
            "--checksum",
            "--times",
            "--perms",
            "--chmod=D755,F644",
            "--out-format=%n",
            "--from0",
            "--files-from=-",
            *arguments,
            "--",
            f"{folder}/",
            self.location,
        ]
        self._require_success(self._run(command, listed, on_line))

    def _run(
        self,
        arguments: Sequence[str],
        stdin: bytes = b"",
        on_line: Callable[[str], None] | None = None,
    ) -> ProgramResult:
        command = [
            "rsync",
            "--no-human-readable",
            "--protect-args",
            f"--timeout={_SILENT_SECONDS}",
            *self._connection(),
            *arguments,
        ]
        return run_program(command, self.context.seconds, stdin=stdin, on_line=on_line)

    def _connection(self) -> list[str]:
        if self.location.startswith("rsync://"):
            return [f"--contimeout={_CONNECT_SECONDS}"]
        ssh = f"ssh -o BatchMode=yes -o ConnectTimeout={_CONNECT_SECONDS}"
        return ["--rsh", " ".join([ssh, *self._ssh_options()])]

    def _ssh_options(self) -> list[str]:
        port = ["-p", str(self.options.port)] if self.options.port else []
        identity = os.path.expanduser(self.options.identity)
        return [*port, *(["-i", identity] if identity else [])]

    def _login(self) -> str:
        """The command with which the operator can test the login."""
        return " ".join(["ssh", *self._ssh_options(), self.location.partition(":")[0]])

    def _require_success(self, result: ProgramResult) -> None:
        if result.code not in (0, _SOURCE_MISSING):
            unknown = (f"rsync ended with exit code {result.code}", _ADDRESS)
            cause, check = _CAUSES.get(result.code, unknown)
            if _READ_ONLY in result.messages:  # the exit code depends on who closes the connection
                cause, check = "the module does not accept files", _WRITABLE
            hint = check.format(login=self._login())
            message = f"{self.location}: {cause} ({result.messages})."
            raise PublishError(message, f"{hint}. Then run: hashtrail publish")

    def _folder(self, name: str) -> Path:
        folder = self.context.private / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def _folders(paths: Iterable[str]) -> set[str]:
    """Return the folders of `paths` and their parents, without the top of the site."""
    parents = {str(parent) for path in paths for parent in PurePosixPath(path).parents}
    return parents - {"."}


def _listed_sizes(text: str) -> dict[str, int]:
    sizes = {}
    for line in text.splitlines():
        match = _LISTED.fullmatch(line)
        if match and match[1] != "d":
            sizes[match[3]] = int(re.sub(r"\D", "", match[2]))
    return sizes
