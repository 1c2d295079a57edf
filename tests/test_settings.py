"""Settings: values from file and environment, messages, origins, and the commented file."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli.main import cli
from crawler.errors import ConfigurationError
from crawler.settings import effective_settings as effective
from crawler.settings.all_settings import Settings
from crawler.settings.commented_settings import commented_settings
from crawler.settings.read_settings import given_settings, read_settings
from crawler.settings.renamed_settings import RENAMED, RenamedSetting
from crawler.settings.setting_keys import SettingKey, plain_text, setting_keys
from crawler.settings.toml_files import toml_value
from crawler.workspace import SETTINGS_FILE, bundled_path, open_workspace

TITLES = (
    'a "quoted" \\ title',
    "two\nlines\r\n\t",
    "\x00\x1b[31m\x7f\x85\u2028",
    "[site]\n# x = 1",
    "é 漢 😀 \u202e",
)


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "hashtrail.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _settings(tmp_path: Path, text: str, **environment: str) -> Settings:
    return read_settings(_file(tmp_path, text), environment)


def _refusal(tmp_path: Path, text: str, **environment: str) -> str:
    with pytest.raises(ConfigurationError) as raised:
        _settings(tmp_path, text, **environment)
    return str(raised.value)


def test_environment_variable_overrides_the_file(tmp_path: Path) -> None:
    settings = _settings(
        tmp_path,
        "[fetch]\ndelay_seconds = 3\n",
        HASHTRAIL_FETCH_DELAY_SECONDS="0.5",
        HASHTRAIL_FETCH_ALLOW_PRIVATE="127.0.0.0/8, ::1/128",
    )
    assert settings.fetch.delay_seconds == 0.5
    assert settings.fetch.allow_private == ("127.0.0.0/8", "::1/128")


def test_value_of_the_wrong_type_names_key_meaning_and_default(tmp_path: Path) -> None:
    message = _refusal(tmp_path, '[fetch]\nconcurrency = "many"\n')
    assert "[fetch] concurrency = 'many' is not allowed: write a whole number" in message
    assert "concurrent requests, one per host. Default: 32." in message


@pytest.mark.parametrize("value", ["-1", "1e9", "nan", "inf", "-inf", "true", "[1]", "{}"])
@pytest.mark.parametrize(
    "dotted",
    [dotted for dotted, key in setting_keys().items() if type(key.default) in (int, float)],
)
def test_number_outside_its_limits_is_refused(tmp_path: Path, dotted: str, value: str) -> None:
    section, name = dotted.split(".")
    message = _refusal(tmp_path, f"[{section}]\n{name} = {value}\n")
    assert f"[{section}] {name} = " in message
    assert setting_keys()[dotted].limits in message


def test_value_that_is_not_a_choice_lists_the_choices(tmp_path: Path) -> None:
    message = _refusal(tmp_path, '[crawl]\nconsent = "never"\n')
    assert "write one of considerate, strict, lenient" in message


def test_invalid_variable_is_named(tmp_path: Path) -> None:
    message = _refusal(tmp_path, "", HASHTRAIL_EXPLORER_PORT="70000")
    assert "The variable HASHTRAIL_EXPLORER_PORT = '70000' is not allowed" in message


@pytest.mark.parametrize("text", ["a@b.example\\r\\nX: y", "see https://ann:pw55@b.example/"])
@pytest.mark.parametrize("name", ["contact", "user_agent"])
def test_control_character_or_password_in_a_header_is_refused(
    tmp_path: Path, name: str, text: str
) -> None:
    message = _refusal(tmp_path, f'[fetch]\n{name} = "{text}"\n')
    assert "write one line, and a URL in it without user" in message
    assert "pw55" not in message


_FOLDERS = ("base_url", "explorer_url")
_ADDRESSES = (*_FOLDERS, "contact", "source_code")


@pytest.mark.parametrize(
    ("name", "url"),
    [
        *((name, "https://ann:pw55@trail.example/") for name in _ADDRESSES),
        *((name, "HTTPS://pw55@trail.example") for name in _ADDRESSES),
        *((name, f"https://ann:pw55{'x' * 80}@trail.example") for name in _ADDRESSES),
        *((name, "https://ann:pw55\\@trail.example/") for name in _ADDRESSES),
        *((name, "https://trail.example\n/") for name in _ADDRESSES),
        *((name, "javascript:alert(1)") for name in _ADDRESSES),
        *((name, "ftp://trail.example/") for name in _ADDRESSES),
        *((name, "https://") for name in _ADDRESSES),
        *((name, "https:///x") for name in _ADDRESSES),
        *((name, "//trail.example/") for name in _ADDRESSES),
        *((name, "https://trail.example/?a=b") for name in _FOLDERS),
        *((name, "https://trail.example/#a") for name in _FOLDERS),
        *((name, "trail.example") for name in _ADDRESSES),
    ],
)
def test_url_that_pages_cannot_show_is_refused_from_file_and_variable(
    tmp_path: Path, name: str, url: str
) -> None:
    text = commented_settings({f"site.{name}": url})
    variable = _refusal(tmp_path, "", **{f"HASHTRAIL_SITE_{name.upper()}": url})
    for message in (_refusal(tmp_path, text), variable):
        assert "is not allowed: write a" in message
        assert "URL without user" in message
        assert "pw55" not in message


@pytest.mark.parametrize(
    ("name", "url"),
    [
        *((name, "") for name in _ADDRESSES),
        *((name, "http://localhost:8000/") for name in _ADDRESSES),
        *((name, "http://[::1]:8001/") for name in _ADDRESSES),
        *((name, "https://trail.example") for name in _ADDRESSES),
        *((name, "https://bücher.example:8443/~me/@kb;a") for name in _ADDRESSES),
        ("contact", "me@trail.example"),
        ("contact", "mailto:me@trail.example?subject=Trail"),
        ("contact", "https://forge.example/trail/issues/new?labels=a#top"),
        ("source_code", "https://forge.example/trail?tab=readme#top"),
    ],
)
def test_public_and_local_url_is_accepted(tmp_path: Path, name: str, url: str) -> None:
    settings = _settings(tmp_path, commented_settings({f"site.{name}": url}))
    assert getattr(settings.site, name) == url


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("[fetch]\ndelay_second = 3\n", "Did you mean delay_seconds?"),
        ("[fetch]\ndelay = 3\n", "Did you mean delay_seconds?"),
        ("[semantic]\nvectors = 3\n", "Known there: model."),
        ("[crawl]\ndelay_seconds = 3\n", "Did you mean [fetch] delay_seconds?"),
        ("[fetcher]\nx = 1\n", "Did you mean [fetch]?"),
        ("[zzz]\nx = 1\n", "Known: site, crawl, budget, fetch"),
        ("fetch = 3\n", "Write its keys below a line [fetch]."),
    ],
)
def test_unknown_name_gets_a_suggestion(tmp_path: Path, text: str, suggestion: str) -> None:
    assert suggestion in _refusal(tmp_path, text)


def test_unknown_variable_of_a_section_gets_a_suggestion(tmp_path: Path) -> None:
    message = _refusal(tmp_path, "", HASHTRAIL_FETCH_DELAY_SECOND="1")
    assert "HASHTRAIL_FETCH_DELAY_SECOND" in message
    assert "Did you mean delay_seconds?" in message


def test_variables_of_secrets_are_not_settings(tmp_path: Path) -> None:
    assert _settings(tmp_path, "", HASHTRAIL_SECRET_FETCH_X="1", HASHTRAIL_X="2") == Settings()


@pytest.mark.parametrize("section", ["crawl", "former"])
def test_renamed_setting_is_refused_with_its_new_name(tmp_path: Path, section: str) -> None:
    path = _file(tmp_path, f"[{section}]\npause = 3\n")
    renamed = (RenamedSetting(f"{section}.pause", "fetch.delay_seconds"),)
    with pytest.raises(ConfigurationError, match=r"pause has a new name: \[fetch\] delay_seconds"):
        given_settings(path, {}, renamed)


def test_renamed_settings_lead_to_existing_ones() -> None:
    known = setting_keys().keys()
    assert [entry for entry in RENAMED if entry.current not in known] == []
    assert [entry for entry in RENAMED if entry.former in known] == []
    assert list(RENAMED) == sorted(RENAMED, key=lambda entry: entry.former)


def test_checkout_is_a_workspace_with_the_documented_defaults() -> None:
    assert open_workspace(bundled_path("."), {}).settings == Settings()


def test_commented_settings_are_the_defaults(tmp_path: Path) -> None:
    text = commented_settings()
    assert _settings(tmp_path, text) == Settings()
    active = re.sub(r"^# (\w+ = )", r"\1", text, flags=re.MULTILINE)
    assert _settings(tmp_path, active) == Settings()
    assert sum(map(len, tomllib.loads(active).values())) == len(setting_keys())


@pytest.mark.parametrize("title", TITLES)
def test_commented_settings_keep_given_values(tmp_path: Path, title: str) -> None:
    text = commented_settings({"site.title": title, "fetch.concurrency": 7})
    settings = _settings(tmp_path, text)
    assert (settings.site.title, settings.fetch.concurrency) == (title, 7)


def test_commented_settings_refuse_an_unknown_name() -> None:
    with pytest.raises(KeyError):
        commented_settings({"site.titel": "x"})


def test_lines_of_commented_settings_are_short_enough_for_an_editor() -> None:
    assert [line for line in commented_settings().splitlines() if len(line) > 100] == []


@pytest.mark.parametrize("value", ["", 'a"b\\c\n\x7f\x00é', 3, 2.5, True, ("a", "b"), ()])
def test_toml_value_reads_back(value: object) -> None:
    read = tomllib.loads(f"x = {toml_value(value)}")["x"]
    assert (tuple(read) if isinstance(read, list) else read) == value


def test_links_of_a_meaning_become_plain() -> None:
    text = "See [SITE.md](SITE.md#a) and [the form](https://a.example/b)."
    assert plain_text(text) == "See docs/SITE.md#a and https://a.example/b."


def test_effective_settings_have_no_password_of_a_url(tmp_path: Path) -> None:
    path = _file(tmp_path, '[archive]\nurl = "sftp://ann:pw@host.example/archive"\n')
    values = {item.key.dotted: item.value for item in effective.effective_settings(path, {})}
    assert values["archive.url"] == "sftp://host.example/archive"


def test_effective_settings_have_their_origin(tmp_path: Path) -> None:
    path = _file(tmp_path, "[fetch]\nconcurrency = 4\n")
    listed = effective.effective_settings(path, {"HASHTRAIL_SITE_TITLE": "Trail"})
    origins = {item.key.dotted: (item.value, item.origin) for item in listed}
    assert origins["fetch.concurrency"] == (4, "file")
    assert origins["site.title"] == ("Trail", "environment")
    assert origins["fetch.delay_seconds"] == (3.0, "default")


def test_value_of_a_secret_is_masked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = SettingKey("site", "title", str, "", "A token.", "", "", is_secret=True)
    monkeypatch.setattr(effective, "setting_keys", lambda: {"site.title": secret})
    (setting,) = effective.effective_settings(_file(tmp_path, '[site]\ntitle = "hush"\n'), {})
    assert (setting.value, setting.origin) == (effective.MASK, "file")


def test_settings_command_lists_explains_and_selects(tmp_path: Path) -> None:
    (tmp_path / SETTINGS_FILE).parent.mkdir()
    (tmp_path / SETTINGS_FILE).write_text("[fetch]\nconcurrency = 4\n", encoding="utf-8")

    def run(*arguments: str) -> str:
        command = ["--workspace", str(tmp_path), "settings", *arguments]
        return CliRunner().invoke(cli, command, catch_exceptions=False).stdout

    assert [line.split() for line in run("--changed").splitlines()] == [
        ["fetch.concurrency", "file", "4"]
    ]
    assert len(run().splitlines()) == len(setting_keys())
    assert "Variable: HASHTRAIL_FETCH_DELAY_SECONDS" in run("fetch.delay_seconds")
    document = json.loads(run("fetch", "--json"))
    assert {entry["name"].partition(".")[0] for entry in document} == {"fetch"}
