"""The target `git`, with bare repositories on this machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from crawler.errors import ConfigurationError, PublishError
from crawler.publishing.targets import git as target
from crawler.workspace import Workspace
from tests.publishing.conftest import SITE, Files, Publish, build_files
from tests.publishing.test_folder_target import CHANGED, OLD_STYLE

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """An empty bare repository."""
    path = tmp_path / "trail.git"
    git("init", "--quiet", "--bare", str(path))
    return path


def git(*arguments: str, cwd: Path | None = None) -> str:
    """Run git and return its output."""
    identity = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org"}
    committer = {"GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.org"}
    environment = {**os.environ, **identity, **committer}
    command = ["git", *arguments]
    return subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=cwd, env=environment
    ).stdout


def read_branch(repository: Path, branch: str = "gh-pages") -> Files:
    """Return the texts of all files of a branch, without the manifest."""
    paths = git("ls-tree", "-r", "--name-only", branch, cwd=repository).splitlines()
    files = {path: git("show", f"{branch}:{path}", cwd=repository) for path in paths}
    return {path: text for path, text in files.items() if path != ".hashtrail-manifest.json"}


def commit_by_others(repository: Path, path: str, tmp_path: Path) -> None:
    """Push a commit of another person, with one more file, to the branch."""
    clone = tmp_path / f"clone-{path}"
    git("clone", "--quiet", str(repository), str(clone))
    if git("branch", "--list", "gh-pages", cwd=repository):
        git("switch", "--quiet", "gh-pages", cwd=clone)
    else:
        git("switch", "--quiet", "--create", "gh-pages", cwd=clone)
    (clone / path).write_text("theirs")
    git("add", path, cwd=clone)
    git("commit", "--quiet", "-m", "Add a file", cwd=clone)
    git("push", "--quiet", "origin", "gh-pages", cwd=clone)


def test_branch_is_one_commit_with_the_site_after_each_publication(
    publish: Publish, workspace: Workspace, repository: Path
) -> None:
    publish("git", f"file://{repository}")
    assert read_branch(repository) == SITE | {".nojekyll": ""}
    build_files(workspace, CHANGED)
    report = publish("git", f"file://{repository}")
    assert (report.uploaded, report.deletions) == (3, ("article/1-leases.html",))
    assert read_branch(repository) == CHANGED | OLD_STYLE | {".nojekyll": ""}
    assert git("rev-list", "--count", "gh-pages", cwd=repository).strip() == "1"

    publish("git", f"file://{repository}")
    assert publish("git", f"file://{repository}").outcome == "unchanged"
    private = next((workspace.state / "published").glob("git-*/repository.git"))
    assert git("count-objects", cwd=private).startswith("0 objects")


def test_history_option_keeps_earlier_publications(
    publish: Publish, workspace: Workspace, repository: Path
) -> None:
    options = ("branch=pages", "history=true")
    publish("git", str(repository), *options)
    build_files(workspace, CHANGED)
    publish("git", str(repository), *options)
    assert git("rev-list", "--count", "pages", cwd=repository).strip() == "2"
    assert read_branch(repository, "pages~1")["index.html"] == SITE["index.html"]


@pytest.mark.parametrize("files", [CHANGED, SITE])
def test_publication_after_an_erasure_drops_the_history(
    publish: Publish, workspace: Workspace, repository: Path, files: Files
) -> None:
    options = ("branch=pages", "history=true")
    publish("git", str(repository), *options)
    build_files(workspace, files)
    publish("git", str(repository), *options, drop_history=True)
    assert git("rev-list", "--count", "pages", cwd=repository).strip() == "1"


def test_branch_of_others_is_refused_and_adopted_with_its_files(
    publish: Publish, repository: Path, tmp_path: Path
) -> None:
    commit_by_others(repository, "README.md", tmp_path)
    with pytest.raises(PublishError, match=r"did not upload: README\.md"):
        publish("git", str(repository))
    assert read_branch(repository) == {"README.md": "theirs"}
    publish("git", str(repository), adopt=True)
    assert read_branch(repository) == SITE | {"README.md": "theirs", ".nojekyll": ""}


def test_branch_that_changes_during_the_publication_is_not_overwritten(
    publish: Publish,
    workspace: Workspace,
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish("git", str(repository))
    build_files(workspace, CHANGED)
    start = target._GitTarget.start

    def start_after_others(self: object, manifest: bytes) -> None:
        commit_by_others(repository, "notes.txt", tmp_path)
        start(self, manifest)

    monkeypatch.setattr(target._GitTarget, "start", start_after_others)
    with pytest.raises(PublishError, match="somebody else changed the branch"):
        publish("git", str(repository), adopt=True)
    assert "notes.txt" in read_branch(repository)


def test_host_of_the_site_is_written_unless_a_forge_gives_it(
    publish: Publish, repository: Path, tmp_path: Path
) -> None:
    publish("git", str(repository), base_url="https://trail.example.org/")
    assert read_branch(repository)["CNAME"] == "trail.example.org\n"
    other = tmp_path / "other.git"
    git("init", "--quiet", "--bare", str(other))
    publish("git", str(other), base_url="https://me.github.io/trail/")
    assert "CNAME" not in read_branch(other)


def test_settings_and_attributes_of_the_user_do_not_change_files(
    publish: Publish,
    workspace: Workspace,
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ignored names, line ends, hooks and the repository of the working folder have no effect."""
    (tmp_path / "ignored").write_text("*.html\n_*\n")
    configuration = tmp_path / "gitconfig"
    configuration.write_text(
        f"[core]\nexcludesFile = {tmp_path}/ignored\nautocrlf = true\nhooksPath = {tmp_path}\n"
    )
    (tmp_path / "pre-push").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "pre-push").chmod(0o755)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(configuration))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    files = SITE | {"_headers": "/*\r\n  X: y\r\n", "post/1.html": "a\r\nb\r\n"}
    build_files(workspace, files)
    publish("git", str(repository))
    monkeypatch.delenv("GIT_DIR")
    blob = ["git", "cat-file", "blob", "gh-pages:post/1.html"]
    raw = subprocess.run(blob, check=True, capture_output=True, cwd=repository).stdout
    assert raw == b"a\r\nb\r\n"
    assert read_branch(repository).keys() == files.keys() | {".nojekyll"}


