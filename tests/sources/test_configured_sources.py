"""`sources.toml`: errors name the file, line and source; any module with the contract is a kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import ConfigurationError
from crawler.sources.configured_sources import load_sources, source_kinds

ROOT = Path(__file__).parents[2]
FEED = '[[source]]\nname = "a"\nkind = "feed"\nurl = "https://x.example/"'


def _write(folder: Path, text: str) -> Path:
    path = folder / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_sources_are_valid_and_use_each_kind() -> None:
    sources = load_sources(ROOT / "data/sources.toml")
    assert {source.kind for source in sources} <= set(source_kinds())
    assert {"feed", "mastodon", "devto", "hackernews"} <= {
        source.kind for source in sources if source.enabled
    }
    assert all(source.note for source in sources if not source.enabled)
    assert all(source.first_request(None).url.startswith("http") for source in sources)


def test_control_characters_of_a_name_are_dropped(tmp_path: Path) -> None:
    text = FEED.replace('"a"', r'" a\u001b[31m\u202e b\n"')
    assert [source.name for source in load_sources(_write(tmp_path, text))] == ["a[31m b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[[source]]\nname = "a"\nkind = "gopher"',
            (
                r"sources\.toml, line 1: source 'a': unknown kind 'gopher'"
                r".*\n?.*devto, feed, github_releases"
            ),
        ),
        ('\n\n[[source]]\nkind = "feed"', r"line 3: a source without a name"),
        ('[[source]]\nname = "a"\nkind = "feed"', r"line 1: source 'a': 'url' is missing"),
        (
            '[[source]]\nname = "a"\nkind = "feed"\nurl = "x.example/feed"',
            r"url is not an HTTP or HTTPS URL",
        ),
        (f"{FEED}\nurls = 1", r"'urls' is not an option of kind 'feed'"),
        (
            '[[source]]\nname = "a"\nkind = "feed"\nurl = 5',
            r"url: write a text, not a whole number",
        ),
        (f'{FEED}\nenabled = "no"', r"enabled is true or false"),
        (f"{FEED}\n\n{FEED}", r"line 6: a second source named 'a'"),
        ('[[sources]]\nname = "a"', r"only \[\[source\]\] tables"),
        ("[[source]]\nname = a", r"sources\.toml: .*line 2"),
        ('[[source]]\nname = "a"\nkind = "no.such.module"', r"unknown kind 'no\.such\.module'"),
        ('[[source]]\nname = "a"\nkind = "contract"', r"unknown kind 'contract'"),
    ],
)
def test_invalid_table_is_reported_with_file_and_line(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        load_sources(_write(tmp_path, text))
    assert raised.match(message)
    assert raised.value.exit_code == 78


def test_dotted_kind_loads_a_module_outside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "__init__.py").write_text("")
    (tmp_path / "theirs" / "wiki.py").write_text(
        "from dataclasses import dataclass\n"
        "from crawler.models.http_exchange import FetchRequest\n"
        "from crawler.sources.protocol import Batch\n"
        "MAX_REQUESTS = 1\n"
        "@dataclass(frozen=True)\nclass Options:\n    page: str\n"
        "def first_request(options, cursor):\n"
        "    return FetchRequest('https://wiki.example/' + options.page, 'api')\n"
        "def parse_response(options, response, cursor):\n"
        "    return Batch()\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    (source,) = load_sources(
        _write(tmp_path, '[[source]]\nname = "w"\nkind = "theirs.wiki"\npage = "Paxos"')
    )
    assert source.first_request(None).url == "https://wiki.example/Paxos"


def test_defaults_apply_to_kinds_with_that_option(tmp_path: Path) -> None:
    text = f'[[source]]\nname = "m"\nkind = "mastodon"\nserver = "m.example"\nhashtag = "x"\n{FEED}'
    strict, _ = load_sources(_write(tmp_path, text), {"consent": "lenient"})
    assert strict.options.consent == "lenient"
