"""Importers are found in their package; an incomplete one is reported, and content decides."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import crawler.importers
from crawler.errors import ConfigurationError, InputError
from crawler.importers import csv_services, json_services
from crawler.importers.protocol import Importer
from crawler.importers.registry import detect_format, format_names, load_importers
from crawler.module_discovery import contract_problems
from tests.importers.personal_archives import (
    BLUESKY_JSON,
    FIREFOX,
    MASTODON_BOOKMARKS,
    OUTBOX,
    PAGE,
    RSS,
)
from tests.importers.service_exports import EXPORTS
from tests.importers.test_formats import BOOKMARKS, LETTER, LINES, SHARES, TWEETS

SERVICES = {**csv_services.SERVICES, **json_services.SERVICES}
SAMPLES = {
    "bookmarks": ("bookmarks.html", BOOKMARKS),
    **{name: (f"{name}.{kind}", data) for name, (kind, data) in EXPORTS.items()},
    "bluesky_repository": ("records.json", BLUESKY_JSON),
    "browser_backup": ("bookmarks.json", FIREFOX),
    "feed_file": ("feed.xml", RSS),
    "jsonl": ("export.jsonl", LINES),
    "linkedin": ("Shares.csv", SHARES),
    "mastodon_archive": ("outbox.json", OUTBOX),
    "mastodon_bookmarks": ("bookmarks.csv", MASTODON_BOOKMARKS),
    "mbox": ("issue.eml", LETTER),
    "opml": ("feeds.opml", b"<opml version='2.0'><body/></opml>"),
    "paste": ("notes.txt", b"Leases explained #Raft https://blog.example/leases"),
    "saved_page": ("page.html", PAGE),
    "xarchive": ("tweets.js", TWEETS),
}
ORG_IMPORTER = """
from crawler.models.posts import Post

PRIORITY = 10
HAS_ALL_POSTS = False

def matches(name, data):
    return data.startswith(b"* TODO ")

def parse(name, data, options):
    for number, line in enumerate(data.decode().splitlines(), 1):
        yield Post("org", f"org:{name}:{number}", line.removeprefix("* TODO "))
"""


@pytest.fixture
def added_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose modules belong to the package of importers during one test."""
    monkeypatch.setattr(crawler.importers, "__path__", [*crawler.importers.__path__, str(tmp_path)])
    load_importers.cache_clear()
    yield tmp_path
    load_importers.cache_clear()
    for path in tmp_path.glob("*.py"):
        sys.modules.pop(f"crawler.importers.{path.stem}", None)


def test_every_module_with_a_part_of_the_protocol_is_a_complete_importer() -> None:
    importers = load_importers()
    assert set(importers) == set(SAMPLES), "add a sample of the new format to SAMPLES"
    for name, module in importers.items():
        assert name in SERVICES or not contract_problems(_module(name), Importer), name
        assert module.parse.__doc__, name
        assert module.matches.__doc__, name


def _module(name: str) -> ModuleType:
    return sys.modules[f"crawler.importers.{name}"]


@pytest.mark.parametrize("format", SAMPLES)
def test_sample_is_detected_as_its_format(format: str) -> None:
    assert detect_format(*SAMPLES[format]) == format


@pytest.mark.parametrize("format", SAMPLES)
@pytest.mark.parametrize("data", [b"", b"\0", b"\xff\xfe", b"PK\x03\x04", b"{" * 10_000])
def test_matches_returns_a_truth_value_for_any_bytes(format: str, data: bytes) -> None:
    assert load_importers()[format].matches("file", data) in (True, False)


def test_prose_is_examined_last() -> None:
    assert list(load_importers())[-1] == "paste"


def test_module_in_the_package_is_used_without_being_listed(added_folder: Path) -> None:
    (added_folder / "org.py").write_text(ORG_IMPORTER)
    assert "org" in format_names()
    assert detect_format("tasks.txt", b"* TODO Read about leases") == "org"


@pytest.mark.parametrize(
    ("removed", "problem"),
    [
        ("PRIORITY = 10\n", "PRIORITY is missing"),
        ("HAS_ALL_POSTS = False\n", "HAS_ALL_POSTS is missing"),
        (
            'def matches(name, data):\n    return data.startswith(b"* TODO ")\n',
            "matches is missing",
        ),
        (", options", r"parse has the parameters \(name, data\), not \(name, data, options\)"),
    ],
)
def test_incomplete_module_is_an_error_that_names_the_problem(
    added_folder: Path, removed: str, problem: str
) -> None:
    assert removed in ORG_IMPORTER
    (added_folder / "org.py").write_text(ORG_IMPORTER.replace(removed, ""))
    with pytest.raises(ConfigurationError, match=rf"crawler\.importers\.org: {problem}\."):
        detect_format("notes.txt", b"Leases explained")


def test_table_of_no_known_service_is_refused_with_its_columns() -> None:
    with pytest.raises(InputError) as raised:
        detect_format("table.csv", b"colour;size;url\n1;2;3\n4;5;6\n")
    assert "no known table has the columns colour, size, url" in raised.value.message
    assert "Pocket (status, tags, time_added, title, url)" in (raised.value.hint or "")


def test_zip_archive_that_was_cut_off_is_called_damaged() -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("data/tweets.js", TWEETS)
    with pytest.raises(InputError, match=r"x\.zip cannot be unpacked"):
        detect_format("x.zip", whole.getvalue()[:-30])


def test_file_that_two_formats_match_asks_for_the_format() -> None:
    both = b"url,title,selection,folder,timestamp,tags,time_added,status\n"
    with pytest.raises(InputError) as raised:
        detect_format("list.csv", both)
    assert "may be one of: instapaper, pocket" in raised.value.message
    assert raised.value.hint == "Name the right one, for example: --format instapaper"


def test_json_of_no_known_service_is_refused_with_its_fields() -> None:
    with pytest.raises(InputError, match="JSON with the fields colour, size") as raised:
        detect_format("list.json", b'[{"colour": 1, "size": 2}]')
    assert "bluesky_repository, bookmarks, browser_backup" in (raised.value.hint or "")
