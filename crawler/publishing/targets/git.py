"""A branch of a git repository, for the pages of GitHub, GitLab or Codeberg.

A publication is one commit without a parent, so that the repository does not grow. It is pushed
with a lease: a branch that somebody else changed meanwhile is not overwritten. Credentials come
from git: its credential helpers, or ssh. https://git-scm.com/docs describes the commands.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crawler.errors import ConfigurationError, PublishError
from crawler.publishing.manifest import MANIFEST
from crawler.publishing.system_programs import ProgramResult, run_program
from crawler.publishing.target_protocol import PublishTarget, TargetContext, TargetFiles, Uploaded

LOCATION = "git@github.com:me/trail.git"

_TIP = "refs/published/tip"
_LOCATION = re.compile(r"(?!-)(?!\w+::)[^\s\x00-\x1f]+")
_BRANCH = re.compile(r"(?!-)[\w.-]+(/[\w.-]+)*")
_FILE_MODE = "100644"
_SSH = "ssh -o BatchMode=yes -o ConnectTimeout=30"

# Settings of git that must not change the files, ask for input or run other programs.
_CONFIGURATION = (
    "core.attributesFile=/dev/null",
    "core.autocrlf=false",
    "core.excludesFile=/dev/null",
    "core.fileMode=false",
    "core.hooksPath=/dev/null",
    "gc.auto=0",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=120",
    "push.followTags=false",
)

# Variables that would make git use another repository or write secrets into its messages.
_REMOVED_VARIABLES = re.compile(
    r"GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|NAMESPACE|PREFIX|OBJECT_DIRECTORY|"
    r"ALTERNATE_OBJECT_DIRECTORIES|CURL_VERBOSE|TRACE\w*)"
)

# Endings of host names that a forge or a host gives to sites: they need no file. Sorted.
_HOSTS_OF_FORGES = (
    ".codeberg.page",
    ".github.io",
    ".gitlab.io",
    ".netlify.app",
    ".pages.dev",
    ".vercel.app",
)

# Words of a message of git -> cause, and a check for the operator.
_CAUSES = (
    ("stale info", "somebody else changed the branch meanwhile", "Look at the branch"),
    ("protected branch", "the branch is protected", "Allow force pushes to this branch"),
    ("could not read Username", "git has no credentials", "Log in with a credential helper"),
    ("Authentication failed", "the credentials were refused", "Renew them in the helper of git"),
    ("Permission denied", "ssh could not log in", "Check the key and its access to the repository"),
    ("Host key verification", "ssh does not know the host", "Connect once with ssh to accept it"),
    ("Could not resolve host", "the host was not found", "Check the network and the URL"),
    ("not found", "the repository was not found", "Check the URL and the access to it"),
    ("not appear to be a git", "the repository was not found", "Check the URL"),
)


@dataclass(frozen=True, slots=True)
class Options:
    """The `branch`, and whether it keeps every publication as a commit (`history`)."""

    branch: str = "gh-pages"
    history: bool = False


def open_target(location: str, options: Options, context: TargetContext) -> PublishTarget:
    """Return the target of the repository at `location` with the branch of `options`.

    Files come from the build of `context`. Raises ConfigurationError if `location` is not a URL or
    path of git, or the branch is not a name.
    """
    if not _LOCATION.fullmatch(location):
        message = f"[publish] location is not a URL of a git repository: {location}"
        raise ConfigurationError(message, f'Write for example: location = "{LOCATION}"')
    if not _BRANCH.fullmatch(options.branch) or ".." in options.branch:
        message = f"[publish] options: {options.branch!r} is not the name of a branch."
        raise ConfigurationError(message, 'Write for example: options = ["branch=gh-pages"]')
    return _GitTarget(location, options, context)


@dataclass(slots=True)
class _GitTarget:
    """The branch; its private repository and index lie in the folder of the context."""

    location: str
    options: Options
    context: TargetContext
    _tip: str = ""
    _paths: set[str] = field(default_factory=set)

    def read_files(self) -> TargetFiles:
        self._make_repository()
        listed = self._git("ls-remote", "--heads", "--", self.location, self._branch)
        self._tip = listed.output.decode().partition("\t")[0].strip()
        if not self._tip:
            return TargetFiles(None, {})
        fetch = ("fetch", "--quiet", "--depth=1", "--no-tags", "--", self.location)
        self._git(*fetch, f"+{self._branch}:{_TIP}")
        sizes = _sizes(self._git("ls-tree", "-r", "-l", "-z", _TIP).output)
        self._paths = set(sizes)
        has_manifest = sizes.pop(MANIFEST, None) is not None
        manifest = self._git("cat-file", "blob", f"{_TIP}:{MANIFEST}") if has_manifest else None
        return TargetFiles(manifest.output if manifest else None, sizes)

    def start(self, manifest: bytes) -> None:
        """Begin the index with the files of the branch. The push needs no manifest before it."""
        self._git("read-tree", self._tip or "--empty")

    def upload(self, paths: Sequence[str], uploaded: Uploaded) -> None:
        listed = "\0".join(paths).encode()
        self._update_index("--add", "-z", "--stdin", stdin=listed)
        self._paths.update(paths)
        for path in paths:
            uploaded(path)

    def delete(self, paths: Sequence[str]) -> None:
        listed = "\0".join(paths).encode()
        self._update_index("--force-remove", "-z", "--stdin", stdin=listed)

    def finish(self, manifest: bytes) -> None:
        """Commit the index and push the commit: readers get all changes at once."""
        self._add(MANIFEST, manifest)
        for path, text in self._host_files().items():
            self._add(path, text)
        tree = self._line("write-tree")
        has_parent = self.options.history and self._tip and not self.context.drop_history
        parent = ["-p", self._tip] if has_parent else []
        commit = self._line("commit-tree", "-m", "Publish the site", *parent, tree)
        lease = f"--force-with-lease={self._branch}:{self._tip}"
        push = ("push", "--quiet", "--no-verify", lease, "--", self.location)
        self._git(*push, f"{commit}:{self._branch}")
        self._git("update-ref", _TIP, commit)
        self._git("gc", "--quiet", "--prune=now")

    @property
    def _branch(self) -> str:
        return f"refs/heads/{self.options.branch}"

    def _host_files(self) -> Mapping[str, bytes]:
        """The files that forges read: no Jekyll, and the host name of the site."""
        files = {} if ".nojekyll" in self._paths else {".nojekyll": b""}
        host = self.context.host
        if host and not host.endswith(_HOSTS_OF_FORGES) and "." in host:
            name = ".domains" if "codeberg.org" in self.location else "CNAME"
            files[name] = f"{host}\n".encode()
        return files

    def _add(self, path: str, data: bytes) -> None:
        blob = self._line("hash-object", "-w", "--stdin", "--no-filters", stdin=data)
        self._update_index("--add", "--cacheinfo", f"{_FILE_MODE},{blob},{path}")

    def _make_repository(self) -> None:
        if not (self._repository / "HEAD").is_file():
            self._repository.mkdir(parents=True, exist_ok=True)
            self._git("init", "--quiet", "--bare", "--initial-branch=unused")
        for lock in self._repository.rglob("*.lock"):  # of a publication that was killed
            lock.unlink()

    @property
    def _repository(self) -> Path:
        return self.context.private / "repository.git"

    def _update_index(self, *arguments: str, stdin: bytes = b"") -> None:
        work_tree = f"--work-tree={self.context.build}"
        self._git(work_tree, "update-index", *arguments, stdin=stdin)

    def _line(self, *arguments: str, stdin: bytes = b"") -> str:
        return self._git(*arguments, stdin=stdin).output.decode().strip()

    def _git(self, *arguments: str, stdin: bytes = b"") -> ProgramResult:
        """Run one command of git. Raises PublishError if it fails."""
        settings = [word for value in _CONFIGURATION for word in ("-c", value)]
        result = run_program(
            ["git", *settings, *arguments],
            self.context.seconds,
            stdin=stdin,
            environment=self._environment(),
        )
        if result.code:
            raise self._error(result)
        return result

    def _environment(self) -> dict[str, str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not _REMOVED_VARIABLES.fullmatch(name)
        }
        person = {"NAME": "Hashtrail", "EMAIL": "hashtrail@localhost"}
        identity = {
            f"GIT_{role}_{part}": value
            for role in ("AUTHOR", "COMMITTER")
            for part, value in person.items()
        }
        return {
            "GIT_SSH_COMMAND": _SSH,
            **inherited,
            **identity,
            "GIT_DIR": str(self._repository),
            "GIT_INDEX_FILE": str(self._repository / "publish.index"),
            "GIT_TERMINAL_PROMPT": "0",
        }

    def _error(self, result: ProgramResult) -> PublishError:
        unknown = ("", "git failed", "Check the URL, the branch and the access to it")
        causes = (cause for cause in _CAUSES if cause[0] in result.messages)
        _, cause, check = next(causes, unknown)
        message = f"{self.location}, branch {self.options.branch}: {cause} ({result.messages})."
        return PublishError(message, f"{check}. Then run: hashtrail publish")


def _sizes(listed: bytes) -> dict[str, int]:
    """Return the size of each file that `git ls-tree -r -l -z` lists; 0 for a submodule."""
    sizes = {}
    for line in listed.decode("utf-8", "surrogateescape").split("\0"):
        details, separator, path = line.partition("\t")
        if separator:
            size = details.split()[-1]
            sizes[path] = int(size) if size.isdecimal() else 0
    return sizes
