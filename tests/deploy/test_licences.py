"""Every locked package has a licence that the policy of docs/LICENCES.md allows."""

from __future__ import annotations

from email.message import Message
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from devtools import licences
from devtools.licences import (
    PAGE,
    UNKNOWN,
    USES,
    Row,
    declared_licence,
    installed,
    is_allowed,
    locked_packages,
    render_page,
    rows,
)

ROWS = rows()


class _Described(Distribution):
    """A package with the `fields` of its metadata and no files."""

    def __init__(self, **fields: str) -> None:
        self.message = Message()
        for name, text in fields.items():
            self.message[name.replace("_", "-")] = text

    def read_text(self, filename: str) -> str | None:
        return self.message.as_string() if filename == "METADATA" else None

    def locate_file(self, path: object) -> Path:
        return Path(str(path))


def test_table_lists_exactly_the_locked_packages() -> None:
    assert [row.package for row in ROWS] == sorted(locked_packages()), "run: make lock"
    assert {row.use for row in ROWS} <= USES.keys()


def test_every_licence_is_allowed() -> None:
    assert [row for row in ROWS if not is_allowed(row)] == []


def test_licences_without_a_note_are_those_of_the_installed_packages() -> None:
    packages = installed()
    different = {
        row.package: (row.licence, declared)
        for row in ROWS
        if not row.note and row.package in packages
        if (declared := declared_licence(packages[row.package])) != row.licence
    }
    assert different == {}


def test_renewal_adds_and_removes_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    locked = {"absent": "test", "added": "run", "noted": "run"}
    packages = {name: _Described(Name=name, License="MIT") for name in ("added", "noted")}
    monkeypatch.setattr(licences, "locked_packages", lambda: locked)
    monkeypatch.setattr(licences, "installed", lambda: packages)
    noted = Row("noted", "extra", "MPL-2.0", "a reason")
    old = [Row("absent", "extra", "ISC"), noted, Row("removed", "run", "MIT")]
    assert licences.renewed(old) == [
        Row("absent", "extra", "ISC"),
        Row("added", "run", "MIT"),
        Row("noted", "run", "MPL-2.0", "a reason"),
    ]


def test_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_page(ROWS), "run: make docs"


@pytest.mark.parametrize(
    ("use", "licence", "note", "allowed"),
    [
        ("run", "MIT", "", True),
        ("run", "Apache-2.0 AND (MIT OR GPL-3.0-only)", "", True),
        ("run", "Apache-2.0 AND GPL-3.0-only", "a reason", False),
        ("run", "MPL-2.0", "", False),
        ("run", "MPL-2.0", "a reason", True),
        ("run", "AGPL-3.0-only", "a reason", False),
        ("extra", "GPL-3.0-only", "a reason", False),
        ("run", UNKNOWN, "a reason", False),
        ("test", UNKNOWN, "a reason", False),
        ("test", "GPL-3.0-only", "", False),
        ("test", "GPL-3.0-only", "a reason", True),
    ],
)
def test_policy(use: str, licence: str, note: str, allowed: bool) -> None:
    assert is_allowed(Row("package", use, licence, note)) is allowed


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ({"License_Expression": "mit or apache-2.0", "License": "GPL"}, "MIT OR Apache-2.0"),
        ({"License": "Apache License, Version 2.0"}, "Apache-2.0"),
        ({"License": "BSD", "Classifier": "License :: OSI Approved :: MIT License"}, "MIT"),
        ({"Classifier": "License :: OSI Approved :: BSD License"}, UNKNOWN),
        ({"License": "Permission is hereby granted, free of charge, ..."}, UNKNOWN),
        ({}, UNKNOWN),
    ],
)
def test_licence_is_read_from_metadata(fields: dict[str, str], licence: str) -> None:
    assert declared_licence(_Described(Name="package", **fields)) == licence
