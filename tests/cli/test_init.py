"""`hashtrail init`: questions on a terminal, flags without one, kills and repetitions."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli.main import cli
from crawler.cli.site_identity import valid_base_url, valid_contact, valid_title
from crawler.errors import UsageError
from crawler.settings.read_settings import read_settings
from crawler.workspace import open_workspace
from tests.terminal import on_terminal

ROOT = Path(__file__).parents[2]
HOSTILE_TITLES = (
    'A "quoted" \\ title',
    "''' and \"\"\"",
    "a\nbase_url = 1",
    "\x00\x7f\x1b[31mred",
    "# no comment",
    "\u202eevil",
)
KILLED_AT = """
import os, signal, sys
from crawler.cli import new_workspace
from crawler.cli.main import main
left = int(sys.argv.pop(1))
replace = os.replace
def replace_or_die(source, target):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    replace(source, target)
new_workspace.os.replace = replace_or_die
main()
"""


def init(folder: Path, *arguments: str) -> Result:
    """Run `hashtrail init` in `folder` without a terminal."""
    return CliRunner().invoke(cli, ["--workspace", str(folder), "init", *arguments])


def test_folder_of_the_database_is_closed_to_other_users(tmp_path: Path) -> None:
    init(tmp_path, "--title", "A")
    assert (tmp_path / "data/state").stat().st_mode & 0o777 == 0o700


def site(folder: Path) -> dict[str, str]:
    text = (folder / "data/hashtrail.toml").read_text(encoding="utf-8")
    table: dict[str, str] = tomllib.loads(text)["site"]
    return table


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_terminal_repeats_a_prompt_with_the_reason_until_the_value_is_valid(tmp_path: Path) -> None:
    answers = "My trail\ntrail.example\nhttps://trail.example/kb\nno contact\nme@trail.example\n"
    shown = on_terminal("init", str(tmp_path / "kb"), answers=answers)
    assert "Title of the site [Hashtrail]: " in shown
    assert "trail.example is not a web URL. Write it as https://trail.example/" in shown
    assert "no contact is not a mail address" in shown
    settings = open_workspace(tmp_path / "kb", {}).settings
    assert settings.site.title == "My trail"
    assert settings.site.base_url == "https://trail.example/kb/"
    assert settings.site.contact == settings.fetch.contact == "me@trail.example"


def test_empty_answers_give_the_defaults(tmp_path: Path) -> None:
    on_terminal("init", str(tmp_path), answers="\n\n\n")
    assert site(tmp_path)["title"] == "Hashtrail"
    assert site(tmp_path)["base_url"] == site(tmp_path)["contact"] == ""


def test_init_without_folder_uses_an_empty_directory_and_refuses_a_full_one(
    tmp_path: Path,
) -> None:
    (tmp_path / ".git").mkdir()
    done = init(tmp_path)
    assert done.exit_code == 0
    assert "hashtrail nightly" in done.output

    full = tmp_path / "full"
    full.mkdir()
    (full / "letter.txt").write_text("Dear reader")
    refused = init(full)
    assert isinstance(refused.exception, UsageError)
    assert "hashtrail init my-kb" in str(refused.exception)
    assert set(full.iterdir()) == {full / "letter.txt"}


def test_empty_name_of_a_folder_is_refused_and_nothing_is_created(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = CliRunner().invoke(cli, ["init", ""])
    assert isinstance(refused.exception, UsageError)
    assert "The name of the folder is empty" in str(refused.exception)
    assert list(tmp_path.iterdir()) == []


def test_second_init_changes_nothing_and_other_values_are_refused(tmp_path: Path) -> None:
    flags = ("--title", "Trail", "--url", "https://trail.example/", "--contact", "a@b.example")
    assert init(tmp_path, *flags).exit_code == 0
    (tmp_path / "data/topics/caching.toml").unlink()
    before = files(tmp_path)
    assert init(tmp_path).exit_code == 0
    assert init(tmp_path, *flags).exit_code == 0
    refused = init(tmp_path, "--title", "Another title")
    assert "changes no existing file" in str(refused.exception)
    assert files(tmp_path) == before


def test_existing_files_are_not_changed(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / ".gitignore").write_text("mine\n")
    (tmp_path / "data/sources.toml").write_text("# mine\n")
    assert init(tmp_path, str(tmp_path)).exit_code == 0
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    assert (tmp_path / "data/sources.toml").read_text() == "# mine\n"


def test_killed_init_is_completed_by_the_next_one(tmp_path: Path) -> None:
    init(tmp_path / "whole", "--yes")
    expected = {path.relative_to(tmp_path / "whole") for path in files(tmp_path / "whole")}
    killed = tmp_path / "killed"
    killed.mkdir()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    for written in (0, 3, 100):
        command = [sys.executable, "-c", KILLED_AT, str(written), "init"]
        done = subprocess.run(command, cwd=killed, env=environment, capture_output=True)
        assert done.returncode == -signal.SIGKILL
        assert not (killed / "data/hashtrail.toml").exists()
    assert init(killed).exit_code == 0
    assert {path.relative_to(killed) for path in files(killed)} == expected
    assert open_workspace(killed, {}).settings.site.title == "Hashtrail"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("trail.example", "not a web URL"),
        ("ftp://trail.example/", "not a web URL"),
        ("mailto:me@trail.example", "not a web URL"),
        ("https://me:secret@trail.example/", "user name"),
        ("https://trail.example/?a=1", "query string"),
        ("https://trail.example/#top", "fragment"),
        (f"https://trail.example/{'a' * 600}", "longer than"),
    ],
)
def test_url_that_cannot_be_a_site_is_refused(url: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        valid_base_url(url)


@pytest.mark.parametrize("contact", ["me", "me@", "@me", "me @b.example", "javascript:alert(1)"])
def test_contact_that_reaches_nobody_is_refused(contact: str) -> None:
    with pytest.raises(UsageError, match="not a mail address"):
        valid_contact(contact)


@pytest.mark.parametrize(
    "contact", ["", "me@b.example", "mailto:me@b.example", "https://b.example/"]
)
def test_mail_address_page_and_nothing_are_contacts(contact: str) -> None:
    assert valid_contact(f" {contact} ") == contact


@pytest.mark.parametrize("text", HOSTILE_TITLES)
def test_hostile_title_is_refused_or_read_back(text: str, tmp_path: Path) -> None:
    try:
        title = valid_title(text)
    except UsageError:
        return
    assert init(tmp_path, "--title", text).exit_code == 0
    assert read_settings(tmp_path / "data/hashtrail.toml", {}).site.title == title