def test_publication_killed_after_any_command_is_completed_by_the_next_one(
    publish: Publish, workspace: Workspace, repository: Path
) -> None:
    """The branch has the old site or the new one; a lock of a killed command is removed."""
    publish("git", str(repository))
    old = read_branch(repository)
    build_files(workspace, CHANGED)
    for commands in range(0, 40, 2):
        ended = _publish_and_kill(publish, repository, commands)
        files = read_branch(repository)
        assert files == old or CHANGED.items() <= files.items()
        private = next((workspace.state / "published").glob("git-*/repository.git"))
        (private / "publish.index.lock").write_text("")
        if ended == 0:
            break
        assert ended == signal.SIGKILL
    assert ended == 0
    publish("git", str(repository))
    assert read_branch(repository) == CHANGED | {".nojekyll": ""}


def _publish_and_kill(publish: Publish, repository: Path, commands: int) -> int:
    """Publish in a child process that kills itself before a command of git. 0 if it published."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    remaining = iter(range(commands))
    run_program = target.run_program

    def counted(*arguments: Any, **named: Any) -> Any:
        if next(remaining, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return run_program(*arguments, **named)

    target.run_program = counted
    try:
        publish("git", repository)
    except BaseException:
        os._exit(1)
    os._exit(0)


def test_error_of_git_shows_no_token(
    publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token of a rewritten URL stays out of message, hint and log."""
    configuration = tmp_path / "gitconfig"
    configuration.write_text(
        '[url "http://me:s3cret@127.0.0.1:9/"]\ninsteadOf = "https://forge.example/"\n'
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(configuration))
    with pytest.raises(PublishError) as refused:
        publish("git", "https://forge.example/me/trail.git")
    assert "127.0.0.1" in refused.value.message
    assert "s3cret" not in str(refused.value)


def test_missing_repository_is_explained(publish: Publish, tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="the repository was not found") as refused:
        publish("git", str(tmp_path / "missing.git"))
    assert "hashtrail publish" in refused.value.hint


@pytest.mark.parametrize(
    ("location", "option"),
    [
        ("--upload-pack=touch /tmp/x", "branch=pages"),
        ("ext::sh -c touch", "branch=pages"),
        ("ext::sh", "branch=pages"),
        ("/srv/trail.git", "branch=--force"),
        ("/srv/trail.git", "branch=../main"),
    ],
)
def test_dangerous_location_or_branch_is_refused(
    publish: Publish, location: str, option: str
) -> None:
    with pytest.raises(ConfigurationError):
        publish("git", location, option)
