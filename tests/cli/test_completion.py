"""Shell completion: verbs, options and names of the workspace; errors complete nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.cli.completion import COMPLETE_VARIABLE, PROGRAM, QuotingBash
from crawler.cli.main import cli

ROOT = Path(__file__).parents[2]
SOURCES = """
[[source]]
name = "Hacker News"
kind = "hackernews"
query = "raft"

[[source]]
name = "Dan's blog $(touch x) `touch y`"
kind = "feed"
url = "https://dan.example/feed"

[[source]]
name = "two\\nlines"
kind = "feed"
url = "https://lines.example/feed"
"""
LAUNCHER = f"""#!{sys.executable}
import sys
sys.path.insert(0, {str(ROOT)!r})
from crawler.cli.main import main
main()
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a program `hashtrail` next to it."""
    folder = tmp_path_factory.mktemp("completion")
    (folder / "kb/data/topics").mkdir(parents=True)
    (folder / "kb/data/topics/caching.toml").write_text("")
    (folder / "kb/data/topics/consensus.toml").write_text("")
    (folder / "kb/data/hashtrail.toml").write_text("")
    (folder / "kb/data/sources.toml").write_text(SOURCES)
    program = folder / "bin/hashtrail"
    program.parent.mkdir()
    program.write_text(LAUNCHER)
    program.chmod(0o755)
    return folder / "kb"


def completed(words: list[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the lines for the completion script of bash; the final word is at the cursor."""
    monkeypatch.setenv("COMP_WORDS", "\n".join(words))
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
    return QuotingBash(cli, {}, PROGRAM, COMPLETE_VARIABLE).complete().splitlines()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["hashtrail", "nig"], ["plain,nightly"]),
        (["hashtrail", "nightly", "--fo"], ["plain,--force"]),
        (["hashtrail", "explain", "u", "--topic", "ca"], ["plain,caching"]),
        (["hashtrail", "query", "--topic", "con"], ["plain,consensus"]),
        (["hashtrail", "query", "articles_of_a_topic_"], ["plain,articles_of_a_topic_and_kind"]),
        (["hashtrail", "sources", "check", "hack"], ["plain,'Hacker News'"]),
        (["hashtrail", "sources", "check", '"hack'], ["plain,Hacker News"]),
        (["hashtrail", "sources", "check", "two"], []),
        (["hashtrail", "settings", "fetch.delay"], ["plain,fetch.delay_seconds"]),
        (["hashtrail", "no-such-verb", "x"], []),
        (["hashtrail", "--workspace", "/nowhere", "sources", "check", ""], []),
    ],
)
def test_word_is_completed_with_the_names_of_the_workspace(
    words: list[str], expected: list[str], workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace)
    assert completed(words, monkeypatch) == expected


def test_completion_outside_of_a_workspace_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert completed(["hashtrail", "sources", "check", "H"], monkeypatch) == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_bash_completes_with_the_printed_script(workspace: Path) -> None:
    script = r"""
    eval "$(hashtrail completion bash)"
    complete -p hashtrail
    complete_words() {
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
        _hashtrail_completion hashtrail
        printf '%s\n' "${COMPREPLY[@]}"
    }
    complete_words hashtrail res
    complete_words hashtrail sources check Dan
    """
    environment = os.environ | {"PATH": f"{workspace.parent / 'bin'}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        cwd=workspace,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.splitlines() == [
        "complete -o nosort -F _hashtrail_completion hashtrail",
        "restore",
        "'Dan'\"'\"'s blog $(touch x) `touch y`'",
    ], done.stderr
    assert not {"x", "y"} & {path.name for path in workspace.iterdir()}


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_script_is_accepted_by_its_shell_if_that_is_installed(shell: str, workspace: Path) -> None:
    program = str(workspace.parent / "bin/hashtrail")
    done = subprocess.run([program, "completion", shell], capture_output=True, text=True)
    assert f"_HASHTRAIL_COMPLETE={shell}_complete" in done.stdout
    if shutil.which(shell):
        checked = subprocess.run([shell, "-n"], input=done.stdout, text=True, timeout=60)
        assert checked.returncode == 0
