"""`hashtrail settings --set` writes one value and leaves the other lines of the file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli.main import cli
from crawler.errors import ConfigurationError, UsageError
from crawler.settings.commented_settings import commented_settings
from crawler.settings.read_settings import converted_value, read_settings
from crawler.settings.setting_keys import setting_keys


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data/hashtrail.toml"


def set_value(path: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--workspace", str(path.parents[1]), "settings", *words])


@pytest.mark.parametrize(
    "text",
    [
        "",
        commented_settings(),
        '[site]\ntitle = "A" # mine\n[fetch]\n# contact = ""\ndelay_seconds = 4.0\n',
        '[fetch]\ncontact = "old"\n',
    ],
)
def test_value_is_written_and_no_other_line_changes(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    result = set_value(path, "--set", "fetch.contact", "mailto:ä@trail.example")
    assert result.exit_code == 0
    before, after = tomllib.loads(text), tomllib.loads(path.read_text(encoding="utf-8"))
    assert after == before | {
        "fetch": before.get("fetch", {}) | {"contact": "mailto:ä@trail.example"}
    }
    lost = set(text.splitlines()) - set(path.read_text(encoding="utf-8").splitlines())
    assert all("contact" in line for line in lost)


def test_several_values_of_other_types_are_written(path: Path) -> None:
    path.write_text(commented_settings(), encoding="utf-8")
    set_value(path, "--set", "crawl.hashtags", "Raft, CRDT", "--set", "archive.enabled", "false")
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    assert (values["crawl"]["hashtags"], values["archive"]["enabled"]) == (["Raft", "CRDT"], False)


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("crawl.consent", "maybe", ConfigurationError),
        ("site.base_url", "https://ann:pw@trail.example/", ConfigurationError),
        ("fetch.contakt", "x", UsageError),
        ("fetch", "x", UsageError),
    ],
)
def test_refused_value_leaves_the_file(
    path: Path, name: str, value: str, error: type[Exception]
) -> None:
    path.write_text("[site]\n", encoding="utf-8")
    assert isinstance(set_value(path, "--set", name, value).exception, error)
    assert path.read_text(encoding="utf-8") == "[site]\n"
    assert list(path.parent.iterdir()) == [path]


def test_toml_list_keeps_commas_and_spaces_of_its_items() -> None:
    key = setting_keys()["monitor.message_command"]
    command = ("sh", "-c", "cat > a,b")

    assert converted_value(key, '["sh", "-c", "cat > a,b"]') == command
    assert converted_value(key, "mail, me@example.org") == ("mail", "me@example.org")


@pytest.mark.parametrize("text", ['["sh"', "[sh]", '["sh"]\nmore = 1', "[1, {}]"])
def test_value_in_brackets_that_is_not_a_toml_list_of_text_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError):
        converted_value(setting_keys()["monitor.message_command"], text)


def test_variable_accepts_a_toml_list(path: Path) -> None:
    path.write_text("", encoding="utf-8")
    environment = {"HASHTRAIL_MONITOR_MESSAGE_COMMAND": '["sh", "-c", "a,b"]'}

    assert read_settings(path, environment).monitor.message_command == ("sh", "-c", "a,b")
